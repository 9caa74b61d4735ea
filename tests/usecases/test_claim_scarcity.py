"""Taken packets, a busy store, and the end of the prizes (R8)."""

from collections.abc import Sequence

import pytest

from chalicelib.domain.claim import Claim, ClaimRef, Packet
from chalicelib.domain.errors import (
    ContestPaused,
    PrizesExhausted,
    TryAgain,
)
from chalicelib.domain.payout_decisions import PICKUP
from chalicelib.usecases.open_packet import PATIENCE, PAUSE
from chalicelib.wiring import Services
from tests.support.bench import Bench
from tests.support.examples import act
from tests.support.prizes import FakePool
from tests.support.world import Trouble
from tests.usecases.pool_views import drain, free

ME = "o1"


def stale(bench: Bench) -> FakePool:
    assert isinstance(bench.ports.pool, FakePool)
    return bench.ports.pool


def test_a_packet_that_is_gone_is_followed_by_the_next(bench: Bench) -> None:
    gone = bench.claimed("o2").packet
    attempt_id = bench.passed(ME)
    other = bench.instance()
    stale(bench).stale = [gone, gone, gone]
    bench.world.calls.clear()
    claim, _ = other.claims.open_packet(ME, attempt_id)
    assert claim.packet != gone
    assert bench.world.calls["participants.commit_claim"] == 2
    assert bench.world.calls["pool.free_window"] == 2
    assert bench.stopwatch.slept == 0


def test_an_empty_window_is_followed_by_a_consistent_look(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    stale(bench).stale = []
    bench.app.claims.open_packet(ME, attempt_id)
    assert bench.world.calls["pool.search_free"] == 1


def test_conflicts_are_waited_out(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    bench.world.will_fail("participants.commit_claim", *[Trouble.BUSY] * 3)
    claim, repeated = bench.app.claims.open_packet(ME, attempt_id)
    assert not repeated
    assert bench.stopwatch.slept == 3
    assert bench.ports.participants.claims_of(ME) == (claim,)


def test_conflicts_without_end_are_try_again_in_time(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    before, started = bench.state.copy(), bench.stopwatch.seconds
    bench.world.will_fail("participants.commit_claim", *[Trouble.BUSY] * 10_000)
    with pytest.raises(TryAgain):
        bench.app.claims.open_packet(ME, attempt_id)
    assert PATIENCE <= bench.stopwatch.seconds - started <= PATIENCE + 2 * PAUSE
    assert bench.state == before
    assert bench.queue.jobs == []


def test_a_lost_answer_is_found_and_never_a_second_claim(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    bench.world.will_fail("participants.commit_claim", Trouble.LOST)
    claim, _ = bench.app.claims.open_packet(ME, attempt_id)
    assert bench.ports.participants.claims_of(ME) == (claim,)
    assert free(bench) == 19


def paused_in_its_sleep(bench: Bench) -> Services:
    """An instance that sees a pause right after its first conflict."""

    def sleep(seconds: float) -> None:
        bench.ports.control.set_paused(True, act())
        app.ports.switches.forget()

    app = bench.instance(sleep=sleep)
    return app


def test_a_lost_answer_before_a_pause_is_found_too(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    bench.world.will_fail("participants.commit_claim", Trouble.LOST)
    claim, _ = paused_in_its_sleep(bench).claims.open_packet(ME, attempt_id)
    assert bench.ports.participants.claims_of(ME) == (claim,)


def test_a_pause_between_two_tries_stops_the_claim(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    bench.world.will_fail("participants.commit_claim", Trouble.BUSY)
    with pytest.raises(ContestPaused):
        paused_in_its_sleep(bench).claims.open_packet(ME, attempt_id)
    assert bench.ports.participants.claims_of(ME) == ()


def test_a_pause_during_the_look_for_a_packet_stops_the_claim(bench: Bench) -> None:
    attempt_id = bench.passed(ME)

    class SlowPool(FakePool):
        def free_window(self, plan_id: str) -> Sequence[Packet]:
            bench.pause()
            return super().free_window(plan_id)

    slow = SlowPool(bench.world, bench.contest.id, bench.rng)
    with pytest.raises(ContestPaused):
        bench.instance(pool=slow).claims.open_packet(ME, attempt_id)
    assert bench.ports.participants.claims_of(ME) == ()


def exhausted(bench: Bench) -> str:
    """An attempt that is claimed too late, at an instance that already knows that no packet is left."""
    attempt_id = bench.passed(ME)
    drain(bench)
    with pytest.raises(PrizesExhausted):
        bench.app.claims.open_packet(ME, attempt_id)
    bench.app.gate.switches()
    return attempt_id


def test_an_empty_pool_is_marked_after_a_consistent_look(bench: Bench) -> None:
    exhausted(bench)
    assert bench.ports.control.read_switches().exhausted
    assert bench.world.calls["pool.search_free"] == 1
    assert bench.world.calls["control.set_exhausted"] == 1


def test_after_the_mark_everyone_is_told_without_a_write_and_with_one_read(bench: Bench) -> None:
    attempt_id = exhausted(bench)
    other = bench.instance()
    assert other.ports.switches().exhausted
    bench.world.calls.clear()
    with pytest.raises(PrizesExhausted):
        other.claims.open_packet(ME, attempt_id)
    assert bench.world.calls == {"participants.read_standing": 1}
    assert (bench.world.reads(), bench.world.writes()) == (1, 0)


def test_a_mark_that_fails_is_made_by_the_next_one(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    drain(bench)
    bench.world.will_fail("control.set_exhausted", Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.claims.open_packet(ME, attempt_id)
    assert not bench.ports.control.read_switches().exhausted
    with pytest.raises(PrizesExhausted):
        bench.app.claims.open_packet(ME, attempt_id)
    assert bench.ports.control.read_switches().exhausted


@pytest.mark.parametrize("name", ["pool.free_window", "control.read_switches"])
def test_a_silent_read_is_try_again(bench: Bench, name: str) -> None:
    attempt_id = bench.passed(ME)
    bench.refresh()
    bench.world.will_fail(name, Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.claims.open_packet(ME, attempt_id)
    assert not bench.app.claims.open_packet(ME, attempt_id)[1]


def test_a_job_that_the_queue_did_not_take_is_found_by_the_sweep(bench: Bench) -> None:
    bench.queue.broken = True
    claim = bench.claimed(ME)
    assert not bench.queue.jobs
    bench.queue.broken = False
    assert bench.app.sweep.sweep_once() == 0
    bench.clock.advance(seconds=PICKUP.total_seconds())
    assert bench.app.sweep.sweep_once() == 1
    assert bench.queue.jobs == [ClaimRef(ME, claim.attempt_id)]


def test_every_packet_is_handed_out_to_the_last_fen(bench: Bench) -> None:
    claims = [bench.claimed(f"o{n}") for n in range(20)]
    assert {claim.packet.number for claim in claims} == set(range(20))
    assert _sum(claims) == bench.contest.prizes.budget_fen
    with pytest.raises(PrizesExhausted):
        bench.claimed("late")


def _sum(claims: list[Claim]) -> int:
    return sum(claim.packet.amount_fen for claim in claims)
