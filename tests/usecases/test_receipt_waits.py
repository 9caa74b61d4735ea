"""While a winner waits at the phone, the next query comes within seconds; and only another payer's own claims wait for
it."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from chalicelib.domain.claim import FOR_A_PERSON, RED_PACKET, TRANSFER, ClaimRef, Payer, PayoutStatus
from chalicelib.domain.errors import NothingToReceive
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.wiring import Services
from tests.support.pay import PAYER
from tests.support.transfer_bench import UNTIL, TransferBench, number

LATER = Payer("1900000002", PAYER.app_id)


@pytest.fixture
def bench(transfer_bench: TransferBench) -> TransferBench:
    return transfer_bench


def test_a_transfer_being_locked_gives_its_receipt_within_seconds(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    bench.transfers.status[number(bench.asked(ref))] = Reply.WAITING
    bench.work_on(seconds=7)
    assert bench.claim(ref).receipt
    assert bench.queue.delayed == []


def test_one_that_stays_locked_is_asked_about_ever_more_rarely(bench: TransferBench) -> None:
    """If the balance is used up, all winners wait like this."""
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    bench.asked(ref)
    bench.work_on(seconds=60)
    assert 3 <= bench.world.calls["pay.query"] <= 4
    bench.live_on(minutes=30, step=1)
    assert bench.world.calls["pay.query"] <= 9
    assert bench.queue.delayed == [] or bench.claim(ref).due_at is not None


def test_a_lost_answer_is_asked_about_within_seconds(bench: TransferBench) -> None:
    """As after a connection that was closed while the function slept."""
    ref = bench.won()
    bench.transfers.will_time_out()
    bench.asked(ref)
    bench.work_on(seconds=7)
    assert bench.claim(ref).receipt


def test_many_lost_answers_are_asked_about_more_rarely(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.next_queries.extend([Answer(Reply.DOUBTFUL)] * 100)
    bench.transfers.will_time_out()
    bench.asked(ref)
    bench.work_on(seconds=60)
    assert bench.world.calls["pay.query"] == 1
    assert bench.claim(ref).status is PayoutStatus.SENDING


def test_a_bill_that_closes_between_query_and_send_costs_seconds(bench: TransferBench) -> None:
    ref = bench.won()
    first = number(bench.asked(ref))
    bench.clock.advance(hours=25)
    bench.transfers.will_say(Answer(Reply.WAITING))
    bench.asked(ref)
    bench.work_on(seconds=7)
    assert (number(bench.claim(ref)), bool(bench.claim(ref).receipt)) == (f"{first}R1", True)


def test_a_queue_that_takes_no_job_leaves_it_to_the_sweep(bench: TransferBench) -> None:
    ref = bench.won()
    bench.transfers.becomes = Reply.SENDING
    bench.tap(ref)
    bench.queue.broken = True
    bench.work()
    bench.queue.broken = False
    bench.transfers.status[number(bench.claim(ref))] = Reply.WAITING
    bench.live_on(minutes=1, step=1)
    assert bench.claim(ref).receipt


class TestAnotherPayer:
    """The merchant changed in mid-week: only the claim's own payer queries it or sends its number (I4)."""

    def after_change(self, bench: TransferBench) -> None:
        bench.transfers.payer = LATER
        bench.queue.asks.clear()

    def closed(self, bench: TransferBench) -> ClaimRef:
        ref = bench.won()
        bench.asked(ref)
        bench.live_on(minutes=26 * 60, step=60)
        assert bench.claim(ref).status is PayoutStatus.OWED
        return ref

    def test_a_tap_parks_its_claim_and_holds_nobody(self, bench: TransferBench) -> None:
        ref = self.closed(bench)
        self.after_change(bench)
        queries = bench.world.calls["pay.query"]
        claim = bench.asked(ref)
        assert (claim.status, claim.reason, claim.due_at) == (PayoutStatus.PARKED, "payer", FOR_A_PERSON)
        assert bench.ports.control.read_switches().held_until is None
        assert (bench.world.calls["pay.query"], len(bench.transfers.sent)) == (queries, 1)
        with pytest.raises(NothingToReceive):
            bench.tap(ref)
        assert bench.asked(bench.won("o2")).order.payer == LATER

    def test_its_own_payer_goes_on_after_an_operator_s_retry(self, bench: TransferBench) -> None:
        ref = self.closed(bench)
        self.after_change(bench)
        bench.asked(ref)
        bench.live_on(minutes=20)
        bench.transfers.payer = PAYER
        bench.app.decisions.retry_payout(bench.claim(ref).claim_id, "wang")
        bench.live_on(minutes=1, step=1)
        assert bench.claim(ref).status is PayoutStatus.OWED
        assert bench.asked(ref).receipt

    def test_what_waits_for_its_winner_can_still_be_received(self, bench: TransferBench) -> None:
        ref = bench.won()
        first = bench.asked(ref)
        self.after_change(bench)
        bench.live_on(minutes=60)
        claim = bench.claim(ref)
        assert (claim.status, claim.receipt, claim.due_at) == (PayoutStatus.SENT, first.receipt, FOR_A_PERSON)
        assert bench.ports.control.read_switches().held_until is None

    def test_what_closed_lapses_at_the_end_without_a_call(self, bench: TransferBench) -> None:
        ref = self.closed(bench)
        self.after_change(bench)
        queries = bench.world.calls["pay.query"]
        bench.clock.now = UNTIL
        bench.live_on(minutes=1, step=1)
        assert (bench.claim(ref).status, bench.world.calls["pay.query"]) == (PayoutStatus.LAPSED, queries)


def test_an_earlier_end_lapses_what_rests_with_the_morning_s_reconciliation(bench: TransferBench) -> None:
    """Each claim's due time is the end that was configured before."""
    never, closed, waiting = bench.won(), bench.won("o2"), bench.won("o3")
    bench.asked(closed)
    bench.live_on(minutes=26 * 60, step=60)
    bench.asked(waiting)
    assert bench.contest.transfer is not None
    earlier = replace(bench.contest.transfer, claimable_until=bench.clock.now + timedelta(minutes=1))
    app = bench.instance(replace(bench.contest, transfer=earlier))
    bench.clock.advance(minutes=2)
    app.reconciliation.queue_queries()
    for ref in bench.queue.asks:
        app.payouts.pay_claim(ref, ask=True)
    statuses = [bench.claim(ref).status for ref in (never, closed, waiting)]
    assert statuses == [PayoutStatus.LAPSED, PayoutStatus.LAPSED, PayoutStatus.SENT]


def test_a_later_end_keeps_what_rests(bench: TransferBench) -> None:
    ref = bench.won()
    assert bench.contest.transfer is not None
    later = UNTIL + timedelta(days=3)
    app = bench.instance(replace(bench.contest, transfer=replace(bench.contest.transfer, claimable_until=later)))
    bench.clock.now = UNTIL + timedelta(minutes=1)
    app.payouts.pay_claim(ref)
    assert (bench.claim(ref).status, bench.claim(ref).due_at) == (PayoutStatus.OWED, later)


class TestQuietHours:
    """Quiet hours concern red packets only, whichever product pays new claims."""

    @pytest.fixture
    def bench(self) -> TransferBench:
        bench = TransferBench()
        night = replace(bench.contest.payouts, quiet_from=time(0), quiet_to=time(8))
        bench.contest = replace(bench.contest, payouts=night)
        bench.app = bench.instance(bench.contest)
        bench.clock.now = datetime(2020, 7, 10, 0, 30, tzinfo=SHANGHAI)
        return bench

    def by(self, bench: TransferBench, product: str) -> Services:
        return bench.instance(replace(bench.contest, payouts=replace(bench.contest.payouts, product=product)))

    def test_an_earlier_red_packet_keeps_them(self, bench: TransferBench) -> None:
        old = self.by(bench, RED_PACKET).claims.open_packet("o2", bench.passed("o2"))[0]
        bench.queue.jobs.clear()
        bench.live_on(minutes=7 * 60)
        assert (bench.pay.payments, bench.claim(old.ref).status) == ({}, PayoutStatus.OWED)
        bench.live_on(minutes=60)
        assert bench.pay.payments == {old.order.mch_billno: 1}

    @pytest.mark.parametrize("product", [TRANSFER, RED_PACKET])
    def test_a_lost_tap_is_found_in_the_night(self, bench: TransferBench, product: str) -> None:
        ref = bench.won()
        bench.app = self.by(bench, product)
        bench.clock.advance(hours=1)
        bench.queue.broken = True
        bench.tap(ref)
        bench.queue.broken = False
        bench.live_on(minutes=1, step=1)
        assert bench.claim(ref).receipt


def test_what_lapses_at_one_moment_is_not_late(bench: TransferBench) -> None:
    refs = [bench.won(f"o{number}") for number in range(3)]
    bench.tap(refs[0])
    figures: dict[str, float] = {}
    bench.clock.now = UNTIL + timedelta(hours=3)
    bench.instance(measure=lambda values, reason="": figures.update(values)).sweep.sweep_once()
    late = UNTIL + timedelta(hours=3) - (bench.claim(refs[0]).due_at or UNTIL)
    assert (figures["DueLate"], figures["OldestDueMinutes"]) == (1, late // timedelta(minutes=1))
    bench.work()
    figures.clear()
    bench.instance(measure=lambda values, reason="": figures.update(values)).sweep.sweep_once()
    assert (figures["DueLate"], figures["OldestDueMinutes"]) == (0, 0)
    assert [bench.claim(ref).status for ref in refs] == [PayoutStatus.LAPSED] * 3


def test_a_worker_whose_clock_is_behind_serves_a_tap(bench: TransferBench) -> None:
    ref = bench.won()
    bench.tap(ref)
    bench.clock.advance(seconds=-0.5)
    bench.work()
    assert bench.claim(ref).receipt


class TestTheProductOfEarlierClaims:
    """A failure of the earlier product may be the reason for the change: it parks its own claims and holds no
    others."""

    def now_by(self, bench: TransferBench, product: str) -> Services:
        return bench.instance(replace(bench.contest, payouts=replace(bench.contest.payouts, product=product)))

    @pytest.mark.parametrize("reason", [Reason.DAY_LIMIT, Reason.CONFIGURATION, Reason.BALANCE])
    def test_an_earlier_transfer_s_refusal_holds_no_red_packet(self, bench: TransferBench, reason: Reason) -> None:
        ref = bench.won()
        bench.app = self.now_by(bench, RED_PACKET)
        bench.transfers.will_answer(Answer(Reply.REFUSED, reason, "A_CODE"))
        assert (bench.asked(ref).status, bench.claim(ref).reason) == (PayoutStatus.PARKED, reason.value)
        later = bench.won("o2")
        bench.work()
        assert bench.claim(later).status is PayoutStatus.SENT

    def test_an_earlier_transfer_without_its_keys_holds_no_red_packet(self, bench: TransferBench) -> None:
        ref = bench.won()
        bench.app = self.now_by(bench, RED_PACKET)
        bench.transfers.prepare = lambda: Answer(Reply.REFUSED, Reason.CONFIGURATION, "WECHAT_PAY_SERIAL")
        assert bench.asked(ref).reason == "configuration"
        later = bench.won("o2")
        bench.work()
        assert bench.claim(later).status is PayoutStatus.SENT

    def test_nor_does_an_earlier_red_packet_of_another_payer_hold_a_transfer(self, bench: TransferBench) -> None:
        old = self.now_by(bench, RED_PACKET).claims.open_packet("o2", bench.passed("o2"))[0].ref
        bench.pay.will_time_out()
        bench.work()
        bench.pay.payer = LATER
        bench.live_on(minutes=5, step=5)
        assert (bench.claim(old).status, bench.claim(old).reason) == (PayoutStatus.PARKED, "payer")
        assert bench.asked(bench.won()).receipt
