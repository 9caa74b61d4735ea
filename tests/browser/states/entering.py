"""From the first visit to the home screen, in every standing while the contest is open."""

from typing import Any

from tests.browser.states.made import ATTEMPT, claim, me, passed, stranger, winner
from tests.browser.states.state import State, Theme

HOME = "[data-screen=home]"
ANSWERED: dict[str, Any] = {"attempts": 2, "best_score": 4}

THEME = Theme(
    "entering",
    "进入与关注",
    (
        State("登录", stranger(), shows="[data-action=signin]", small=True),
        State("登录没有成功", stranger(), path="/?e=snapshot", shows="[data-screen=error]"),
        State("未关注", me(subscribed=False), shows="[data-screen=notfollowing]", small=True),
        State("未关注，红包已领完", me(about={"prizes": "none"}, subscribed=False), shows="[data-screen=notfollowing]"),
        State("首页", me(), shows=HOME, small=True, whole=True),
        State("首页，答过", me(**ANSWERED), shows=HOME),
        State(
            "首页，继续答题",
            me(**ANSWERED),
            steps=("start", ".option", "next", "home", "leave"),
            shows=f"{HOME} [data-action=restart]",
            small=True,
        ),
        State("首页，有红包待开", passed(unit="区教体局"), shows="[data-standing=packet]", small=True),
        State("首页，红包所剩不多", me(about={"prizes": "few"}), shows=".pool.few"),
        State("首页，红包已领完", me(about={"prizes": "none"}, **ANSWERED), shows="[data-standing=gone]"),
        State("首页，资格核实中", passed(on_hold=True), shows="[data-standing=hold]"),
        State("首页，红包待领取", winner(claim("sent")), shows="[data-waiting]"),
        State("首页，红包已领取", winner(claim("received")), shows="[data-standing=done]"),
        State(
            "首页，达标但机会已用完", winner(claim("received"), claimable=[ATTEMPT]), shows="[data-standing=waiting]"
        ),
    ),
)
