"""Figures that add up: each night equals the audit of its moment, and days add up to the whole, while people race."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from chalicelib.domain.audit import Report
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.desk.day_figures import DayFigures, figures_of, night_of
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.purge import PurgeState
from chalicelib.usecases.desk.count_days import DAY, LATEST, DayCounting
from tests.desk.racing import UNITS, BusyScan, Crowd, counting
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, MINUTE, OPENS, SECOND
from tests.support.killed import Killed
from tests.support.world import Trouble

HOUR = timedelta(hours=1)
NIGHTS = [night_of(OPENS.date() + timedelta(days=day)) for day in range(7)]


@pytest.fixture
def bench() -> Bench:
    made = Bench(examples.contest(packets=40))
    made.clock.now = OPENS
    made.activate()
    return made


def stored(bench: Bench, name: str) -> DayFigures:
    body = bench.ports.office.read_record(name).body
    return figures_of(body["figures"] if name == LATEST else body)


def nights(bench: Bench) -> list[DayFigures]:
    return [figures_of(record.body) for record in bench.ports.office.read_records(DAY)]


def facts(bench: Bench, report: Report) -> dict[str, object]:
    """What the audit, the counted people and the ledger say now."""
    accounts = list(bench.ports.ledger.all_accounts())
    return {
        "attempts": report.attempts,
        "passes": sum(len(account.passed) for account in accounts),
        "fen": report.claimed_fen,
        "claims": sum(number for number, _ in report.by_status.values()),
        "people": sum(bench.ports.participants.count_people().values()),
        "violations": report.violations,
    }


def counted(found: DayFigures) -> dict[str, object]:
    return {
        "attempts": found.attempts,
        "passes": found.passes,
        "fen": found.fen,
        "claims": sum(number for number, _ in found.payouts.values()),
        "people": found.total_people,
        "violations": (),
    }


@pytest.mark.parametrize("seed", range(3))
def test_each_night_equals_the_audit_and_days_add_up(bench: Bench, seed: int) -> None:
    """While people answer, claim, choose and move, leave and come back, also between two pages of the scan."""
    rng = Random(seed)
    crowd = Crowd(bench, rng)
    busy = counting(bench, BusyScan(bench.ports.day_scan, crowd, rng))
    audits = []
    for night in NIGHTS:
        for _ in range(10):
            crowd.act()
        bench.clock.now = max(night, bench.clock.now)
        audits.append(facts(bench, bench.app.audit.audit_books()))
        for _ in range(3):
            crowd.act()
        bench.clock.now = night + MINUTE + SECOND
        assert busy.count_due() == (f"{DAY}{(night - HOUR).date()}", LATEST)
    assert [counted(night) for night in nights(bench)] == audits
    bench.clock.now = CLOSES + HOUR / 2
    assert counting(bench).count_due() == (LATEST,)
    latest = stored(bench, LATEST)
    assert counted(latest) == facts(bench, bench.app.audit.audit_books())
    assert latest.people == {unit: n for unit, n in bench.ports.participants.count_people().items() if n}
    states = [*nights(bench), latest]
    days = [after.since(before) for before, after in zip([None, *states], states, strict=False)]
    assert sum(day.attempts for day in days) == latest.attempts
    units = {unit: sum(day.people.get(unit, 0) for day in days) for unit in ("", *UNITS)}
    assert {unit: number for unit, number in units.items() if number} == latest.people
    assert sum(sum(one) for one in latest.answers.values()) == latest.attempts * bench.contest.quiz.draw_size
    friends = list(bench.ports.ledger.counted_friends())
    assert latest.followed.friends == len(friends)


def test_erased_people_stay_in_the_figures_and_released_claims_in_the_states(bench: Bench) -> None:
    _, released = (bench.claimed(who) for who in ("o1", "o2"))
    for who in ("o1", "o2"):
        bench.ports.participants.set_unit(who, UNITS[0])
    bench.ports.personal_data.erase_answers("o1", examples.act())
    assert bench.ports.payouts.put_back(released, replace(released, status=PayoutStatus.RELEASED, due_at=None), 40)
    bench.clock.now = NIGHTS[0] + MINUTE
    counting(bench).count_due()
    found = stored(bench, "day#2020-07-08")
    assert counted(found) == facts(bench, bench.app.audit.audit_books())
    assert (found.people, found.claims, sum(n for n, _ in found.payouts.values())) == ({"": 1, UNITS[0]: 1}, 1, 2)


def test_a_night_is_counted_a_minute_after_its_moment(bench: Bench) -> None:
    """By then the requests of that moment have been written."""
    bench.clock.now = NIGHTS[0] + MINUTE - SECOND
    assert counting(bench).count_due() == (LATEST,)
    bench.clock.now += SECOND
    assert counting(bench).count_due() == ("day#2020-07-08", LATEST)
    assert counting(bench).count_due() == ()


def test_missed_nights_are_counted_later_as_they_were(bench: Bench) -> None:
    """By one scan."""
    for day in range(3):
        bench.clock.now = OPENS + timedelta(days=day, hours=8)
        bench.claimed(f"o{day}")
    bench.world.calls.clear()
    bench.clock.advance(seconds=1)
    assert counting(bench).count_due() == ("day#2020-07-08", "day#2020-07-09", LATEST)
    assert bench.world.calls["day_scan.count_followers"] == 1
    assert [(night.attempts, night.claims, night.total_people) for night in nights(bench)] == [(1, 1, 1), (2, 2, 2)]
    assert stored(bench, LATEST).attempts == 3


def test_a_stored_night_stays_as_it_is(bench: Bench) -> None:
    """Even if the record of the latest figures, which names the nights, is lost."""
    bench.clock.now = NIGHTS[0] + MINUTE
    counting(bench).count_due()
    before = bench.ports.office.read_record("day#2020-07-08")
    del bench.state.office[LATEST]
    bench.follow("o1")
    bench.clock.advance(minutes=1)
    counting(bench).count_due()
    assert bench.ports.office.read_record("day#2020-07-08") == before


@pytest.mark.parametrize("calls", range(8))
def test_a_run_that_dies_is_repeated_by_the_next(bench: Bench, calls: int) -> None:
    bench.claimed("o1")
    bench.clock.now = NIGHTS[0] + MINUTE
    bench.world.will_die(calls)
    with suppress(Killed):
        counting(bench).count_due()
    bench.world.will_die(None)
    counting(bench).count_due()
    assert counted(stored(bench, "day#2020-07-08")) == facts(bench, bench.app.audit.audit_books())


def test_an_answer_that_was_lost_does_no_harm(bench: Bench) -> None:
    bench.clock.now = NIGHTS[0] + MINUTE
    bench.world.will_fail("office.write_record", Trouble.LOST)
    with pytest.raises(TryAgain):
        counting(bench).count_due()
    assert counting(bench).count_due() == ("day#2020-07-08", LATEST)


class SlowScan(BusyScan):
    def __init__(self, bench: Bench, seconds: float) -> None:
        super().__init__(bench.ports.day_scan, Crowd(bench, Random(0)), Random(0))
        self._bench, self._seconds = bench, seconds

    def scan_people(self):  # type: ignore[no-untyped-def]
        self._bench.stopwatch.seconds += self._seconds
        return self._bench.ports.day_scan.scan_people()


@pytest.mark.parametrize(("seconds", "pause"), [(0.1, timedelta(minutes=5)), (60, timedelta(hours=1))])
def test_the_pause_grows_with_the_scan(bench: Bench, seconds: float, pause: timedelta) -> None:
    slow = counting(bench, SlowScan(bench, seconds))
    assert slow.count_due() == (LATEST,)
    bench.clock.now += pause - SECOND
    assert slow.count_due() == ()
    bench.clock.now += SECOND
    assert slow.count_due() == (LATEST,)


def due_at(bench: Bench, moment: timedelta) -> bool:
    """Whether the latest figures are due so long after closing."""
    bench.clock.now = CLOSES + moment
    return LATEST in DayCounting.count_due(counting(bench))


def test_before_the_opening_and_long_after_closing_nothing_is_counted(bench: Bench) -> None:
    bench.clock.now = OPENS - SECOND
    assert counting(bench).count_due() == ()
    assert due_at(bench, timedelta(minutes=55))
    assert not due_at(bench, timedelta(hours=24))
    assert due_at(bench, timedelta(hours=25))
    assert not due_at(bench, timedelta(days=60))


def test_once_personal_data_are_purged_the_figures_stay(bench: Bench) -> None:
    bench.claimed("o1")
    bench.clock.advance(minutes=1)
    counting(bench).count_due()
    bench.state.switches = replace(bench.state.switches, purge=PurgeState.BEGUN)
    bench.clock.now = CLOSES + HOUR
    assert counting(bench).count_due() == ()
    assert stored(bench, LATEST).attempts == 1
