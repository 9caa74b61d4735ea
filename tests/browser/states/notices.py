"""The rules, the notice on personal data, and whom to ask."""

from tests.browser.states.made import me, stranger
from tests.browser.states.state import State, Theme

THEME = Theme(
    "notices",
    "规则、隐私、公示",
    (
        State("规则", me(), ("rules",), "[data-screen=rules]", small=True),
        State("规则，没有登录", stranger(), ("rules",), "[data-screen=rules] code", whole=True),
        State("隐私与联系", me(), ("privacy",), "[data-screen=privacy]", small=True),
    ),
)
