"""A smoke payment: begun by an operator, paid by the worker in spite of every stop, and in nobody else's record or
money."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.adapters.pay.red_packet import ANOTHER_ORDER, REASON_OF
from chalicelib.domain.claim import FOR_A_PERSON, SMOKE, ClaimRef, Payer, PayoutStatus
from chalicelib.domain.errors import DecisionRefused, SmokeRefused
from chalicelib.domain.payout_decisions import PICKUP, Answer, Reply
from chalicelib.domain.payout_reasons import STOPS_ALL, WAITS_FOR_A_PERSON, Reason
from chalicelib.domain.shanghai import SHANGHAI
from chalicelib.domain.smoke import MOST, is_smoke_number
from chalicelib.ports import LogEntry
from chalicelib.usecases.smoke_payments import PATIENCE
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import NOON, act
from tests.support.killed import Killed
from tests.support.pay import PAYER
from tests.usecases.payout_helpers import live_on, owed, paid, sent, stored
from tests.usecases.smoke_helpers import ME, OTHER, ends, logged, smoke, start, work

FOR_PEOPLE = sorted(
    code for code, reason in REASON_OF.items() if reason in WAITS_FOR_A_PERSON and reason is not Reason.NOT_OURS
)
HOLDING = sorted(code for code, reason in REASON_OF.items() if reason in STOPS_ALL)


@pytest.fixture
def bench() -> Bench:
    """A bench weeks before the opening, without a plan."""
    made = Bench()
    made.clock.now = examples.OPENS.replace(day=1)
    for openid in (ME, OTHER):
        made.follow(openid)
    return made


def refused(act: Callable[[], object]) -> str:
    with pytest.raises((SmokeRefused, DecisionRefused)) as caught:
        act()
    return str(caught.value)


# Begun and paid


def test_it_is_owed_with_the_contest_s_own_wording_and_its_job_queued(bench: Bench) -> None:
    payment = start(bench)
    assert smoke(bench) == [payment]
    assert (payment.status, payment.openid, payment.order.amount_fen) == (PayoutStatus.OWED, ME, 100)
    assert payment.order == bench.pay.order(payment.order.mch_billno, ME, 100)
    assert is_smoke_number(payment.order.mch_billno)
    assert bench.queue.jobs == [payment.ref] == [ClaimRef(SMOKE, "0001")]
    assert logged(bench) == [("王", "pay-smoke", payment.order.mch_billno, "100")]
    assert sent(bench) == [], "by the worker alone"


def test_the_worker_pays_it(bench: Bench) -> None:
    start(bench)
    work(bench)
    (payment,) = smoke(bench)
    assert (payment.status, bench.pay.payments) == (PayoutStatus.SENT, {payment.order.mch_billno: 1})
    ends(bench, Reply.RECEIVED)
    assert smoke(bench)[0].status is PayoutStatus.RECEIVED


def test_it_may_be_as_large_as_the_largest_packet(bench: Bench) -> None:
    most = bench.contest.prizes.max_fen
    for fen in (0, 99, most + 1):
        assert refused(lambda fen=fen: start(bench, amount_fen=fen)) == "smoke_amount"  # type: ignore[misc]
    assert smoke(bench) == []
    assert start(bench, amount_fen=most).order.amount_fen == most
    assert logged(bench)[0][3] == str(most)


def stop(bench: Bench) -> None:
    bench.ports.control.set_payouts_stopped(True, act())


def hold(bench: Bench) -> None:
    bench.ports.control.hold_payouts(bench.clock.now + timedelta(days=1), "balance")


def pause(bench: Bench) -> None:
    bench.pause()


@pytest.mark.parametrize("wait", [stop, hold, pause])
def test_it_goes_while_others_wait(bench: Bench, wait: Callable[[Bench], None]) -> None:
    wait(bench)
    before = bench.ports.control.read_switches()
    start(bench)
    work(bench)
    assert (smoke(bench)[0].status, bench.ports.control.read_switches()) == (PayoutStatus.SENT, before)


def test_it_goes_in_quiet_hours() -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, payouts=replace(contest.payouts, quiet_from=time(0), quiet_to=time(8))))
    bench.clock.now = datetime(2020, 7, 9, 0, 30, tzinfo=SHANGHAI)
    bench.follow(ME)
    start(bench)
    work(bench)
    assert paid(bench) == [1]


@pytest.mark.parametrize("code", HOLDING)
def test_no_answer_to_it_holds_anything(bench: Bench, code: str) -> None:
    before = bench.ports.control.read_switches()
    bench.pay.will_refuse(code)
    start(bench)
    work(bench)
    (payment,) = smoke(bench)
    assert (payment.status, payment.reason) == (PayoutStatus.PARKED, REASON_OF[code])
    assert bench.ports.control.read_switches() == before


def test_its_refund_is_not_put_back() -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, payouts=replace(contest.payouts, put_back=True)))
    bench.activate()
    bench.follow(ME)
    before = bench.ports.control.read_switches(), dict(bench.state.pool)
    start(bench)
    work(bench)
    ends(bench, Reply.REFUNDED)
    assert smoke(bench)[0].status is PayoutStatus.REFUNDED
    assert (bench.ports.control.read_switches(), bench.state.pool) == before
    assert bench.app.audit.audit_books().violations == ()


def test_it_counts_in_no_metric(bench: Bench) -> None:
    counted = Counter[str]()

    def measure(values: dict[str, float], **_: Any) -> None:
        counted.update(values)

    app = bench.instance(measure=measure)
    for code in ("", "NOTENOUGH", "NO_AUTH"):
        if code:
            bench.pay.will_refuse(code)
        start(bench, again=True)
        app.payouts.pay_claim(smoke(bench)[-1].ref)
        ends(bench, Reply.FAILED)
    assert counted == {}


def test_nobody_s_record_knows_it() -> None:
    bench = Bench()
    bench.activate()
    claim = bench.claimed(ME)
    bench.queue.jobs.clear()
    before = (
        bench.app.audit.audit_books(),
        bench.ports.participants.read_participation(ME),
        list(bench.ports.ledger.all_accounts()),
    )
    counts = bench.ports.participants.count_people()
    start(bench)
    work(bench)
    after = bench.app.audit.audit_books()
    assert after == replace(before[0], smoke=(smoke(bench)[0],))
    assert bench.ports.participants.read_participation(ME) == before[1]
    assert list(bench.ports.ledger.all_accounts()) == before[2]
    assert bench.ports.participants.count_people() == counts
    assert bench.ports.participants.claims_of(ME) == (claim,)


# A second run of the command


def test_again_it_goes_on_with_the_same_one(bench: Bench) -> None:
    first = start(bench)
    assert start(bench) == first
    assert bench.queue.jobs == [first.ref] * 2
    work(bench)
    assert (paid(bench), sent(bench), len(logged(bench))) == ([1], [1], 1)
    assert start(bench) == smoke(bench)[0], "sent: there is nothing to do"
    assert bench.queue.jobs == []


@pytest.mark.parametrize("code", [*FOR_PEOPLE, *HOLDING, "SENDNUM_LIMIT"])
def test_what_was_refused_is_sent_again_under_the_same_number(bench: Bench, code: str) -> None:
    bench.pay.will_refuse(code)
    first = start(bench)
    work(bench)
    assert smoke(bench)[0].status is PayoutStatus.PARKED
    start(bench)
    work(bench)
    assert bench.pay.payments == {first.order.mch_billno: 1}
    assert [what for _, what, *_ in logged(bench)] == ["pay-smoke", "pay-smoke retry"]
    assert smoke(bench)[0].status is PayoutStatus.SENT


def test_what_another_order_has_the_number_of_is_not_sent_again_and_another_may_begin(bench: Bench) -> None:
    bench.pay.will_refuse("FATAL_ERROR")
    start(bench)
    work(bench)
    assert refused(lambda: start(bench)) == "smoke_not_ours"
    start(bench, again=True)
    work(bench)
    assert [payment.status for payment in smoke(bench)] == [PayoutStatus.PARKED, PayoutStatus.SENT]


@pytest.mark.parametrize("code", ["NOTENOUGH", "NO_AUTH"])
def test_a_refusal_that_paid_is_not_sent_again(bench: Bench, code: str) -> None:
    bench.pay.will_refuse(code, paid=True)
    start(bench)
    work(bench)
    start(bench)
    work(bench)
    assert (paid(bench), sent(bench), smoke(bench)[0].status) == ([1], [1], PayoutStatus.SENT)


def test_another_begins_when_the_last_is_not_under_way(bench: Bench) -> None:
    first = start(bench)
    assert refused(lambda: start(bench, again=True)) == "smoke_under_way"
    work(bench)
    second = start(bench, again=True, openid=OTHER, amount_fen=200)
    assert (second.attempt_id, second.openid) == ("0002", OTHER)
    assert second.order.mch_billno != first.order.mch_billno
    work(bench)
    assert paid(bench) == [1, 1]


@pytest.mark.parametrize(
    ("answer", "begins"),
    [("timed out", False), ("SYSTEMERROR", False), ("NOTENOUGH", False), ("NO_AUTH", False), ("accepted", True)],
)
def test_no_other_one_while_it_may_still_be_sent_by_itself(bench: Bench, answer: str, begins: bool) -> None:
    if answer != "accepted":
        bench.pay.will_refuse(answer) if answer != "timed out" else bench.pay.will_time_out()
    start(bench)
    work(bench)
    if begins:
        start(bench, again=True)
    else:
        assert refused(lambda: start(bench, again=True)) == "smoke_under_way"
    assert len(smoke(bench)) == 1 + begins


@pytest.mark.parametrize("code", FOR_PEOPLE)
def test_what_waits_for_a_person_and_was_asked_about_does_not_bar_another(bench: Bench, code: str) -> None:
    bench.pay.will_refuse(code)
    start(bench)
    work(bench)
    live_on(bench, hours=1)
    start(bench, again=True)
    live_on(bench, hours=30)
    assert [payment.status for payment in smoke(bench)] == [PayoutStatus.PARKED, PayoutStatus.SENT]
    assert paid(bench) == [1]


FORMER = Payer("1900000009", PAYER.app_id)
"""For example a mistyped merchant id."""


@pytest.mark.parametrize("code", ["SIGN_ERROR", "SYSTEMERROR", "NO_AUTH"])
def test_one_that_another_payer_began_is_left_to_it_and_another_begins(bench: Bench, code: str) -> None:
    bench.pay.payer = FORMER
    bench.pay.will_refuse(code)
    first = start(bench)
    work(bench)
    bench.pay.payer = PAYER
    live_on(bench, hours=3)
    (left,) = smoke(bench)
    assert (left.status, left.reason, left.due_at) == (PayoutStatus.PARKED, "payer", FOR_A_PERSON)
    assert (sent(bench), bench.world.calls["pay.query"]) == ([1], 0)
    assert bench.ports.control.read_switches().held_reason == ""
    before = dict(bench.world.calls)
    live_on(bench, hours=3)
    assert bench.world.calls["payouts.replace_claim"] == before["payouts.replace_claim"], "it is due no more"
    second = start(bench, again=True)
    work(bench)
    assert bench.pay.payments == {second.order.mch_billno: 1}
    bench.pay.payer = FORMER
    bench.app.decisions.retry_payout(first.claim_id, "王")
    bench.app.payouts.pay_claim(first.ref)
    assert bench.pay.payments == {second.order.mch_billno: 1, first.order.mch_billno: 1}


def test_going_on_with_one_that_another_payer_began_is_an_outcome(bench: Bench) -> None:
    bench.pay.payer = FORMER
    bench.pay.will_refuse("SIGN_ERROR")
    start(bench)
    work(bench)
    bench.pay.payer = PAYER
    for _ in range(2):
        bench.clock.advance(minutes=1)
        assert waited(bench, lambda look: work(bench)) == (PayoutStatus.PARKED, "payer", 2)


def test_one_that_another_payer_has_sent_stays_sent_and_is_met_once(bench: Bench) -> None:
    bench.pay.payer = FORMER
    start(bench)
    work(bench)
    bench.pay.payer = PAYER
    live_on(bench, hours=26)
    (left,) = smoke(bench)
    assert (left.status, left.due_at) == (PayoutStatus.SENT, FOR_A_PERSON)


def test_one_that_another_payer_sends_at_this_moment_is_let_be(bench: Bench) -> None:
    bench.pay.payer = FORMER
    bench.pay.will_kill()
    start(bench)
    with pytest.raises(Killed):
        work(bench)
    bench.pay.payer, (before,) = PAYER, smoke(bench)
    bench.app.payouts.pay_claim(before.ref, ask=True)
    assert smoke(bench) == [before]


def test_it_is_refused(bench: Bench) -> None:
    bench.unfollow(OTHER)
    for openid in ("oStranger", OTHER):
        assert refused(lambda openid=openid: start(bench, openid=openid)) == "smoke_no_follower"  # type: ignore[misc]
    start(bench)
    assert refused(lambda: start(bench, openid=OTHER)) == "smoke_other_person"
    assert refused(lambda: start(bench, amount_fen=200)) == "smoke_other_amount"
    assert start(bench, amount_fen=100) == smoke(bench)[0]


def test_a_contest_has_so_many(bench: Bench) -> None:
    """Payments of earlier versions count too."""
    for number in (1, 2):
        earlier = examples.earlier_smoke_payment(number)
        bench.state.earlier_smoke[earlier.attempt_id] = earlier
    for _ in range(MOST - 2):
        start(bench, again=True)
        work(bench)
    assert refused(lambda: start(bench, again=True)) == "smoke_ceiling"
    assert sum(paid(bench)) == MOST - 2


def test_it_has_no_second_number(bench: Bench) -> None:
    start(bench)
    work(bench)
    ends(bench, Reply.FAILED)
    number = smoke(bench)[0].order.mch_billno
    assert refused(lambda: bench.app.decisions.renew_payout(number, "王")) == "smoke_not_renewed"


def test_operators_decide_about_it_as_about_a_claim(bench: Bench) -> None:
    bench.pay.will_refuse("OPENID_ERROR")
    payment = start(bench)
    work(bench)
    bench.app.decisions.settle_payout(payment.claim_id, PayoutStatus.FAILED, "王", "mistyped")
    assert smoke(bench)[0].status is PayoutStatus.FAILED
    assert bench.app.audit.audit_books().violations == ()


# Lost jobs and answers


@pytest.mark.parametrize("wait", [stop, hold])
def test_the_sweep_finds_it_while_others_wait(wait: Callable[[Bench], None]) -> None:
    bench = Bench()
    bench.activate()
    bench.follow(ME)
    claim = owed(bench)
    start(bench)
    wait(bench)
    bench.queue.jobs = []
    bench.clock.now += PICKUP - timedelta(milliseconds=1)
    assert bench.app.sweep.sweep_once() == 0
    bench.clock.now += timedelta(milliseconds=1)
    assert bench.app.sweep.sweep_once() == 1
    work(bench)
    assert (smoke(bench)[0].status, stored(bench, claim).status) == (PayoutStatus.SENT, PayoutStatus.OWED)


def test_a_queue_that_takes_nothing_is_made_up_for(bench: Bench) -> None:
    bench.queue.broken = True
    start(bench)
    bench.queue.broken = False
    live_on(bench, hours=1)
    assert paid(bench) == [1]


# Waiting for the outcome


def waited(bench: Bench, act: Callable[[int], None] = lambda look: None) -> tuple[PayoutStatus, str, float]:
    """Returns status and reason when the command stops waiting, and after how many seconds. `act` is called while it
    sleeps."""
    started = start(bench)
    begun = bench.stopwatch.seconds

    def sleep(seconds: float) -> None:
        bench.stopwatch.sleep(seconds)
        act(bench.stopwatch.slept)

    payment = bench.instance(sleep=sleep).smoke_payments.wait_for_outcome(started)
    return payment.status, payment.reason, bench.stopwatch.seconds - begun


def test_the_outcome_is_waited_for(bench: Bench) -> None:
    assert waited(bench, lambda look: work(bench) if look == 3 else None) == (PayoutStatus.SENT, "", 6)
    assert waited(bench) == (PayoutStatus.SENT, "", 0), "it is decided"


def test_a_refusal_is_an_outcome(bench: Bench) -> None:
    bench.pay.will_refuse("NOTENOUGH")
    assert waited(bench, lambda look: work(bench)) == (PayoutStatus.PARKED, "balance", 2)
    bench.pay.will_refuse("NO_AUTH")
    assert waited(bench, lambda look: work(bench)) == (PayoutStatus.PARKED, "risk_control", 2)


def test_it_is_not_waited_for_longer_than_a_minute(bench: Bench) -> None:
    assert waited(bench) == (PayoutStatus.OWED, "", PATIENCE)


def test_a_worker_that_has_it_is_waited_for(bench: Bench) -> None:
    bench.pay.will_kill()
    start(bench)
    with pytest.raises(Killed):
        work(bench)
    assert waited(bench) == (PayoutStatus.SENDING, "", PATIENCE)


# From before smoke payments were claims


def test_the_earlier_ones_are_asked_about_until_they_have_ended(bench: Bench) -> None:
    for number, status in enumerate((PayoutStatus.SENT, PayoutStatus.SENDING, PayoutStatus.RECEIVED), start=1):
        earlier = examples.earlier_smoke_payment(number, status)
        bench.state.earlier_smoke[earlier.attempt_id] = earlier
        bench.ports.log_decision(LogEntry(NOON, "王", "pay-smoke", earlier.order.mch_billno))
    first, _, _ = bench.app.smoke_payments.all_smoke_payments()
    bench.pay.status[first.order.mch_billno] = Reply.REFUNDED
    bench.pay.will_say(Answer(Reply.REFUNDED))
    found = list(bench.app.reconciliation.reconcile_payouts(lambda count: None))
    assert [difference.claim_id for difference in found] == [first.claim_id]
    states = [payment.status for payment in bench.app.smoke_payments.all_smoke_payments()]
    assert states == [PayoutStatus.REFUNDED, PayoutStatus.SENDING, PayoutStatus.RECEIVED]
    assert bench.world.calls["pay.query"] == 2
    bench.clock.now = NOON + timedelta(days=26)
    list(bench.app.reconciliation.reconcile_payouts(lambda count: None))
    second = bench.app.smoke_payments.all_smoke_payments()[1]
    assert (second.status, second.reason) == (PayoutStatus.PARKED, "inspect"), "asked for the last time"
    assert sent(bench) == []
    assert bench.app.audit.audit_books().violations == ()


def test_an_earlier_one_whose_number_is_another_order_s_is_asked_about_no_more(bench: Bench) -> None:
    earlier = examples.earlier_smoke_payment(1, PayoutStatus.SENDING)
    bench.state.earlier_smoke[earlier.attempt_id] = earlier
    bench.pay.will_say(ANOTHER_ORDER)
    list(bench.app.reconciliation.reconcile_payouts(lambda count: None))
    for _ in range(2):
        bench.pay.will_say(Answer(Reply.RECEIVED))
        assert list(bench.app.reconciliation.reconcile_payouts(lambda count: None)) == []
    (payment,) = bench.app.smoke_payments.all_smoke_payments()
    assert (payment.status, payment.reason) == (PayoutStatus.PARKED, "not_ours")
    assert bench.world.calls["pay.query"] == 1
