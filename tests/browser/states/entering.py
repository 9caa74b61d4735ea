"""From the first visit to the home screen, in every standing while the contest is open."""

from typing import Any

from tests.browser.states.made import ATTEMPT, claim, me, passed, refused, stranger, winner
from tests.browser.states.state import State, Theme

HOME, FOLLOW = "[data-screen=home]", "[data-screen=follow]"
STRANGE = me(subscribed=False)
ELSEWHERE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile"
RETURN = """(async () => {
  const there = () => document.querySelector('[data-screen=follow]') && !document.querySelector('.busy');
  while (!there()) await new Promise((done) => setTimeout(done, 10));
  document.dispatchEvent(new Event('visibilitychange'));
})()"""
KNOWN = {f"chances {me()['contest']['contest_id']} {me()['person']}": 1}
"""The chances that this phone knew."""
ANSWERED: dict[str, Any] = {"attempts": 2, "best_score": 4}

THEME = Theme(
    "entering",
    "进入与关注",
    (
        State("登录", stranger(), shows="[data-action=signin]", small=True),
        State("登录没有成功", stranger(), path="/?e=snapshot", shows="[data-screen=error]"),
        State("未关注", me(subscribed=False), shows="[data-screen=notfollowing]", small=True),
        State("未关注，红包已领完", me(about={"prizes": "none"}, subscribed=False), shows="[data-screen=notfollowing]"),
        State("微信以外的浏览器", stranger(), agent=ELSEWHERE, shows="[data-action=outside]"),
        State("怎样在微信中打开", stranger(), ("outside",), "[data-screen=outside]", agent=ELSEWHERE),
        State("去关注", STRANGE, ("follow",), f"{FOLLOW} .account", small=True),
        State("去关注，二维码没有取到", STRANGE, ("follow",), FOLLOW, {"GET /api/follow-code": refused("try_again")}),
        State("去关注，红包已领完", me(about={"prizes": "none"}, subscribed=False), ("follow",), f"{FOLLOW} .pool"),
        State("去关注，在等消息", STRANGE, ("follow", RETURN), f"{FOLLOW} .told span", later=2, small=True),
        State("去关注，没有等到", STRANGE, ("follow", RETURN), f"{FOLLOW} .told span", later=12),
        State("刚刚关注", me(), path="/#follow", shows=f"{HOME} .card .pool:only-child"),
        State("首页", me(), shows=HOME, small=True, whole=True),
        State("首页，大字", me(), shows=HOME, stored={"care": "1"}, small=True),
        State("首页，好友带来机会", me(chances={"granted": 2, "spent": 0}), stored=KNOWN, shows=HOME, small=True),
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
