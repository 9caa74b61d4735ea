"""The window: the phase at a moment, to the microsecond and in any offset."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.contest import Phase, Window
from chalicelib.domain.errors import ContestClosed, ContestNotOpen
from chalicelib.domain.shanghai import SHANGHAI

WINDOW = Window(
    announced_at=datetime(2020, 7, 1, tzinfo=SHANGHAI),
    opens_at=datetime(2020, 7, 8, tzinfo=SHANGHAI),
    closes_at=datetime(2020, 7, 15, tzinfo=SHANGHAI),
)
EDGES = [
    (datetime(2020, 6, 30, tzinfo=SHANGHAI), Phase.ANNOUNCED),
    (datetime(2020, 7, 7, 23, 59, 59, tzinfo=SHANGHAI), Phase.ANNOUNCED),
    (datetime(2020, 7, 7, 23, 59, 59, 999_999, tzinfo=SHANGHAI), Phase.ANNOUNCED),
    (datetime(2020, 7, 8, tzinfo=SHANGHAI), Phase.OPEN),
    (datetime(2020, 7, 14, 23, 59, 59, 999_999, tzinfo=SHANGHAI), Phase.OPEN),
    (datetime(2020, 7, 15, tzinfo=SHANGHAI), Phase.CLOSED),
    (datetime(2020, 7, 7, 15, 59, 59, tzinfo=UTC), Phase.ANNOUNCED),
    (datetime(2020, 7, 7, 16, tzinfo=UTC), Phase.OPEN),
    (datetime(2020, 7, 14, 15, 59, 59, 999_999, tzinfo=UTC), Phase.OPEN),
    (datetime(2020, 7, 14, 16, tzinfo=UTC), Phase.CLOSED),
]
REFUSALS = {Phase.ANNOUNCED: ContestNotOpen, Phase.CLOSED: ContestClosed}


@pytest.mark.parametrize(("now", "phase"), EDGES, ids=[now.isoformat() for now, _ in EDGES])
def test_the_edges_of_the_window(now: datetime, phase: Phase) -> None:
    assert WINDOW.phase(now) is phase
    if phase is Phase.OPEN:
        WINDOW.require_open(now)
    else:
        with pytest.raises(REFUSALS[phase]):
            WINDOW.require_open(now)


@given(st.timedeltas(timedelta(days=-10), timedelta(days=20)), st.integers(-14 * 60, 14 * 60))
def test_an_offset_never_changes_the_phase(after_opening: timedelta, minutes: int) -> None:
    now = WINDOW.opens_at + after_opening
    elsewhere = now.astimezone(timezone(timedelta(minutes=minutes)))
    assert WINDOW.phase(elsewhere) is WINDOW.phase(now)
    assert (WINDOW.phase(now) is Phase.OPEN) == (WINDOW.opens_at <= now < WINDOW.closes_at)
