"""Each minute: forgotten payouts and the census (I5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.claims import ClaimRef
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.payouts import PICKUP
from chalicelib.usecases.sweep import COUNTED_AFTER, LIMIT
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, OPENS, SECOND
from tests.support.world import Trouble


def forgotten(bench: Bench, *people: str) -> list[ClaimRef]:
    """Claims whose jobs are lost, and long enough."""
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
    bench.ports.control.set_payouts_stopped(True)
    assert bench.app.sweep.sweep_once() == 0
    assert bench.queue.jobs == []
    assert bench.ports.control.read_switches().free_packets == 19


def test_the_census_counts_what_is_free(bench: Bench) -> None:
    for number in range(3):
        bench.claimed(f"o{number}")
    assert bench.ports.control.read_switches().free_packets == 20
    bench.app.sweep.sweep_once()
    assert bench.ports.control.read_switches().free_packets == 17


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
    """For a while after closing too: what was submitted in the last second is in the final count, which then stays."""
    bench.clock.now = moment
    bench.app.sweep.sweep_once()
    assert bench.world.calls["control.store_counts"] == counted


def test_a_run_queues_no_more_than_the_workers_pay_in_a_minute(bench: Bench) -> None:
    per_minute = 60 * bench.contest.payouts.per_second
    assert per_minute >= LIMIT


def test_what_operators_watch_is_measured(bench: Bench) -> None:
    figures: dict[str, float] = {}

    def measure(values: Mapping[str, float], reason: str = "") -> None:
        figures.update(values)

    sweep = bench.instance(measure=measure).sweep.sweep_once
    forgotten(bench, "o1", "o2")
    sweep()
    assert figures == {"ShouldBeOpenButIsNot": 1, "PayoutsHeld": 0, "FreePackets": 18, "Participants": 2, "DueLate": 2}
    bench.ports.control.mark_opened(bench.clock.now)
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(hours=1), "balance")
    sweep()
    assert (figures["ShouldBeOpenButIsNot"], figures["PayoutsHeld"]) == (0, 1)
