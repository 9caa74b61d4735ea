"""The sweep of each minute: forgotten payouts and the counts (I5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import pytest

from chalicelib.domain.claim import ClaimRef, PayoutStatus
from chalicelib.domain.deployed_contest import described
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.payout_decisions import PICKUP
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.ports import LogEntry
from chalicelib.usecases.count_people import COUNTED_AFTER
from chalicelib.usecases.sweep import LIMIT
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, OPENS, SECOND, act, smoke_payment
from tests.support.world import Trouble


def forgotten(bench: Bench, *people: str) -> list[ClaimRef]:
    """Claims whose jobs were lost long enough ago."""
    refs = [ClaimRef(who, bench.claimed(who).attempt_id) for who in people]
    bench.queue.jobs.clear()
    bench.clock.advance(seconds=PICKUP.total_seconds())
    return refs


def test_forgotten_claims_get_new_jobs(bench: Bench) -> None:
    refs = forgotten(bench, "o1", "o2")
    assert bench.app.sweep.sweep_once() == 2
    assert bench.queue.jobs == refs


def test_a_claim_that_was_just_made_is_left_to_its_own_job(bench: Bench) -> None:
    bench.claimed("o1")
    bench.queue.jobs.clear()
    assert bench.app.sweep.sweep_once() == 0


def test_a_doubled_sweep_is_harmless(bench: Bench) -> None:
    forgotten(bench, "o1")
    bench.app.sweep.sweep_once()
    bench.app.sweep.sweep_once()
    for job in bench.queue.jobs:
        bench.app.payouts.pay_claim(job)
    assert len(bench.queue.jobs) == 2
    assert list(bench.pay.payments.values()) == [1]


def test_a_paid_claim_gets_no_job(bench: Bench) -> None:
    (ref,) = forgotten(bench, "o1")
    bench.app.payouts.pay_claim(ref)
    assert bench.app.sweep.sweep_once() == 0


def test_jobs_that_the_queue_does_not_take_are_not_counted(bench: Bench) -> None:
    refs = forgotten(bench, "o1")
    bench.queue.broken = True
    assert bench.app.sweep.sweep_once() == 0
    bench.queue.broken = False
    assert bench.app.sweep.sweep_once() == 1
    assert bench.queue.jobs == refs


def test_stopped_payouts_get_no_jobs_and_the_census_goes_on(bench: Bench) -> None:
    forgotten(bench, "o1")
    bench.ports.control.set_payouts_stopped(True, act())
    assert bench.app.sweep.sweep_once() == 0
    assert bench.queue.jobs == []
    assert bench.ports.control.read_switches().free_packets == 19


def test_the_census_counts_what_is_free(bench: Bench) -> None:
    for number in range(3):
        bench.claimed(f"o{number}")
    assert bench.ports.control.read_switches().free_packets == 20
    bench.app.sweep.sweep_once()
    assert bench.ports.control.read_switches().free_packets == 17


@pytest.mark.parametrize(("free", "counted"), [(399_999, 6), (400_000, 3), (800_000, 2), (4_000_000, 1)])
def test_a_large_pool_is_counted_less_often(bench: Bench, free: int, counted: int) -> None:
    bench.clock.now = OPENS.replace(hour=11, minute=0)
    for _ in range(6):
        bench.state.switches = replace(bench.state.switches, free_packets=free)
        bench.app.sweep.sweep_once()
        bench.clock.advance(minutes=1)
    assert bench.world.calls["pool.count_free"] == counted


def test_an_exhausted_pool_is_counted_each_minute(bench: Bench) -> None:
    bench.state.switches = replace(bench.state.switches, free_packets=4_000_000, exhausted=True)
    bench.clock.advance(minutes=7)
    bench.app.sweep.sweep_once()
    assert bench.ports.control.read_switches().free_packets == 20


def test_nothing_is_counted_without_a_plan() -> None:
    bench = Bench()
    bench.app.sweep.sweep_once()
    assert bench.world.calls["pool.count_free"] == 0
    assert bench.world.calls["control.set_free_packets"] == 0


def test_a_restored_pool_is_counted_again_after_the_end(bench: Bench) -> None:
    """Packets claimed in the lost minutes are free again, and the switches still say that all are gone."""
    bench.ports.control.set_exhausted(bench.state.switches.plan_id)
    bench.app.sweep.sweep_once()
    switches = bench.ports.control.read_switches()
    assert (switches.exhausted, switches.free_packets) == (False, 20)


def test_an_empty_pool_stays_exhausted() -> None:
    bench = Bench(examples.contest(packets=1))
    bench.activate()
    bench.claimed("o1")
    bench.ports.control.set_exhausted(bench.state.switches.plan_id)
    bench.app.sweep.sweep_once()
    switches = bench.ports.control.read_switches()
    assert (switches.exhausted, switches.free_packets) == (True, 0)


def test_a_silent_store_is_try_again_and_the_next_minute_finds_all(bench: Bench) -> None:
    forgotten(bench, "o1")
    bench.world.will_fail("payouts.due_claims", Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.sweep.sweep_once()
    assert bench.app.sweep.sweep_once() == 1


def test_a_hold_and_quiet_hours_get_no_jobs_and_the_counts_go_on(bench: Bench) -> None:
    refs = forgotten(bench, "o1")
    until = bench.clock.now + timedelta(hours=1)
    bench.ports.control.hold_payouts(until, "balance")
    assert bench.app.sweep.sweep_once() == 0
    assert bench.ports.control.read_switches().free_packets == 19
    assert bench.ports.control.stored_counts() == {"": 1}
    bench.clock.now = until
    assert bench.app.sweep.sweep_once() == 1
    assert bench.queue.jobs == refs


def test_the_contest_that_runs_is_reported_once(bench: Bench) -> None:
    """It is reported again only when another one is deployed."""
    for _ in range(3):
        bench.app.sweep.sweep_once()
    assert bench.ports.control.deployed_contest() == described(bench.contest)
    assert bench.world.calls["control.report_contest"] == 1
    earlier = replace(described(bench.contest), contest_id="earlier")
    bench.ports.control.report_contest(earlier)
    bench.app.sweep.sweep_once()
    assert bench.ports.control.deployed_contest() == described(bench.contest)


def test_people_are_counted_by_unit(bench: Bench) -> None:
    for number, unit in enumerate(["区法院", "区法院", "团区委", ""]):
        bench.passed(f"o{number}")
        if unit:
            bench.app.profiles.choose_unit(f"o{number}", unit)
    bench.app.sweep.sweep_once()
    assert bench.ports.control.stored_counts() == {"区法院": 2, "团区委": 1, "": 1}


@pytest.mark.parametrize(
    ("moment", "counted"),
    [(OPENS - SECOND, 0), (OPENS, 1), (CLOSES + COUNTED_AFTER - SECOND, 1), (CLOSES + COUNTED_AFTER, 0)],
)
def test_people_are_counted_from_the_opening_on(bench: Bench, moment: datetime, counted: int) -> None:
    """Also for a while after closing: submissions of the last second are in the final count, which then does not
    change."""
    bench.clock.now = moment
    bench.app.sweep.sweep_once()
    assert bench.world.calls["control.store_counts"] == counted


def test_a_run_queues_no_more_than_the_workers_pay_in_a_minute(bench: Bench) -> None:
    per_minute = 60 * bench.contest.payouts.per_second
    assert per_minute >= LIMIT


@dataclass
class MeasuredSweep:
    bench: Bench
    figures: dict[str, float] = field(default_factory=dict)

    def __call__(self) -> None:
        self.figures.clear()
        self.bench.instance(measure=self._measure).sweep.sweep_once()

    def _measure(self, values: Mapping[str, float], reason: str = "") -> None:
        self.figures.update(values)


def stop(bench: Bench) -> None:
    bench.ports.control.set_payouts_stopped(True, act())


def hold(bench: Bench) -> None:
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(days=1), "balance")


def go_on(bench: Bench) -> None:
    """Payouts are not stopped, but no worker runs."""


@pytest.mark.parametrize("how", [go_on, stop, hold])
def test_the_minutes_since_the_oldest_claim_was_due_are_measured(bench: Bench, how: Callable[[Bench], None]) -> None:
    sweep = MeasuredSweep(bench)
    how(bench)
    sweep()
    assert sweep.figures["OldestDueMinutes"] == 0
    forgotten(bench, "o1")
    bench.clock.advance(seconds=30 * 60)
    forgotten(bench, "o2")
    bench.clock.advance(seconds=60 * 60)
    sweep()
    assert sweep.figures["OldestDueMinutes"] == 92
    for openid, attempt_id in bench.state.due.copy():
        claim = bench.state.claims[openid, attempt_id]
        bench.ports.payouts.replace_claim(claim, replace(claim, status=PayoutStatus.RECEIVED, due_at=None))
    sweep()
    assert sweep.figures["OldestDueMinutes"] == 0


def test_configured_quiet_hours_make_no_claim_overdue() -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, payouts=replace(contest.payouts, quiet_from=time(22), quiet_to=time(8))))
    bench.activate()
    sweep = MeasuredSweep(bench)
    bench.clock.now = datetime(2020, 7, 9, 22, 30, tzinfo=SHANGHAI)
    forgotten(bench, "o1")
    for moment, minutes in ((time(7, 59), 0), (time(8), 0), (time(9, 30), 90)):
        bench.clock.now = datetime(2020, 7, 10, moment.hour, moment.minute, tzinfo=SHANGHAI)
        sweep()
        assert sweep.figures["OldestDueMinutes"] == minutes


@pytest.mark.parametrize(("stopped", "owed", "measured"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_a_stop_is_measured_while_claims_are_owed(bench: Bench, stopped: bool, owed: bool, measured: int) -> None:
    """A smoke payment does not count, since it is sent also while payouts are stopped."""
    bench.ports.control.set_payouts_stopped(stopped, act())
    if owed:
        forgotten(bench, "o1")
    bench.ports.payouts.put_smoke_payment(smoke_payment(), LogEntry(bench.clock.now, "root", "pay-smoke", "1"))
    bench.clock.advance(seconds=PICKUP.total_seconds())
    sweep = MeasuredSweep(bench)
    sweep()
    assert sweep.figures["PayoutsStopped"] == measured
    assert bench.world.calls["payouts.due_claims"] == 1


def test_what_operators_watch_is_measured(bench: Bench) -> None:
    sweep = MeasuredSweep(bench)
    figures = sweep.figures
    forgotten(bench, "o1", "o2")
    sweep()
    assert figures == {
        "ShouldBeOpenButIsNot": 1,
        "PayoutsHeld": 0,
        "OldestDueMinutes": 0,
        "PayoutsStopped": 0,
        "DueLate": 2,
        "FreePackets": 18,
        "Participants": 2,
    }
    bench.ports.control.mark_opened(bench.clock.now)
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(hours=1), "balance")
    sweep()
    assert (figures["ShouldBeOpenButIsNot"], figures["PayoutsHeld"]) == (0, 1)
