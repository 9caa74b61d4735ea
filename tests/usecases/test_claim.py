"""Opening a red packet (R6, R7, R8, R16; I1, I2, I6)."""

from collections.abc import Callable

import pytest

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.errors import (
    AttemptInvalid,
    ContestClosed,
    ContestError,
    ContestNotOpen,
    ContestPaused,
    NoChanceLeft,
    NotFollowing,
    NotPassed,
    OnHold,
    PrizesExhausted,
)
from chalicelib.domain.payout_decisions import PICKUP
from tests.support import examples
from tests.support.bench import Bench, nobody_watches
from tests.support.examples import act
from tests.usecases.check_order import every_choice
from tests.usecases.pool_views import drain, free

ME = "o1"


def test_a_passed_attempt_opens_a_packet(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    claim, repeated = bench.app.claims.open_packet(ME, attempt_id)
    assert not repeated
    assert (claim.attempt_id, claim.openid, claim.claimed_at) == (attempt_id, ME, bench.clock.now)
    assert claim.due_at == bench.clock.now + PICKUP
    assert claim.order.amount_fen == claim.packet.amount_fen
    assert claim.order.mch_billno == f"{claim.packet.plan_id}{claim.packet.number:08d}"
    assert bench.ports.participants.claims_of(ME) == (claim,)
    assert bench.queue.jobs == [ClaimRef(ME, attempt_id)]
    assert free(bench) == 19


def test_a_warm_claim_is_one_transaction_and_a_job(bench: Bench) -> None:
    bench.claimed("o2")
    attempt_id = bench.passed(ME)
    bench.world.calls.clear()
    bench.app.claims.open_packet(ME, attempt_id)
    assert bench.world.calls == {"participants.commit_claim": 1, "payout_queue.put_payout": 1}


def close(bench: Bench) -> None:
    bench.clock.now = examples.CLOSES


def spend(bench: Bench) -> None:
    bench.claimed(ME)
    bench.clock.advance(seconds=5)


def hold(bench: Bench) -> None:
    bench.ports.participants.set_hold(ME, True, act())


def nothing(bench: Bench) -> None:
    """Nothing to set up: the request itself names the attempt."""


# Ordered as the checks are.
ORDER: dict[str, tuple[type[ContestError], Callable[[Bench], None]]] = {
    "closed": (ContestClosed, close),
    "paused": (ContestPaused, Bench.pause),
    "unfollowed": (NotFollowing, lambda bench: bench.unfollow(ME)),
    "unknown": (AttemptInvalid, nothing),
    "foreign": (AttemptInvalid, nothing),
    "failed": (NotPassed, nothing),
    "on hold": (OnHold, hold),
    "spent": (NoChanceLeft, spend),
    "exhausted": (PrizesExhausted, drain),
}
ATTEMPTS = {"unknown", "foreign", "failed"}
DOING = ["spent", "exhausted", "on hold", "unfollowed", "paused", "closed"]


def attempts(bench: Bench) -> dict[str, str]:
    foreign, passed = bench.passed("o2"), bench.passed(ME)
    failed = bench.submit(ME, bench.drawn(ME), right=4).attempt_id
    bench.clock.advance(seconds=5)
    return {"unknown": "unknown", "foreign": foreign, "failed": failed, "passed": passed}


@pytest.mark.parametrize("wrong", every_choice(list(ORDER), [{"unknown", "foreign", "failed"}]), ids=" ".join)
def test_the_first_reason_refuses_and_takes_nothing(bench: Bench, wrong: tuple[str, ...]) -> None:
    attempt_id = attempts(bench)[(*ATTEMPTS.intersection(wrong), "passed")[0]]
    for name in DOING:
        if name in wrong:
            ORDER[name][1](bench)
    before = bench.state.copy()
    with pytest.raises(ContestError) as caught:
        bench.app.claims.open_packet(ME, attempt_id)
    assert type(caught.value) is ORDER[wrong[0]][0]
    after = bench.state
    assert (after.people, after.passes, after.claims, after.pool) == (
        before.people,
        before.passes,
        before.claims,
        before.pool,
    )


@pytest.mark.parametrize(
    "since", every_choice(["closed", "paused", "unfollowed", "on hold", "exhausted"]), ids=" ".join
)
def test_a_repeat_gets_the_same_claim_at_any_time(bench: Bench, since: tuple[str, ...]) -> None:
    claim = bench.claimed(ME)
    for name in DOING:
        if name in since:
            ORDER[name][1](bench)
    before = (dict(bench.state.claims), dict(bench.state.people), free(bench), list(bench.queue.jobs))
    assert bench.app.claims.open_packet(ME, claim.attempt_id) == (claim, True)
    assert (dict(bench.state.claims), dict(bench.state.people), free(bench), bench.queue.jobs) == before


def test_a_repeat_shows_the_payout_s_state(bench: Bench) -> None:
    claim = bench.claimed(ME)
    bench.app.payouts.pay_claim(ClaimRef(ME, claim.attempt_id))
    assert bench.app.claims.open_packet(ME, claim.attempt_id)[0].status.value == "sent"


def test_before_the_opening_nothing_is_claimed(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    bench.clock.now = examples.OPENS - examples.SECOND
    with pytest.raises(ContestNotOpen):
        bench.app.claims.open_packet(ME, attempt_id)


def test_before_the_activation_there_are_no_prizes() -> None:
    bench = Bench()
    bench.app.plans.lay_plan(nobody_watches, "wang")
    attempt_id = bench.passed(ME)
    with pytest.raises(PrizesExhausted):
        bench.app.claims.open_packet(ME, attempt_id)
    assert not bench.state.switches.exhausted
