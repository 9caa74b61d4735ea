"""Reconciliation: all payouts that are not final are queried, and payments are compared with the merchant's
statement."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.pay.red_packet import refusal
from chalicelib.domain.claim import TRANSFER, Claim, ClaimRef, Packet, PayoutStatus
from chalicelib.domain.operator_log import returned_numbers
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.prizes import SHARDS
from chalicelib.domain.statement import Statement
from chalicelib.usecases.reconcile_payouts import Difference, against_statement
from tests.support import examples
from tests.support.bench import Bench
from tests.usecases.payout_helpers import live_on, owed, paid, sent, stored


def claimed(bench: Bench, *people: str) -> list[ClaimRef]:
    return [ClaimRef(who, bench.claimed(who).attempt_id) for who in people]


def reconcile(bench: Bench) -> list[Difference]:
    return list(bench.app.reconciliation.reconcile_payouts(lambda count: None))


def test_each_morning_everything_that_is_not_final_is_asked_about(bench: Bench) -> None:
    first, second, third = claimed(bench, "o1", "o2", "o3")
    bench.app.payouts.pay_claim(first)
    bench.app.payouts.pay_claim(second)
    bench.pay.will_say(Answer(Reply.RECEIVED))
    bench.app.payouts.pay_claim(second, ask=True)
    assert bench.app.reconciliation.queue_queries() == 2
    assert bench.queue.asks == [first, third]
    bench.queue.broken = True
    assert bench.app.reconciliation.queue_queries() == 0


def test_asking_about_all_sends_nothing(bench: Bench) -> None:
    refs = claimed(bench, "o1", "o2")
    bench.pay.will_lose_the_answer()
    bench.app.payouts.pay_claim(refs[0])
    bench.app.reconciliation.queue_queries()
    for ref in bench.queue.asks:
        bench.app.payouts.pay_claim(ref, ask=True)
    assert (paid(bench), sent(bench)) == ([1], [1])
    assert [stored(bench, ref).status.value for ref in refs] == ["sent", "owed"]


@pytest.mark.parametrize("reply", [Reply.RECEIVED, Reply.REFUNDED, Reply.FAILED, Reply.SENDING])
def test_a_difference_is_told_and_recorded(bench: Bench, reply: Reply) -> None:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.pay.will_say(Answer(reply))
    claim = stored(bench, ref)
    assert reconcile(bench) == [Difference(claim.claim_id, PayoutStatus.SENT, reply.value)]
    assert stored(bench, ref).status.value == reply.value


def test_money_that_left_unseen_is_found(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.will_lose_the_answer()
    bench.app.payouts.pay_claim(ref)
    (difference,) = reconcile(bench)
    assert (difference.ours, difference.theirs) == (PayoutStatus.SENDING, "sent")
    assert reconcile(bench) == []


def test_what_agrees_or_says_nothing_is_no_difference(bench: Bench) -> None:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    assert reconcile(bench) == []
    for answer in (Answer(Reply.NOT_FOUND), Answer(Reply.DOUBTFUL), refusal("SYSTEMERROR")):
        bench.pay.will_say(answer)
        assert reconcile(bench) == []
    assert stored(bench, ref).status is PayoutStatus.SENT


def test_what_was_never_sent_is_not_asked_about(bench: Bench) -> None:
    owed(bench)
    bench.clock.advance(days=1)
    assert reconcile(bench) == []
    assert (sent(bench), bench.world.calls["pay.query"]) == ([], 0)


def test_a_reconciliation_does_not_keep_a_payout_from_going_on(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(ref)
    reconcile(bench)
    bench.clock.advance(minutes=10)
    reconcile(bench)
    live_on(bench, hours=1)
    assert (paid(bench), stored(bench, ref).status) == ([1], PayoutStatus.SENT)


def test_its_progress_is_told(bench: Bench) -> None:
    claimed(bench, "o1", "o2", "o3")
    counts: list[int] = []
    list(bench.app.reconciliation.reconcile_payouts(counts.append))
    assert counts == [1, 2, 3]


def statement(bench: Bench) -> dict[str, int]:
    return {number: order.amount_fen for number, order in bench.pay.ledger.items()}


def claims(bench: Bench) -> list[Claim]:
    return list(bench.ports.ledger.all_claims())


def test_a_statement_that_agrees_has_no_differences(bench: Bench) -> None:
    for ref in claimed(bench, "o1", "o2", "o3")[:2]:
        bench.app.payouts.pay_claim(ref)
    assert against_statement(claims(bench), Statement(statement(bench))) == []


@pytest.mark.parametrize("status", [PayoutStatus.SENT, PayoutStatus.RECEIVED])
def test_money_that_never_left_is_named(bench: Bench, status: PayoutStatus) -> None:
    claim = bench.claimed("o1")
    (found,) = against_statement([replace(claim, status=status)], Statement({}))
    assert claim.order.mch_billno in found
    assert status.value in found


def test_a_transfer_that_waits_for_its_winner_may_be_in_the_statement_or_not() -> None:
    claim = examples.claim("o1", "a1", Packet("Plan0Plan0Pl", 42, 188))
    waiting = replace(claim, status=PayoutStatus.SENT, order=replace(claim.order, product=TRANSFER))
    number = waiting.order.mch_billno
    for found in (Statement({}), Statement({number: 188}), Statement({number: 188}, {number: 188})):
        assert against_statement([waiting], found) == []
    received = replace(waiting, status=PayoutStatus.RECEIVED)
    assert against_statement([received], Statement({number: 188})) == []
    assert against_statement([received], Statement({})) == [f"{number}：我方记为 received，对账单中没有"]


def test_money_that_left_for_nobody_or_in_another_amount_is_named(bench: Bench) -> None:
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    number, claim = stored(bench, ref).order.mch_billno, stored(bench, ref)
    found = against_statement([claim], Statement({number: claim.order.amount_fen + 1, "x1": 500}))
    assert len(found) == 2
    assert number in found[0]
    assert "x1" in found[1]
    assert "500" in found[1]


@pytest.mark.parametrize("status", PayoutStatus)
def test_money_that_left_is_named_where_we_hold_it_for_unpaid(bench: Bench, status: PayoutStatus) -> None:
    """As after a restore, or if a number belongs to another payment. Refunded money had left before."""
    claim = bench.claimed("o1")
    number, fen = claim.order.mch_billno, claim.order.amount_fen
    found = against_statement([replace(claim, status=status)], Statement({number: fen}))
    agree = {PayoutStatus.SENT, PayoutStatus.RECEIVED, PayoutStatus.REFUNDED, PayoutStatus.RELEASED}
    assert found == ([] if status in agree else [f"{number}：我方记为 {status.value}，对账单中已付款"])


@pytest.mark.parametrize("status", [PayoutStatus.RECEIVED, PayoutStatus.FAILED])
def test_a_settled_claim_was_not_paid_by_wechat_pay(bench: Bench, status: PayoutStatus) -> None:
    claim = replace(bench.claimed("o1"), status=status, reason=Reason.SETTLED.value)
    number, fen = claim.order.mch_billno, claim.order.amount_fen
    assert against_statement([claim], Statement({})) == []
    assert against_statement([claim], Statement({number: fen}, {number: fen})) == []
    expected = f"{number}：我方记为 {status.value} settled，对账单中已付款"
    assert against_statement([claim], Statement({number: fen})) == [expected]


def test_the_payment_that_a_restore_lost_is_named_with_the_claim_that_is_not_ours(bench: Bench) -> None:
    claim = replace(bench.claimed("o1"), status=PayoutStatus.PARKED, reason=Reason.NOT_OURS.value)
    number, fen = claim.order.mch_billno, claim.order.amount_fen
    expected = f"{number}：我方记为 parked not_ours，对账单中已付款"
    assert against_statement([claim], Statement({number: fen})) == [expected]


@pytest.mark.parametrize("status", [PayoutStatus.SENT, PayoutStatus.FAILED])
def test_a_part_that_came_back_is_not_the_whole(bench: Bench, status: PayoutStatus) -> None:
    claim = replace(bench.claimed("o1"), status=status)
    number, fen = claim.order.mch_billno, claim.order.amount_fen
    part = f"{number}：对账单 {fen} 分，只退回 1 分"
    unpaid = [f"{number}：我方记为 failed，对账单中已付款"] * (status is PayoutStatus.FAILED)
    assert against_statement([claim], Statement({number: fen}, {number: 1})) == [*unpaid, part]


def test_of_two_numbers_a_part_of_whose_money_came_back_both_were_paid(bench: Bench) -> None:
    second, fen = renewed(bench, Reply.FAILED).order.mch_billno, claims(bench)[0].order.amount_fen
    first = second.removesuffix("R1")
    twice, part = against_statement(claims(bench), Statement({first: fen, second: fen}, {first: 1}))
    assert "都已付款" in twice
    assert "只退回 1 分" in part


def test_a_first_number_that_was_paid_is_named_before_the_second_is_sent(bench: Bench) -> None:
    claim = replace(renewed(bench, Reply.FAILED), status=PayoutStatus.OWED)
    first, fen = claim.order.mch_billno.removesuffix("R1"), claim.order.amount_fen
    assert against_statement([claim], Statement({first: fen})) == [f"{first}：我方记为 owed，对账单中已付款"]
    assert against_statement([claim], Statement({first: fen}, {first: fen})) == []


@pytest.mark.parametrize("status", PayoutStatus)
def test_money_that_came_back_is_named_where_we_hold_it_for_paid(bench: Bench, status: PayoutStatus) -> None:
    claim = bench.claimed("o1")
    number, fen = claim.order.mch_billno, claim.order.amount_fen
    for shown in (Statement({number: fen}, {number: fen}), Statement({}, {number: fen})):
        found = against_statement([replace(claim, status=status)], shown)
        expected = [f"{number}：我方记为 {status.value}，对账单中已退回"]
        assert found == (expected if status in (PayoutStatus.SENT, PayoutStatus.RECEIVED) else [])


def test_a_first_number_that_the_statement_shows_as_returned_was_not_paid_twice(bench: Bench) -> None:
    second, fen = renewed(bench, Reply.FAILED).order.mch_billno, claims(bench)[0].order.amount_fen
    first = second.removesuffix("R1")
    assert against_statement(claims(bench), Statement({first: fen, second: fen}, {first: fen})) == []


def renewed(bench: Bench, reply: Reply) -> Claim:
    """A claim that was sent, ended in this state, and was sent again under a second number."""
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.pay.status[stored(bench, ref).order.mch_billno] = reply
    bench.app.payouts.pay_claim(ref, ask=True)
    bench.app.decisions.renew_payout(stored(bench, ref).claim_id, "clerk")
    bench.app.payouts.pay_claim(ref)
    return stored(bench, ref)


def compared(bench: Bench, shown: dict[str, int]) -> list[str]:
    return against_statement(claims(bench), Statement(shown), returned_numbers(bench.ports.ledger.log_entries()))


def test_both_numbers_of_a_renewed_claim_are_known(bench: Bench) -> None:
    second, fen = renewed(bench, Reply.FAILED).order.mch_billno, claims(bench)[0].order.amount_fen
    first = second.removesuffix("R1")
    assert compared(bench, {second: fen}) == []
    (missing,) = compared(bench, {first: fen})
    assert f"{second}：我方记为 sent，对账单中没有" == missing
    (twice,) = compared(bench, {first: fen, second: fen})
    assert first in twice
    assert "都已付款" in twice
    (other,) = compared(bench, {first + "R2": fen, second: fen})
    assert "没有这个单号" in other


def test_a_first_number_whose_money_came_back_was_not_paid_twice(bench: Bench) -> None:
    second, fen = renewed(bench, Reply.REFUNDED).order.mch_billno, claims(bench)[0].order.amount_fen
    assert compared(bench, {second.removesuffix("R1"): fen, second: fen}) == []


def test_a_refund_that_the_reconciliation_finds_puts_the_money_back_as_the_worker_does() -> None:
    contest = examples.contest(packets=2)
    bench = Bench(replace(contest, payouts=replace(contest.payouts, put_back=True)))
    bench.activate()
    ref = owed(bench)
    bench.app.payouts.pay_claim(ref)
    bench.pay.will_say(Answer(Reply.REFUNDED))
    (difference,) = reconcile(bench)
    assert difference.theirs == "refunded"
    plan = bench.ports.plans.current_plan()
    assert plan
    assert stored(bench, ref).status is PayoutStatus.RELEASED
    assert bench.ports.pool.count_free(plan.plan_id, SHARDS) == 2
    assert bench.app.audit.audit_books().violations == ()


def test_what_is_not_paid_yet_need_not_be_in_the_statement(bench: Bench) -> None:
    owed(bench)
    bench.clock.advance(seconds=timedelta(days=1).total_seconds())
    assert against_statement(claims(bench), Statement({})) == []
