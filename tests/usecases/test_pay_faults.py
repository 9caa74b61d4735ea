"""Every answer that WeChat Pay may give or not give, and deaths at every step: one payment, never two (I4, I5)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.pay.red_packet import REASON_OF, refusal
from chalicelib.domain.claim import FOR_A_PERSON, ClaimRef, PayoutStatus
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.payout_decisions import PICKUP, Answer, Reply
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.support.world import Trouble
from tests.usecases.payout_helpers import answered, befall, clear, live_on, owed, paid, sent, stored

UNKNOWN_CODES = ["SYSTEMERROR", "SEND_FAILED", "PROCESSING", "FREQ_LIMIT", "SECOND_OVER_LIMITED", "NEVER_SEEN", ""]
FOR_PEOPLE = sorted(code for code, reason in REASON_OF.items() if reason in WAITS_FOR_A_PERSON)
RETRIED = sorted({*REASON_OF, *UNKNOWN_CODES} - {*FOR_PEOPLE})
KILLS = range(8)


@pytest.mark.parametrize("kill", KILLS)
@pytest.mark.parametrize("answer", ["accepted", "lost", "timed out", "SYSTEMERROR", "NOTENOUGH", "FREQ_LIMIT"])
def test_a_worker_may_die_at_any_step_and_the_claim_is_paid_once(bench: Bench, kill: int, answer: str) -> None:
    ref = owed(bench)
    answered(bench, answer)
    die(bench, kill, ref)
    live_on(bench)
    assert paid(bench) == [1]
    assert stored(bench, ref).status is PayoutStatus.SENT


@pytest.mark.parametrize("kill", KILLS)
def test_a_second_worker_may_die_too(bench: Bench, kill: int) -> None:
    ref = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(ref)
    bench.clock.advance(hours=1)
    die(bench, kill, ref)
    live_on(bench)
    assert (paid(bench), stored(bench, ref).status) == ([1], PayoutStatus.SENT)


def die(bench: Bench, after: int, ref: ClaimRef) -> None:
    bench.world.will_die(after)
    try:
        bench.app.payouts.pay_claim(ref)
    except Killed:
        pass
    finally:
        bench.world.will_die(None)


@pytest.mark.parametrize("was_paid", [False, True])
@pytest.mark.parametrize("code", RETRIED)
def test_a_doubtful_or_passing_refusal_ends_in_one_payment(bench: Bench, code: str, was_paid: bool) -> None:
    ref = owed(bench)
    bench.pay.will_refuse(code, was_paid)
    bench.app.payouts.pay_claim(ref)
    between = stored(bench, ref)
    assert between.status in (PayoutStatus.SENDING, PayoutStatus.PARKED)
    assert between.reason
    assert between.due_at
    live_on(bench)
    assert (paid(bench), sent(bench)) == ([1], [1 if was_paid else 2])
    assert stored(bench, ref).status is PayoutStatus.SENT


@pytest.mark.parametrize("code", FOR_PEOPLE)
def test_what_waits_for_a_person_is_parked_with_its_reason_and_not_sent_again(bench: Bench, code: str) -> None:
    ref = owed(bench)
    bench.pay.will_refuse(code)
    bench.app.payouts.pay_claim(ref)
    live_on(bench)
    after = stored(bench, ref)
    assert (after.status, after.reason, after.due_at) == (PayoutStatus.PARKED, REASON_OF[code], FOR_A_PERSON)
    queries = 0 if code == "FATAL_ERROR" else 1
    assert (paid(bench), sent(bench), bench.world.calls["pay.query"]) == ([], [1], queries)


def restored(bench: Bench) -> ClaimRef:
    """A claim under whose bill number another person was paid, before a restore returned its packet to the pool."""
    ref = owed(bench)
    order = stored(bench, ref).order
    bench.pay.ledger[order.mch_billno] = replace(order, openid="oBefore")
    bench.pay.status[order.mch_billno] = Reply.RECEIVED
    return ref


def test_a_number_of_somebody_else_s_payment_never_settles_our_claim(bench: Bench) -> None:
    ref = restored(bench)
    live_on(bench, hours=2)
    parked = stored(bench, ref)
    assert (parked.status, parked.reason, parked.due_at) == (PayoutStatus.PARKED, "not_ours", FOR_A_PERSON)
    for said in (*(Answer(reply) for reply in Reply), refusal("FATAL_ERROR"), refusal("SYSTEMERROR")):
        bench.pay.will_say(said)
        bench.app.payouts.pay_claim(ref, ask=True)
        list(bench.app.reconciliation.reconcile_payouts(lambda _: None))
    live_on(bench)
    assert (stored(bench, ref), sent(bench)) == (parked, [1])


def test_a_lost_answer_about_somebody_else_s_payment_does_not_settle_our_claim(bench: Bench) -> None:
    ref = restored(bench)
    bench.pay.will_time_out()
    live_on(bench, hours=3)
    assert (stored(bench, ref).status, stored(bench, ref).reason) == (PayoutStatus.PARKED, "not_ours")


@pytest.mark.parametrize("answer", [Answer(Reply.DOUBTFUL), refusal("SYSTEMERROR"), Answer(Reply.SENDING)])
def test_an_unclear_query_sends_nothing(bench: Bench, answer: Answer) -> None:
    ref = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(ref)
    for _ in range(5):
        bench.pay.will_say(answer)
    live_on(bench, hours=5)
    assert (paid(bench), sent(bench)) == ([], [1])
    assert stored(bench, ref).due_at


@pytest.mark.parametrize("reply", [Reply.FAILED, Reply.REFUNDED, Reply.RECEIVED, Reply.SENT, Reply.REFUNDING])
def test_a_clear_query_is_recorded_and_sends_nothing(bench: Bench, reply: Reply) -> None:
    ref = owed(bench)
    bench.pay.will_lose_the_answer()
    bench.app.payouts.pay_claim(ref)
    bench.clock.advance(hours=1)
    bench.pay.will_say(Answer(reply))
    bench.app.payouts.pay_claim(ref)
    expected = "sent" if reply is Reply.REFUNDING else reply.value
    assert (stored(bench, ref).status.value, sent(bench)) == (expected, [1])


def test_after_weeks_not_found_says_nothing_any_more(bench: Bench) -> None:
    ref = owed(bench)
    bench.pay.will_time_out()
    bench.app.payouts.pay_claim(ref)
    bench.clock.advance(days=26)
    bench.app.payouts.pay_claim(ref)
    after = stored(bench, ref)
    assert (after.status, after.due_at, sent(bench)) == (PayoutStatus.PARKED, FOR_A_PERSON, [1])


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("writes_before", [0, 1])
def test_a_store_that_fails_between_the_steps(bench: Bench, trouble: Trouble, writes_before: int) -> None:
    """The queue delivers the job again; the store may have done the write whose answer was lost."""
    ref = owed(bench)
    if writes_before:
        bench.pay.will_time_out()
        bench.app.payouts.pay_claim(ref)
        bench.clock.advance(seconds=PICKUP.total_seconds())
    bench.world.will_fail("payouts.replace_claim", trouble)
    with pytest.raises(TryAgain):
        bench.app.payouts.pay_claim(ref)
    assert paid(bench) == []
    live_on(bench)
    assert (paid(bench), stored(bench, ref).status) == ([1], PayoutStatus.SENT)


EVENTS = st.one_of(
    st.tuples(st.just("die"), st.integers(0, 6)),
    st.tuples(st.just("wait"), st.integers(1, 300)),
    st.tuples(st.just("work"), st.just(0)),
    st.tuples(st.sampled_from(["lose", "time out", "silent", "busy", "lost write"]), st.just(0)),
)


@settings(max_examples=40)
@given(events=st.lists(EVENTS, max_size=12))
def test_whatever_happens_it_is_paid_once(events: list[tuple[str, int]]) -> None:
    bench = Bench()
    bench.activate()
    ref = owed(bench)
    for name, number in events:
        happen(bench, ref, name, number)
        assert sum(paid(bench)) <= 1
    clear(bench)
    live_on(bench)
    assert (paid(bench), stored(bench, ref).status) == ([1], PayoutStatus.SENT)


def happen(bench: Bench, ref: ClaimRef, name: str, number: int) -> None:
    befall(bench, name, number, "payouts.replace_claim")
    try:
        bench.app.payouts.pay_claim(ref)
    except (Killed, TryAgain):
        bench.world.will_die(None)
