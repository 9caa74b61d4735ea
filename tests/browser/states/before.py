"""Before the opening."""

from tests.browser.states.made import BEFORE, me, stranger
from tests.browser.states.state import State, Theme

THEME = Theme(
    "before",
    "开始前",
    (
        State("预告", stranger(BEFORE), shows="[data-screen=before] .count", small=True),
        State("预告，已关注", me(BEFORE), shows="[data-screen=before] .count", whole=True),
    ),
)
