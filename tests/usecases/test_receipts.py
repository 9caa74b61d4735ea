"""A winner asks for a transfer: from the tap to the money, with everything that can happen in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim import FOR_A_PERSON, RED_PACKET, Claim, PayoutStatus, SendOrder, numbers_until
from chalicelib.domain.contest_rules import PayoutRules
from chalicelib.domain.errors import ContestError, DecisionRefused, NotFound, NothingToReceive, TooManyRequests
from chalicelib.domain.payout_decisions import LEASE, Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import act
from tests.support.killed import Killed
from tests.support.pay import NOT_FOUND
from tests.support.transfer_bench import UNTIL, TransferBench, number
from tests.support.world import Trouble

OWED, SENDING, SENT, RECEIVED, FAILED, PARKED, LAPSED = (
    PayoutStatus(word) for word in ("owed", "sending", "sent", "received", "failed", "parked", "lapsed")
)
DAY = timedelta(days=1)


@pytest.fixture
def bench(transfer_bench: TransferBench) -> TransferBench:
    return transfer_bench


def refused(call: Callable[[], object]) -> type[ContestError]:
    with pytest.raises(ContestError) as caught:
        call()
    return caught.type


def test_nothing_is_created_before_the_winner_asks(bench: TransferBench) -> None:
    ref = bench.won()
    assert (bench.claim(ref).status, bench.claim(ref).due_at) == (OWED, UNTIL)
    assert bench.queue.jobs == []
    bench.app.payouts.pay_claim(ref)
    bench.app.payouts.pay_claim(ref, ask=True)
    bench.live_on(minutes=60)
    assert bench.transfers.sent == []
    assert bench.claim(ref).revision == 0
    assert [*bench.ports.payouts.open_claims()] == [ref], "I5: it is not forgotten either"


def test_a_tap_brings_the_receipt_and_a_confirmation_the_money(bench: TransferBench) -> None:
    ref = bench.won()
    tapped = bench.tap(ref)
    assert (tapped.status, tapped.receipt, bench.queue.jobs) == (OWED, "", [ref])
    bench.work()
    waiting = bench.claim(ref)
    assert (waiting.status, waiting.receipt) == (SENT, bench.transfers.receipt(number(waiting)))
    assert waiting.order.payer is not None
    assert number(waiting) == number(tapped)
    bench.transfers.confirm(number(waiting))
    bench.live_on(minutes=2, step=2)
    assert (bench.claim(ref).status, bench.claim(ref).receipt, bench.claim(ref).due_at) == (RECEIVED, "", None)
    assert refused(lambda: bench.tap(ref)) is NothingToReceive


def test_another_persons_claim_is_not_found(bench: TransferBench) -> None:
    ref, other = bench.won(), bench.won("o2")
    assert refused(lambda: bench.app.receipts.ask_receipt("o2", bench.claim(ref).claim_id)) is NotFound
    assert bench.claim(other).asked_at is None


def test_one_job_in_five_seconds(bench: TransferBench) -> None:
    ref = bench.won()
    bench.asked(ref)
    bench.clock.advance(seconds=4.9)
    assert refused(lambda: bench.tap(ref)) is TooManyRequests
    bench.clock.advance(seconds=0.1)
    assert bench.asked(ref).receipt


def test_a_tap_while_a_worker_sends_changes_nothing(bench: TransferBench) -> None:
    ref = bench.won()
    bench.tap(ref)
    told: list[Claim] = []

    def meanwhile(order: SendOrder) -> str:
        told.append(bench.tap(ref))
        return ""

    bench.transfers.may_send = meanwhile
    bench.work()
    assert [claim.status for claim in told] == [SENDING]
    assert bench.claim(ref).receipt, "the answer was recorded"
    assert bench.queue.jobs == []


def test_a_query_while_a_worker_sends_does_not_drop_its_receipt(bench: TransferBench) -> None:
    ref = bench.won()
    bench.tap(ref)

    def meanwhile(order: SendOrder) -> str:
        bench.transfers.will_say(Answer(Reply.WAITING))  # it exists already
        bench.app.payouts.pay_claim(ref, ask=True)
        return ""

    bench.transfers.may_send = meanwhile
    bench.work()
    assert bench.claim(ref).receipt


def test_a_tap_that_meets_a_workers_change_is_tried_again(bench: TransferBench) -> None:
    ref = bench.won()
    real = bench.ports.payouts.replace_claim
    first = [True]

    def late(before: Claim, after: Claim, entry: object = None) -> Claim | None:
        if first:
            first.pop()
            real(before, replace(before, code="X"))
        return real(before, after)

    bench.ports.payouts.replace_claim = late  # type: ignore[method-assign]
    assert bench.tap(ref).asked_at == bench.clock.now


def test_a_lost_job_is_found_by_the_sweep(bench: TransferBench) -> None:
    ref = bench.won()
    bench.queue.broken = True
    bench.tap(ref)
    bench.queue.broken = False
    bench.live_on(minutes=1, step=1)
    assert bench.claim(ref).receipt


def test_coming_back_while_it_waits_gives_the_same_receipt(bench: TransferBench) -> None:
    ref = bench.won()
    first = bench.asked(ref)
    bench.clock.advance(hours=3)
    again = bench.asked(ref)
    assert (number(again), again.receipt) == (number(first), first.receipt)
    assert again.asked_at == bench.clock.now


def test_coming_back_a_day_later_begins_the_next_number(bench: TransferBench) -> None:
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.live_on(minutes=30 * 60)
    rests = bench.claim(ref)
    assert (rests.status, rests.receipt, rests.due_at, rests.code) == (OWED, "", UNTIL, "OVERDUE_CLOSE")
    second = bench.asked(ref)
    assert (number(second), second.status, second.unconfirmed) == (f"{first}R1", SENT, (first,))
    bench.transfers.confirm(number(second))
    bench.live_on(minutes=2, step=2)
    assert bench.claim(ref).status is RECEIVED


def test_closed_late_no_number_begins_before_wechat_pay_says_so(bench: TransferBench) -> None:
    """WeChat Pay may close a transfer nearly an hour late."""
    bench.transfers.closes_after = timedelta(hours=24, minutes=55)
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.clock.advance(hours=24, minutes=30)
    assert number(bench.asked(ref)) == first
    bench.clock.advance(minutes=26)
    assert number(bench.asked(ref)) == f"{first}R1"


def test_a_bill_that_closes_between_query_and_send_gives_the_next_number(bench: TransferBench) -> None:
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.clock.advance(hours=25)
    bench.transfers.will_say(Answer(Reply.WAITING))
    assert bench.asked(ref).status is SENDING, "only a query ends a number"
    bench.live_on(minutes=2, step=2)
    assert (number(bench.claim(ref)), bool(bench.claim(ref).receipt)) == (f"{first}R1", True)


@pytest.mark.parametrize("waits", [timedelta(minutes=2), timedelta(hours=5)])
def test_a_worker_that_dies_with_the_next_number_loses_nothing(bench: TransferBench, waits: timedelta) -> None:
    """It dies after recording the number and before the send: no other worker takes another number."""
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.clock.advance(hours=25)
    bench.transfers.will_kill()
    bench.tap(ref)
    with pytest.raises(Killed):
        bench.work()
    assert number(bench.claim(ref)) == f"{first}R1"
    bench.clock.advance(seconds=waits.total_seconds())
    bench.live_on(minutes=2, step=2)
    if not bench.claim(ref).receipt:
        assert bench.claim(ref).status is OWED, "nobody is at the phone any more"
        bench.asked(ref)
    assert (number(bench.claim(ref)), bench.claim(ref).unconfirmed) == (f"{first}R1", (first,))
    assert bench.claim(ref).receipt


@pytest.mark.parametrize("paid", [True, False])
def test_a_lost_answer_is_asked_for_under_the_same_number(bench: TransferBench, paid: bool) -> None:
    ref = bench.won()
    bench.transfers.will_answer(Answer(Reply.DOUBTFUL), paid=paid)
    assert bench.asked(ref).status is SENDING
    bench.live_on(minutes=4, step=2)
    assert bench.claim(ref).receipt
    assert len(bench.transfers.ledger) == 1


def test_being_locked_is_asked_about_soon(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    claim = bench.asked(ref)
    assert (claim.status, claim.reason) == (SENDING, "under_way")
    bench.transfers.status[number(claim)] = Reply.WAITING
    bench.live_on(minutes=1, step=1)
    assert bench.claim(ref).receipt


def test_confirmed_has_no_receipt_any_more(bench: TransferBench) -> None:
    ref = bench.won()
    claim = bench.asked(ref)
    bench.transfers.status[number(claim)] = Reply.CONFIRMED
    bench.live_on(minutes=2, step=2)
    assert (bench.claim(ref).status, bench.claim(ref).receipt) == (SENT, "")
    bench.transfers.status[number(claim)] = Reply.RECEIVED
    bench.live_on(minutes=20)
    assert bench.claim(ref).status is RECEIVED


def test_ten_numbers_in_all(bench: TransferBench) -> None:
    ref = bench.won()
    for _ in range(10):
        bench.clock.advance(hours=25)
        bench.asked(ref)
    last = bench.claim(ref)
    assert len(numbers_until(number(last))) == 10
    assert last.status is SENT
    bench.live_on(minutes=26 * 60, step=60)
    parked = bench.claim(ref)
    assert (parked.status, parked.reason, parked.due_at) == (PARKED, "unconfirmed", FOR_A_PERSON)
    assert refused(lambda: bench.tap(ref)) is NothingToReceive
    assert parked.unconfirmed == numbers_until(number(parked))


# The end of the time to receive


def test_what_nobody_asked_for_lapses_without_a_call(bench: TransferBench) -> None:
    ref = bench.won()
    bench.clock.now = UNTIL - timedelta(minutes=5)
    bench.live_on(minutes=20, step=5)
    lapsed = bench.claim(ref)
    assert (lapsed.status, lapsed.due_at) == (LAPSED, None)
    assert bench.world.calls["pay.query"] == 0
    assert refused(lambda: bench.tap(ref)) is NothingToReceive


def test_a_tap_at_the_last_moment_counts_and_one_at_the_end_does_not(bench: TransferBench) -> None:
    ref, other = bench.won(), bench.won("o2")
    bench.clock.now = UNTIL - timedelta(seconds=1)
    bench.tap(ref)
    bench.clock.advance(seconds=1)
    assert refused(lambda: bench.tap(other)) is NothingToReceive
    bench.clock.advance(seconds=1)
    bench.work()
    assert bench.claim(ref).receipt, "its winner was promised it"


def test_what_waits_at_the_end_is_received_or_lapses_when_it_closes(bench: TransferBench) -> None:
    confirmed, left = bench.won(), bench.won("o2")
    bench.clock.now = UNTIL - timedelta(hours=1)
    bench.asked(confirmed)
    bench.asked(left)
    bench.clock.advance(hours=2)
    again = bench.asked(confirmed)
    assert again.receipt, "it waits already: the end does not take it away"
    bench.transfers.confirm(number(again))
    bench.live_on(minutes=25 * 60, step=30)
    assert (bench.claim(confirmed).status, bench.claim(left).status) == (RECEIVED, LAPSED)


def test_what_wechat_pay_does_not_know_lapses_a_day_after_the_end(bench: TransferBench) -> None:
    """A send that seemed to have failed may still create a transfer, until a transfer would have closed."""
    ref = bench.won()
    bench.clock.now = UNTIL - timedelta(minutes=1)
    bench.transfers.will_time_out()
    bench.asked(ref)
    bench.live_on(minutes=24 * 60, step=30)
    assert bench.claim(ref).status is OWED
    bench.live_on(minutes=3 * 60, step=30)
    assert bench.claim(ref).status is LAPSED


# Holds


def test_a_stop_outlasts_the_winners_patience(bench: TransferBench) -> None:
    """No transfer begins for a winner who left the phone hours ago: nothing would notify them."""
    ref = bench.won()
    bench.ports.control.set_payouts_stopped(True, act())
    bench.asked(ref)
    assert bench.transfers.sent == []
    bench.live_on(minutes=60)
    bench.ports.control.set_payouts_stopped(False, act())
    bench.live_on(minutes=1, step=1)
    assert (bench.claim(ref).status, bench.claim(ref).due_at, bench.transfers.sent) == (OWED, UNTIL, [])
    assert bench.asked(ref).receipt


def test_a_days_quota_holds_all_until_the_morning_and_then_they_tap_again(bench: TransferBench) -> None:
    ref, other, open_ = bench.won(), bench.won("o2"), bench.won("o3")
    bench.asked(open_)
    bench.transfers.will_answer(Answer(Reply.REFUSED, Reason.DAY_LIMIT, "INVALID_REQUEST"))
    assert (bench.asked(ref).status, bench.claim(ref).reason) == (PARKED, "day_limit")
    assert refused(lambda: bench.tap(ref)) is NothingToReceive
    assert bench.asked(other).receipt == ""
    bench.clock.advance(minutes=1)
    assert bench.asked(open_).receipt, "what is locked already takes no quota"
    bench.live_on(minutes=20 * 60, step=30)
    assert [bench.claim(one).status for one in (ref, other)] == [OWED, OWED]
    assert len(bench.transfers.ledger) == 1
    assert bench.asked(ref).receipt
    assert bench.asked(other).receipt


@pytest.mark.parametrize(("reason", "hours"), [(Reason.DAY_LIMIT, 13), (Reason.BALANCE, 1)])
def test_a_failure_that_concerns_everybody_holds_them(bench: TransferBench, reason: Reason, hours: int) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    bench.transfers.fail(number(bench.asked(ref)), reason, "A_CODE")
    bench.live_on(minutes=1, step=1)
    failed = bench.claim(ref)
    assert (failed.status, failed.reason, failed.code, failed.due_at) == (FAILED, reason.value, "A_CODE", None)
    held = bench.ports.control.read_switches()
    assert held.held_reason == reason.value
    assert held.held_until is not None
    assert held.held_until - bench.clock.now <= timedelta(hours=hours)


def test_yesterdays_quota_does_not_hold_today(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    claim = bench.asked(ref)
    bench.transfers.fail(number(claim), Reason.DAY_LIMIT, "TRANSFER_QUOTA_EXCEED")
    bench.clock.advance(hours=20)
    bench.app.payouts.pay_claim(ref)
    assert bench.claim(ref).status is FAILED
    assert bench.ports.control.read_switches().held_until is None


def test_transfers_know_no_quiet_hours(bench: TransferBench) -> None:
    rules = bench.contest.payouts
    now = bench.clock.now.astimezone(examples.OPENS.tzinfo)
    quiet = PayoutRules((now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time(), 30, False, rules.product)
    app = bench.instance(replace(bench.contest, payouts=quiet))
    ref = bench.won()
    bench.tap(ref)
    app.payouts.pay_claim(ref)
    assert bench.claim(ref).receipt


# Operators


def test_a_renewal_waits_for_the_winner(bench: TransferBench) -> None:
    quota, person = [bench.won("o1"), bench.won("o2")], bench.won("o3")
    bench.transfers.becomes = Reply.SENDING
    for ref, reason in [(quota[0], Reason.DAY_LIMIT), (quota[1], Reason.DAY_LIMIT), (person, Reason.RISK_CONTROL)]:
        bench.transfers.fail(number(bench.asked(ref)), reason, "A_CODE")
    bench.live_on(minutes=1, step=1)
    bench.transfers.becomes = Reply.WAITING
    assert bench.app.decisions.renew_reason(Reason.DAY_LIMIT, "wang") == 2
    for ref in quota:
        claim = bench.claim(ref)
        assert (claim.status, claim.sends, claim.due_at, claim.reason) == (OWED, 0, UNTIL, "")
        assert number(claim).endswith("R1")
        assert claim.unconfirmed == ()
    assert bench.claim(person).status is FAILED
    bench.clock.advance(hours=13)
    assert bench.asked(quota[0]).receipt
    with pytest.raises(DecisionRefused, match="none_failed"):
        bench.app.decisions.renew_reason(Reason.DAY_LIMIT, "wang")


def test_after_the_end_nothing_is_renewed(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    bench.transfers.fail(number(bench.asked(ref)), Reason.DAY_LIMIT, "A_CODE")
    bench.live_on(minutes=1, step=1)
    bench.clock.now = UNTIL
    with pytest.raises(DecisionRefused, match="claimable_ended"):
        bench.app.decisions.renew_payout(bench.claim(ref).claim_id, "wang")


def test_an_operator_finds_a_claim_by_any_of_its_numbers(bench: TransferBench) -> None:
    """As the merchant's statement has them."""
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.clock.advance(hours=25)
    last = number(bench.asked(ref))
    found = {bench.app.decisions.find_claim(name).claim_id for name in (first, last, bench.claim(ref).claim_id)}
    assert (found, first == last) == ({bench.claim(ref).claim_id}, False)


def test_a_retried_claim_waits_for_its_winner(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.will_answer(Answer(Reply.REFUSED, Reason.INSPECT, "INVALID_REQUEST"))
    bench.asked(ref)
    bench.live_on(minutes=20)
    assert bench.claim(ref).due_at == FOR_A_PERSON
    bench.app.decisions.retry_payout(bench.claim(ref).claim_id, "wang")
    bench.live_on(minutes=1, step=1)
    assert (bench.claim(ref).status, bench.claim(ref).due_at) == (OWED, UNTIL)
    assert bench.asked(ref).receipt


def test_the_daily_reconciliation_asks_only_about_what_was_sent(bench: TransferBench) -> None:
    """No job at all for the others, who may be tens of thousands."""
    sent, untouched = bench.won(), bench.won("o2")
    bench.transfers.confirm(number(bench.asked(sent)))
    assert bench.app.reconciliation.queue_queries() == 1
    for job in bench.queue.asks:
        bench.app.payouts.pay_claim(job, ask=True)
    assert (bench.claim(sent).status, bench.claim(untouched).revision) == (RECEIVED, 0)
    assert bench.world.calls["pay.query"] == 1


def test_after_a_change_of_product_each_claim_is_paid_by_its_own(bench: TransferBench) -> None:
    ref = bench.won()
    red_packets = replace(bench.contest, payouts=replace(bench.contest.payouts, product=RED_PACKET))
    later = bench.instance(red_packets)
    other = later.claims.open_packet("o2", bench.passed("o2"))[0]
    bench.work()
    bench.tap(ref)
    for job in (ref, other.ref):
        later.payouts.pay_claim(job)
    assert bench.claim(ref).receipt
    assert bench.pay.payments == {other.order.mch_billno: 1}
    assert refused(lambda: bench.tap(other.ref)) is NothingToReceive


def test_a_red_packet_has_nothing_to_ask_for() -> None:
    bench = Bench()
    bench.activate()
    claim = bench.claimed("o1")
    assert refused(lambda: bench.app.receipts.ask_receipt("o1", claim.claim_id)) is NothingToReceive


def test_a_silent_store_leaves_the_tap_to_the_sweep(bench: TransferBench) -> None:
    ref = bench.won()
    bench.world.will_fail("payouts.replace_claim", Trouble.LOST)
    refused(lambda: bench.tap(ref))
    bench.live_on(minutes=1, step=1)
    assert bench.claim(ref).receipt


def test_a_dead_workers_lease_ends(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.will_kill(paid=True)
    bench.tap(ref)
    with pytest.raises(Killed):
        bench.work()
    bench.clock.advance(seconds=LEASE.total_seconds())
    bench.app.payouts.pay_claim(ref)
    assert bench.claim(ref).receipt
    assert bench.transfers.query(bench.claim(ref).order).reply is not NOT_FOUND.reply
