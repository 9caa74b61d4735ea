"""The figures of one moment: counted from a scan, subtracted, and stored."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from chalicelib.domain.contest import Window
from chalicelib.domain.desk.day_figures import (
    DayFigures,
    FollowerCounts,
    contest_days,
    figures_body,
    figures_of,
    night_of,
)
from chalicelib.domain.desk.day_tally import AttemptSeen, ClaimSeen, DayTally, Seen, UnitSeen
from chalicelib.domain.shanghai import SHANGHAI
from tests.support import examples
from tests.support.examples import NOON, SECOND

BEFORE = NOON - SECOND
ANSWERS = [("q1", "A", "A"), ("q2", "B", "A"), ("q3", None, "A")]


def attempt(who: str, graded_at: datetime = BEFORE, passed: bool = False) -> AttemptSeen:
    return AttemptSeen(who, graded_at, passed, ANSWERS)


def count(*rows: Seen, until: datetime = NOON) -> DayFigures:
    tally = DayTally(until)
    for row in rows:
        tally.take(row)
    return tally.figures(FollowerCounts())


def test_people_are_counted_once_under_their_unit() -> None:
    found = count(
        attempt("o1"), attempt("o1"), UnitSeen("o1", "区法院"), UnitSeen("o2", "区法院"), attempt("o2"), attempt("o3")
    )
    assert (found.people, found.attempts, found.total_people) == ({"区法院": 2, "": 1}, 4, 3)


def test_who_only_chose_a_unit_is_no_participant() -> None:
    assert count(UnitSeen("o1", "区法院")) == DayFigures(NOON)


@pytest.mark.parametrize("late", [NOON, NOON + SECOND])
def test_what_happened_at_the_moment_or_later_is_passed_over(late: datetime) -> None:
    found = count(attempt("o1", late), ClaimSeen("o1", late, 100, "owed"), UnitSeen("o1", "区法院"))
    assert found == DayFigures(NOON)


def test_answers_are_counted_by_question() -> None:
    found = count(attempt("o1", passed=True), attempt("o2"), AttemptSeen("o3", BEFORE, True, ()))
    assert found.answers == {"q1": (2, 0, 0), "q2": (0, 2, 0), "q3": (0, 0, 2)}
    assert (found.attempts, found.passes) == (3, 2)


def test_claims_are_counted_by_state_and_without_those_released() -> None:
    night = datetime(2020, 7, 8, 16, 30, tzinfo=UTC)
    found = count(
        ClaimSeen("o1", night, 100, "sent"),
        ClaimSeen("o2", night - timedelta(hours=1), 200, "received"),
        ClaimSeen("o3", night, 400, "released"),
        until=examples.CLOSES,
    )
    assert (found.claims, found.fen) == (2, 300)
    assert found.payouts == {"sent": (1, 100), "received": (1, 200), "released": (1, 400)}


def some(rng: Random, at: datetime) -> DayFigures:
    def pairs(*names: str) -> dict[str, tuple[int, int]]:
        return {name: (rng.randrange(9), rng.randrange(900)) for name in names if rng.random() < 0.7}

    return DayFigures(
        at,
        {unit: rng.randrange(1, 9) for unit in ("", "a", "b") if rng.random() < 0.7},
        rng.randrange(99),
        rng.randrange(99),
        rng.randrange(99),
        rng.randrange(9900),
        pairs("sent", "owed"),
        {name: (rng.randrange(9), rng.randrange(9), 1) for name in ("q1", "q2") if rng.random() < 0.7},
        FollowerCounts(*(rng.randrange(9) for _ in range(4))),
    )


@pytest.mark.parametrize("seed", range(10))
def test_days_add_up_to_the_whole(seed: int) -> None:
    """Also where a unit lost people and a state its claims."""
    rng = Random(seed)
    states = [some(rng, NOON + timedelta(days=day)) for day in range(7)]
    days = [after.since(before) for before, after in zip([None, *states], states, strict=False)]
    whole = states[-1]
    assert sum(day.attempts for day in days) == whole.attempts
    assert sum(day.passes for day in days) == whole.passes
    assert (sum(day.claims for day in days), sum(day.fen for day in days)) == (whole.claims, whole.fen)
    for unit in ("", "a", "b"):
        assert sum(day.people.get(unit, 0) for day in days) == whole.people.get(unit, 0)
    for name in ("q1", "q2"):
        got = [day.answers.get(name, (0, 0, 0)) for day in days]
        assert tuple(map(sum, zip(*got, strict=True))) == whole.answers.get(name, (0, 0, 0))
    for state in ("sent", "owed"):
        paid = [day.payouts.get(state, (0, 0)) for day in days]
        assert tuple(map(sum, zip(*paid, strict=True))) == whole.payouts.get(state, (0, 0))
    assert sum(day.followed.followers for day in days) == whole.followed.followers
    assert sum(day.followed.taken for day in days) == whole.followed.taken


def test_they_are_stored_and_read_back() -> None:
    found = some(Random(1), NOON)
    assert figures_of(json.loads(json.dumps(figures_body(found)))) == found


def test_those_of_an_earlier_version_are_read() -> None:
    """Nights are counted once, so theirs stay in the store."""
    found = replace(some(Random(1), NOON), claims=3, fen=600)
    body = {name: part for name, part in figures_body(found).items() if name not in ("claims", "fen")}
    assert figures_of(body | {"claims_by_day": {"2020-07-08": [1, 100], "2020-07-09": [2, 500]}}) == found


def test_the_days_of_the_contest_and_their_nights() -> None:
    days = contest_days(examples.contest().window)
    assert (days[0], days[-1], len(days)) == (date(2020, 7, 8), date(2020, 7, 14), 7)
    assert night_of(days[-1]) == datetime(2020, 7, 15, 0, 10, tzinfo=SHANGHAI)
    noon = datetime(2020, 7, 8, 4, tzinfo=UTC)
    assert contest_days(Window(noon, noon, noon + timedelta(hours=1))) == (date(2020, 7, 8),)
