"""Every state of the page that a person may see, by theme. `make screens` draws them, `test_states.py` checks each one.

To add one:
1. In the theme's module add `State("name", ...)`; the name is Chinese, unique, and stands under the picture.
2. `me` is the answer of `/api/me` (`made.me(...)`, or `made.stranger(...)` if nobody is signed in); `api` has further
   answers, e.g. `{"GET /api/ranking": {...}, "POST /api/claims": made.refused("on_hold")}`; `stored` is localStorage.
3. `steps` are taps, done in turn: a button's action ("start"), a selector (".option"), or a script ("history.back()").
4. `shows` is a selector of what must be seen in the end; `later` lets that many seconds pass before.
5. Run `pytest tests/browser/test_states.py -k THEME` and `python -m tests.browser.sheets docs/screens THEME`.
"""

from collections.abc import Iterator

from tests.browser.states import (
    after,
    answering,
    before,
    entering,
    learning,
    mine,
    mishaps,
    notices,
    packets,
    receipts,
    results,
    sharing,
)
from tests.browser.states.state import State, Theme

THEMES: tuple[Theme, ...] = (
    before.THEME,
    entering.THEME,
    answering.THEME,
    results.THEME,
    learning.THEME,
    packets.THEME,
    receipts.THEME,
    mine.THEME,
    sharing.THEME,
    notices.THEME,
    mishaps.THEME,
    after.THEME,
)


def every_state() -> Iterator[State]:
    for theme in THEMES:
        yield from theme.states


def named(name: str) -> State:
    return next(state for state in every_state() if state.name == name)
