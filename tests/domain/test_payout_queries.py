"""Payouts after a query: none is paid twice, and none is forgotten."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim import FOR_A_PERSON, Claim, PayoutStatus
from chalicelib.domain.payout_decisions import (
    LEASE,
    MOST_DOUBTS,
    QUERY_DAYS,
    UNOPENED,
    Answer,
    Reply,
    Step,
    after_query,
    after_send,
    begun,
    due_now,
    first_step,
    is_due,
    may_send,
)
from chalicelib.domain.payout_differences import contradicts
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON, Reason
from tests.domain.payout_answers import (
    DAY,
    DUE,
    FINAL,
    FOR_PEOPLE,
    MINUTE,
    NOT_FOUND,
    NOW,
    OWED,
    PARKED,
    SENDING,
    SENT,
    SENT_ONCE,
    answers,
    moments,
    refused,
)
from tests.support.pay import PAYER

DOUBTFUL = Answer(Reply.DOUBTFUL, code="SYSTEMERROR")


def test_what_was_never_sent_is_sent_and_not_asked_about() -> None:
    assert first_step(OWED, NOW, ask=False) is Step.SEND
    assert first_step(OWED, NOW + DAY, ask=False) is Step.SEND
    assert first_step(OWED, NOW + DAY, ask=True) is Step.NOTHING


@given(st.lists(answers, max_size=4), moments, moments, st.booleans())
def test_after_any_send_another_is_preceded_by_a_query(
    replies: list[Answer], now: datetime, later: datetime, ask: bool
) -> None:
    claim = begun(OWED, now, PAYER)
    assert first_step(claim, later, ask) is not Step.SEND
    claim = after_send(claim, replies[0], now) if replies else claim
    for reply in replies[1:]:
        claim = after_query(claim, reply, now)
    assert first_step(claim, later, ask) is not Step.SEND
    if not claim.is_final and claim.reason != Reason.NOT_OURS:
        assert first_step(claim, later, ask=True) is Step.ASK
        assert (first_step(claim, later, ask=False) is Step.ASK) == is_due(claim, later)


@given(st.sampled_from(FINAL), st.booleans())
def test_what_is_final_is_left_alone(status: PayoutStatus, ask: bool) -> None:
    assert first_step(replace(SENT_ONCE, status=status, due_at=None), NOW + DAY, ask) is Step.NOTHING


@given(st.lists(answers, min_size=1, max_size=6), moments)
def test_failed_comes_from_a_definite_failed_alone(replies: list[Answer], now: datetime) -> None:
    claim = after_send(SENT_ONCE, replies[0], now)
    for reply in replies[1:]:
        claim = after_query(claim, reply, now)
    if claim.status is PayoutStatus.FAILED:
        assert Reply.FAILED in {answer.reply for answer in replies}


@given(answers, st.booleans())
def test_only_an_unknown_order_is_sent_again(answer: Answer, parked: bool) -> None:
    claim = replace(DUE, status=PARKED, reason="balance") if parked else DUE
    assert may_send(claim, answer, NOW) == (answer.reply is Reply.NOT_FOUND)


@given(answers)
def test_what_is_not_due_is_not_sent_again(answer: Answer) -> None:
    """The reconciliation queries everything; another worker may be sending the claim at this moment."""
    assert not may_send(SENT_ONCE, answer, NOW + LEASE - timedelta(microseconds=1))


def test_asking_early_never_makes_a_claim_due_sooner() -> None:
    for claim in (SENT_ONCE, after_send(SENT_ONCE, refused(Reason.BALANCE), NOW)):
        asked = after_query(claim, NOT_FOUND, NOW)
        assert asked.due_at is not None
        assert claim.due_at is not None
        assert asked.due_at >= claim.due_at


@pytest.mark.parametrize("status", [SENT, *FINAL])
def test_not_found_never_resends_what_was_decided(status: PayoutStatus) -> None:
    claim = replace(DUE, status=status)
    assert not may_send(claim, NOT_FOUND, NOW)
    assert after_query(claim, NOT_FOUND, NOW).status is status


@given(st.lists(st.sampled_from([Reply.SENDING, Reply.NOT_FOUND, Reply.DOUBTFUL]), max_size=4))
def test_not_found_never_resends_what_wechat_pay_once_knew(replies: list[Reply]) -> None:
    for known in (after_send(SENT_ONCE, Answer(Reply.ACCEPTED), NOW), SENT_ONCE):
        claim = after_query(known, Answer(Reply.SENDING), NOW)
        for reply in replies:
            claim = after_query(claim, Answer(reply), NOW)
        assert claim.status is SENDING
        assert not may_send(replace(claim, due_at=NOW), NOT_FOUND, NOW)


def test_an_old_order_is_never_sent_again() -> None:
    last = NOW + timedelta(days=25) - timedelta(microseconds=1)
    assert may_send(SENT_ONCE, NOT_FOUND, last)
    assert not may_send(SENT_ONCE, NOT_FOUND, NOW + timedelta(days=25))
    for answer in (NOT_FOUND, Answer(Reply.DOUBTFUL), refused(Reason.DOUBTFUL)):
        old = after_query(SENT_ONCE, answer, NOW + QUERY_DAYS)
        assert (old.status, old.reason, old.due_at) == (PARKED, "inspect", FOR_A_PERSON)
        assert not may_send(old, NOT_FOUND, FOR_A_PERSON)
    assert after_query(SENT_ONCE, Answer(Reply.RECEIVED), NOW + QUERY_DAYS).status is PayoutStatus.RECEIVED


@pytest.mark.parametrize("reason", FOR_PEOPLE)
def test_what_waits_for_a_person_is_asked_about_once_and_never_sent_again(reason: Reason) -> None:
    parked = after_send(SENT_ONCE, refused(reason), NOW)
    assert parked.reason in WAITS_FOR_A_PERSON
    assert first_step(parked, NOW + 2 * MINUTE, ask=False) is Step.ASK
    assert not may_send(parked, NOT_FOUND, NOW + 2 * MINUTE)
    rests = after_query(parked, NOT_FOUND, NOW)
    assert (rests.status, rests.reason, rests.due_at) == (PARKED, parked.reason, FOR_A_PERSON)
    assert first_step(rests, NOW + 20 * DAY, ask=False) is Step.NOTHING
    # The refused send may have paid, and silence proves nothing.
    assert after_query(parked, Answer(Reply.RECEIVED), NOW).status is PayoutStatus.RECEIVED
    silent = after_query(parked, Answer(Reply.DOUBTFUL), NOW)
    assert (silent.status, silent.reason, silent.due_at) == (PARKED, parked.reason, NOW + 2 * MINUTE)


@pytest.mark.parametrize("reason", FOR_PEOPLE)
def test_each_morning_s_question_leaves_what_waits_for_a_person_waiting(reason: Reason) -> None:
    rests = after_query(after_send(SENT_ONCE, refused(reason), NOW), NOT_FOUND, NOW)
    assert first_step(rests, NOW + DAY, ask=True) is Step.ASK
    for answer in (NOT_FOUND, Answer(Reply.DOUBTFUL)):
        assert not may_send(rests, answer, NOW + DAY)
        assert after_query(rests, answer, NOW + DAY) == rests
    assert after_query(rests, Answer(Reply.RECEIVED), NOW + DAY).status is PayoutStatus.RECEIVED


def test_a_person_who_clears_the_reason_lets_it_be_sent_again_with_the_same_number() -> None:
    resumed = replace(after_send(SENT_ONCE, refused(Reason.INSPECT), NOW), reason="", due_at=NOW)
    assert may_send(resumed, NOT_FOUND, NOW)
    assert begun(resumed, NOW, PAYER).order.mch_billno == OWED.order.mch_billno


@given(st.lists(answers, min_size=1, max_size=6), moments)
def test_no_payout_is_forgotten(replies: list[Answer], now: datetime) -> None:
    """A payout that is not final has a due time, or waits for a person and has a reason."""
    claim = after_send(SENT_ONCE, replies[0], now)
    for reply in replies[1:]:
        if not claim.is_final:  # then it is not queried any more
            claim = after_query(claim, reply, now)
    assert (claim.due_at is None) == (claim.status in FINAL)
    if claim.due_at == FOR_A_PERSON:
        assert claim.status is PARKED
        assert claim.reason in WAITS_FOR_A_PERSON
    elif claim.due_at is not None:
        assert claim.due_at > now
    if claim.status is PARKED:
        assert claim.reason
    assert replace(claim.order, payer=None) == OWED.order


@pytest.mark.parametrize(
    ("status", "contradicting"),
    [
        (SENT, {Reply.NOT_FOUND, Reply.FAILED}),
        (PARKED, {Reply.ACCEPTED, Reply.SENT, Reply.REFUNDING, Reply.RECEIVED}),
        (SENDING, set()),
    ],
)
def test_which_answers_contradict_what_we_hold(status: PayoutStatus, contradicting: set[Reply]) -> None:
    claim = replace(SENT_ONCE, status=status)
    assert {reply for reply in Reply if contradicts(claim, Answer(reply))} == contradicting


def doubted(claim: Claim, answer: Answer = DOUBTFUL) -> tuple[list[timedelta], Claim]:
    """Queries the claim each time it is due. Returns the intervals, and the claim at the end."""
    waits = list[timedelta]()
    now = claim.due_at or NOW
    while claim.due_at not in (None, FOR_A_PERSON) and len(waits) < 1000:
        asked = after_query(claim, answer, now)
        assert asked.due_at
        waits.append(asked.due_at - now)
        claim, now = asked, asked.due_at
    assert (claim.status, claim.due_at) == (PARKED, FOR_A_PERSON)
    return waits[:-1], claim


@pytest.mark.parametrize("status", [SENDING, SENT])
def test_a_day_of_doubt_is_asked_about_ever_more_rarely_and_ends_with_a_person(status: PayoutStatus) -> None:
    waits, _ = doubted(replace(DUE, status=status, reason=""))
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2 * MINUTE, timedelta(hours=4))
    assert timedelta(hours=24) <= sum(waits, timedelta()) <= timedelta(hours=28)


def test_sends_that_stay_unclear_end_with_a_person_too() -> None:
    """An unknown code to each send, and NOT_FOUND to each query: without a limit it would be sent again for weeks."""
    claim, now, sends = SENT_ONCE, NOW, 0
    while claim.due_at != FOR_A_PERSON and sends < 50:
        claim, sends = after_send(claim, Answer(Reply.DOUBTFUL, code="NEW_LIMIT"), now), sends + 1
        if claim.due_at and claim.due_at != FOR_A_PERSON:
            now = claim.due_at
            assert may_send(claim, NOT_FOUND, now)
            claim = begun(claim, now, PAYER)
    assert (sends, claim.status, claim.reason, claim.code) == (MOST_DOUBTS, PARKED, "unclear", "NEW_LIMIT")
    assert not may_send(claim, NOT_FOUND, FOR_A_PERSON)
    retried = due_now(claim, now)
    assert (retried.doubts, may_send(retried, NOT_FOUND, now)) == (0, True)


def test_a_refusal_s_doubt_ends_with_its_own_reason() -> None:
    parked = after_send(SENT_ONCE, refused(Reason.RISK_CONTROL), NOW)
    assert doubted(parked)[1].reason == "risk_control"


@pytest.mark.parametrize("answer", [DOUBTFUL, NOT_FOUND, Answer(Reply.DOUBTFUL, code="NEW_CODE")], ids=str)
def test_what_is_asked_before_it_is_due_is_not_doubted(answer: Answer) -> None:
    """Operators may reconcile at any time."""
    claim = after_send(SENT_ONCE, Answer(Reply.ACCEPTED), NOW)
    asked = claim
    for _ in range(2 * MOST_DOUBTS):
        asked = after_query(asked, answer, NOW + MINUTE)
    assert asked == claim


@pytest.mark.parametrize("answer", [DOUBTFUL, NOT_FOUND], ids=str)
@pytest.mark.parametrize("had", [Reply.SENT, Reply.SENDING])
def test_an_order_that_wechat_pay_had_is_never_sent_again(had: Reply, answer: Answer) -> None:
    """Nor by an operator's retry, which queries once more."""
    last = doubted(after_query(SENT_ONCE, Answer(had), NOW), answer)[1]
    assert last.reason == "lost"
    now = NOW + 2 * DAY
    retried = due_now(last, now)
    for _ in range(2 * MOST_DOUBTS):
        assert first_step(retried, now, ask=False) is Step.ASK
        assert not may_send(retried, NOT_FOUND, now)
        retried = after_query(retried, answer, now)
        if retried.due_at == FOR_A_PERSON:
            break
        assert retried.due_at
        now = retried.due_at
    assert (retried.status, retried.reason, retried.due_at) == (PARKED, "lost", FOR_A_PERSON)
    assert after_query(due_now(last, now), Answer(Reply.RECEIVED), now).status is PayoutStatus.RECEIVED


def test_a_definite_answer_ends_the_doubt() -> None:
    claim = after_send(SENT_ONCE, DOUBTFUL, NOW)
    claim = after_query(claim, DOUBTFUL, NOW + 2 * MINUTE)
    assert (claim.doubts, claim.code) == (2, "SYSTEMERROR")
    settled = after_query(claim, Answer(Reply.SENDING), NOW)
    assert (settled.doubts, settled.code) == (0, "")
    for reason in (Reason.CONFIGURATION, Reason.BACK_OFF):
        assert after_query(claim, refused(reason), NOW).doubts == 2


def test_a_query_does_not_touch_a_parked_reason() -> None:
    parked = after_send(SENT_ONCE, refused(Reason.BALANCE), NOW)
    silent = after_query(parked, Answer(Reply.DOUBTFUL), NOW)
    assert (silent.status, silent.reason) == (PARKED, "balance")


@pytest.mark.parametrize(("age", "parks"), [(UNOPENED - MINUTE, False), (UNOPENED, True)])
def test_an_order_that_was_under_way_and_is_unknown_a_day_later_is_for_a_person(age: timedelta, parks: bool) -> None:
    under_way = after_query(SENT_ONCE, Answer(Reply.SENDING), NOW)
    at = under_way.claimed_at + age
    assert not may_send(replace(under_way, due_at=at), NOT_FOUND, at)
    after = after_query(under_way, NOT_FOUND, at)
    assert (after.status is PayoutStatus.PARKED) is parks
    assert (after.reason == "lost") is parks


def test_an_old_inspect_may_be_sent_again() -> None:
    """Versions without the reasons `terms` and `money_limit` wrote `inspect` for such refusals."""
    parked = replace(after_send(SENT_ONCE, refused(Reason.MONEY_LIMIT), NOW), reason="inspect", due_at=FOR_A_PERSON)
    assert may_send(due_now(parked, NOW), NOT_FOUND, NOW)
