"""After the end."""

from tests.browser.states.made import AFTER, claim, me, passed, stranger, winner
from tests.browser.states.state import State, Theme

CLOSED = "[data-screen=closed]"

THEME = Theme(
    "after",
    "结束后",
    (
        State("已结束，没有登录", stranger(AFTER), shows=CLOSED, small=True),
        State("已结束，没有红包", me(AFTER, attempts=3, best_score=4), shows=CLOSED),
        State("已结束，红包已领取", winner(claim("received"), now=AFTER), shows=CLOSED, small=True),
        State("已结束，红包被退回", winner(claim("refunded"), now=AFTER), shows=CLOSED),
        State("已结束，达标未开", passed(now=AFTER), shows=CLOSED),
        State("规则", me(AFTER), ("rules",), "[data-screen=rules]"),
    ),
)
