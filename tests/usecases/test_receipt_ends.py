"""Effects that a winner's tap must not have: beginning a transfer that nobody asked for, and leaving a claim to
operators."""

from datetime import timedelta

import pytest

from chalicelib.adapters.pay.transfer import REASON_OF, refusal
from chalicelib.domain.claim import Claim, ClaimRef, PayoutStatus
from chalicelib.domain.payout_decisions import MOST_DOUBTS, Answer, Reply
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON, Reason
from tests.proof.pay_answers import TRANSFER_CODES
from tests.support.pay import FORGETS
from tests.support.transfer_bench import UNTIL, TransferBench, number
from tests.support.v3_keys import sealed_notice


@pytest.fixture
def bench(transfer_bench: TransferBench) -> TransferBench:
    return transfer_bench


def notified(bench: TransferBench, ref: ClaimRef) -> Claim:
    bench.app.notifications.take_notification(
        sealed_notice({"openid": ref.openid, "out_bill_no": number(bench.claim(ref))})
    )
    return bench.claim(ref)


def test_a_tap_that_got_its_receipt_begins_no_other_transfer(bench: TransferBench) -> None:
    """WeChat Pay's notification of a cancelled transfer comes twice."""
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.transfers.cancel(first)
    for _ in range(2):
        assert notified(bench, ref).status is PayoutStatus.OWED
    bench.live_on(minutes=9, step=1)
    assert (number(bench.claim(ref)), bench.claim(ref).due_at) == (first, UNTIL)
    assert number(bench.asked(ref)) == f"{first}R1"


def test_nor_does_it_when_the_cancelling_is_seen_first(bench: TransferBench) -> None:
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.transfers.status[first] = Reply.CONFIRMED
    assert notified(bench, ref).receipt == ""
    bench.transfers.status[first] = Reply.CLOSED
    assert notified(bench, ref).due_at == UNTIL
    bench.live_on(minutes=9, step=1)
    assert number(bench.claim(ref)) == first


def test_one_tap_begins_one_transfer_though_it_is_cancelled_before_its_receipt_came(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    first = number(bench.asked(ref))
    bench.transfers.status[first] = Reply.CLOSED
    bench.live_on(minutes=9, step=1)
    assert (number(bench.claim(ref)), bench.claim(ref).due_at) == (first, UNTIL)
    assert number(bench.asked(ref)) == f"{first}R1"


def test_taps_during_an_outage_leave_nothing_to_operators(bench: TransferBench) -> None:
    ref = bench.won()
    bench.asked(ref)
    bench.transfers.next_queries.extend([Answer(Reply.DOUBTFUL)] * 2 * MOST_DOUBTS)
    for _ in range(2 * MOST_DOUBTS):
        bench.clock.advance(seconds=5)
        assert bench.asked(ref).status is PayoutStatus.SENT
    bench.clock.advance(seconds=5)
    assert bench.asked(ref).receipt


def test_a_reconciliation_before_the_worker_does_not_make_the_winner_wait(bench: TransferBench) -> None:
    ref = bench.won()
    bench.asked(ref)
    bench.clock.advance(hours=9)
    bench.tap(ref)
    assert list(bench.app.reconciliation.reconcile_payouts(lambda count: None)) == []
    bench.work()
    bench.live_on(minutes=1, step=1)
    assert bench.claim(ref).receipt


def test_a_transfer_that_failed_contradicts_nothing(bench: TransferBench, caplog: pytest.LogCaptureFixture) -> None:
    ref = bench.won()
    bench.transfers.fail(number(bench.asked(ref)), Reason.RISK_CONTROL, "TRANSFER_RISK")
    assert notified(bench, ref).status is PayoutStatus.FAILED
    assert "contradicts" not in caplog.text


class TestLongAfter:
    """The time to receive may be longer than WeChat Pay remembers a number."""

    @pytest.fixture
    def bench(self) -> TransferBench:
        return TransferBench(UNTIL + 2 * FORGETS)

    def test_a_number_known_to_have_closed_is_followed_by_the_next(self, bench: TransferBench) -> None:
        ref = bench.won()
        first = number(bench.asked(ref))
        bench.live_on(minutes=26 * 60, step=60)
        bench.clock.advance(seconds=FORGETS.total_seconds())
        claim = bench.asked(ref)
        assert (number(claim), claim.unconfirmed, bool(claim.receipt)) == (f"{first}R1", (first,), True)

    def test_and_lapses_in_the_end(self, bench: TransferBench) -> None:
        ref = bench.won()
        bench.asked(ref)
        bench.live_on(minutes=26 * 60, step=60)
        bench.clock.now = UNTIL + 2 * FORGETS + timedelta(minutes=1)
        bench.live_on(minutes=1, step=1)
        assert bench.claim(ref).status is PayoutStatus.LAPSED


@pytest.mark.parametrize("paid", [False, True])
@pytest.mark.parametrize("code", TRANSFER_CODES)
def test_whatever_wechat_pay_answers_there_is_one_bill_or_a_person_decides(
    bench: TransferBench, code: str, paid: bool
) -> None:
    ref = bench.won()
    bench.transfers.will_answer(refusal(code), paid)
    bench.asked(ref)
    bench.live_on(minutes=20 * 60, step=20)
    claim = bench.claim(ref)
    if claim.status is PayoutStatus.PARKED:
        assert not paid, "a query finds what was created"
        assert claim.reason == REASON_OF[code] in WAITS_FOR_A_PERSON
        return
    assert bench.asked(ref).receipt
    bench.transfers.confirm(number(claim))
    bench.live_on(minutes=60, step=20)
    assert (bench.claim(ref).status, bench.transfers.payments) == (PayoutStatus.RECEIVED, {number(claim): 1})
