"""Jobs that only query, and refunded money that is returned to the pool."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import FOR_A_PERSON, Claim, ClaimRef, PayoutStatus
from chalicelib.domain.errors import PrizesExhausted
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.prizes import SHARDS, packet_again
from chalicelib.wiring import Services
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES
from tests.usecases.payout_helpers import ME, live_on, owed, paid, sent, stored


def test_a_job_that_asks_never_sends_what_was_not_sent(bench: Bench) -> None:
    ref = owed(bench)
    bench.clock.advance(days=2)
    bench.app.payouts.pay_claim(ref, ask=True)
    assert (sent(bench), bench.world.calls["pay.query"]) == ([], 0)
    assert stored(bench, ref).status is PayoutStatus.OWED


@pytest.mark.parametrize("reply", [Reply.RECEIVED, Reply.REFUNDED, Reply.FAILED, Reply.SENDING])
def test_a_job_that_asks_records_what_it_learns_before_it_is_due(bench: Bench, reply: Reply) -> None:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.pay.will_say(Answer(reply))
    bench.app.payouts.pay_claim(ref, ask=True)
    assert stored(bench, ref).status.value == reply.value


def test_a_job_that_asks_does_not_send_again_before_it_is_due(bench: Bench) -> None:
    """Another worker may be sending the claim at this moment."""
    ref = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(ref)
    bench.app.payouts.pay_claim(ref, ask=True)
    assert sent(bench) == [1]
    live_on(bench, hours=1)
    assert (paid(bench), sent(bench)) == ([1], [2])


def test_each_morning_s_question_leaves_what_waits_for_a_person(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.will_refuse("NO_AUTH")
    bench.app.payouts.pay_claim(ref)
    live_on(bench, hours=1)
    before = stored(bench, ref)
    assert before.due_at == FOR_A_PERSON
    for _ in range(3):
        bench.clock.advance(days=1)
        bench.app.payouts.pay_claim(ref, ask=True)
    assert stored(bench, ref) == before
    assert sent(bench) == [1]


def test_what_is_final_is_not_asked_about(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.will_answer(Answer(Reply.FAILED))
    bench.app.payouts.pay_claim(ref)
    bench.app.payouts.pay_claim(ref, ask=True)
    assert bench.world.calls["pay.query"] == 0


def put_back_bench(packets: int = 3) -> Bench:
    contest = examples.contest(packets=packets)
    bench = Bench(replace(contest, payouts=replace(contest.payouts, put_back=True)))
    bench.activate()
    return bench


def refund(bench: Bench, already: int | None = None) -> Claim:
    """A claim that was sent, not opened, and refunded. Returns it as stored after the query.

    With `already`, the packet that replaces it is in the pool beforehand, with an amount larger by this many fen.
    """
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    if already is not None:
        again = packet_again(stored(bench, ref).packet, bench.contest.prizes.packets)
        bench.state.pool[again.plan_id][again.number] = replace(again, amount_fen=again.amount_fen + already)
    bench.pay.will_say(Answer(Reply.REFUNDED))
    bench.clock.advance(hours=26)
    bench.app.payouts.pay_claim(ref)
    return stored(bench, ref)


def test_refunded_money_goes_back_while_the_contest_is_open() -> None:
    bench = put_back_bench()
    claim = refund(bench)
    assert (claim.status, claim.due_at) == (PayoutStatus.RELEASED, None)
    (pool,) = bench.state.pool.values()
    assert pool[claim.packet.number + 3].amount_fen == claim.packet.amount_fen
    assert len(pool) == 3
    assert bench.app.audit.audit_books().violations == ()


def test_by_default_it_stays_refunded(bench: Bench) -> None:
    claim = refund(bench)
    assert claim.status is PayoutStatus.REFUNDED
    assert bench.ports.pool.count_free(claim.packet.plan_id, SHARDS) == 19


def test_after_closing_it_stays_refunded() -> None:
    bench = put_back_bench()
    bench.clock.now = CLOSES - timedelta(hours=1)
    assert refund(bench).status is PayoutStatus.REFUNDED


def test_an_exhausted_pool_opens_again_and_the_money_is_paid_to_somebody_else() -> None:
    bench = put_back_bench(packets=1)
    first = owed(bench)
    late = bench.passed("o2")
    with pytest.raises(PrizesExhausted):
        bench.app.claims.open_packet("o2", late)
    bench.app.payouts.pay_claim(first)
    bench.pay.will_say(Answer(Reply.REFUNDED))
    bench.clock.advance(hours=26)
    bench.app.payouts.pay_claim(first)
    bench.refresh()
    claim, _ = bench.app.claims.open_packet("o2", late)
    assert claim.order.mch_billno != stored(bench, first).order.mch_billno
    live_on(bench, hours=1)
    assert bench.pay.ledger[claim.order.mch_billno].openid == "o2"
    assert bench.app.audit.audit_books().violations == ()
    with pytest.raises(PrizesExhausted):
        bench.app.claims.open_packet("o3", bench.passed("o3"))


def test_a_released_claim_is_never_paid_again() -> None:
    bench = put_back_bench()
    claim = refund(bench)
    before = bench.world.snapshot().contests[bench.contest.id].claims
    for ask in (False, True):
        bench.app.payouts.pay_claim(ClaimRef(ME, claim.attempt_id), ask=ask)
    live_on(bench)
    assert sent(bench) == [1]
    assert bench.state.claims == before


def test_a_refund_that_another_worker_saw_first_puts_nothing_back_twice() -> None:
    bench = put_back_bench()
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    for _ in range(2):
        bench.pay.will_say(Answer(Reply.REFUNDED))
    claim = stored(bench, ref)
    bench.app.payouts.pay_claim(ref, ask=True)
    bench.app.payouts.pay_claim(ref, ask=True)
    assert bench.ports.payouts.put_back(claim, claim, 3) is None
    assert bench.ports.pool.count_free(claim.packet.plan_id, SHARDS) == 3


def test_a_claim_that_says_too_late_that_all_are_gone_does_not_hide_what_was_put_back() -> None:
    """It read the pool before the packet was put back, and wrote afterwards."""
    bench = put_back_bench(packets=1)
    claim = refund(bench)
    bench.ports.control.set_exhausted(claim.packet.plan_id)
    bench.app.sweep.sweep_once()
    bench.refresh()
    assert bench.app.claims.open_packet("o2", bench.passed("o2"))


class Measured(list[tuple[Mapping[str, float], str]]):
    """The measured values and their reasons."""

    def __call__(self, values: Mapping[str, float], reason: str = "") -> None:
        self.append((values, reason))


def differing(bench: Bench, measured: Measured) -> Services:
    """An instance deployed with other prizes than those of the active plan."""
    prizes = replace(bench.contest.prizes, packets=5, budget_fen=1000)
    return bench.instance(contest=replace(bench.contest, prizes=prizes), measure=measured)


def test_a_worker_with_other_prizes_than_the_plan_s_sends_nothing_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    bench, measured = put_back_bench(), Measured()
    ref, other = owed(bench), differing(bench, measured)
    before = stored(bench, ref)
    other.payouts.pay_claim(ref)
    assert (stored(bench, ref), bench.pay.sent) == (before, [])
    assert "other prizes are configured" in caplog.text
    bench.clock.advance(hours=1)
    assert other.sweep.sweep_once() == 0
    held = [({"PayoutsHeld": 1}, "prizes_differ")]
    assert [one for one in measured if "PayoutsHeld" in one[0]] == held * 2
    bench.app.payouts.pay_claim(ref)
    assert stored(bench, ref).status is PayoutStatus.SENT


def test_a_worker_with_other_prizes_puts_nothing_back() -> None:
    bench = put_back_bench()
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.clock.advance(hours=26)
    before = bench.world.snapshot()
    bench.pay.will_say(Answer(Reply.REFUNDED))
    differing(bench, Measured()).payouts.pay_claim(ref)
    assert bench.world.snapshot() == before


def test_without_the_plan_s_facts_nothing_is_put_back() -> None:
    """The configured number of packets may differ from the plan's and lead to the number of another packet."""
    bench = put_back_bench()
    bench.state.switches = replace(bench.state.switches, plan_facts=None)
    claim = refund(bench)
    assert claim.status is PayoutStatus.REFUNDED
    assert bench.ports.pool.count_free(claim.packet.plan_id, SHARDS) == 2
    assert bench.app.audit.audit_books().violations == ()


def test_once_activating_again_has_recorded_the_facts_refunded_money_is_put_back() -> None:
    bench = put_back_bench()
    bench.state.switches = replace(bench.state.switches, plan_facts=None)
    bench.clock.advance(minutes=1)
    bench.app.plans.activate_plan("wang")
    assert refund(bench).status is PayoutStatus.RELEASED
    assert bench.app.audit.audit_books().violations == ()


def test_a_packet_that_is_back_already_is_not_put_back_twice() -> None:
    """As after a restore of the table `participants` to a time before the refund was recorded."""
    bench = put_back_bench()
    claim = refund(bench, already=0)
    assert claim.status is PayoutStatus.RELEASED
    assert bench.ports.pool.count_free(claim.packet.plan_id, SHARDS) == 3
    assert bench.app.audit.audit_books().violations == ()


def test_what_cannot_be_put_back_ends_as_refunded_and_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    bench = put_back_bench()
    claim = refund(bench, already=1)
    assert (claim.status, claim.due_at) == (PayoutStatus.REFUNDED, None)
    assert f"claim {claim.claim_id} is refunded, but its packet is not put back" in caplog.text
    assert bench.app.audit.audit_books().violations


def test_money_of_another_plan_stays_refunded() -> None:
    bench = put_back_bench()
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.state.switches = replace(bench.state.switches, plan_id="plan00000009")
    bench.pay.will_say(Answer(Reply.REFUNDED))
    bench.clock.advance(hours=26)
    bench.app.payouts.pay_claim(ref)
    assert stored(bench, ref).status is PayoutStatus.REFUNDED
