"""Decisions about a transfer for every answer of WeChat Pay, and for every time at which its winner asked."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.claim import TRANSFER, Claim, PayoutStatus
from chalicelib.domain.payout_course import PayoutCourse
from chalicelib.domain.payout_decisions import Answer, Reply
from tests.domain.payout_answers import NOW, OWED, answers, moments
from tests.support.pay import PAYER

UNTIL = NOW + timedelta(days=20)
COURSE = PayoutCourse(UNTIL)
WON = replace(OWED, order=replace(OWED.order, mch_billno="p00000001", product=TRANSFER), due_at=UNTIL)
taps = st.none() | moments


def begun(asked_at: datetime | None, begun_at: datetime) -> Claim:
    return replace(COURSE.begun(WON, NOW, PAYER), asked_at=asked_at, begun_at=begun_at, due_at=NOW)


sent = st.builds(begun, taps, moments)


@settings(max_examples=200, deadline=None)
@given(sent, answers, moments, st.booleans())
def test_every_outcome_is_final_or_due_again_and_keeps_its_order(
    claim: Claim, answer: Answer, now: datetime, by_query: bool
) -> None:
    decide = COURSE.after_query if by_query else COURSE.after_send
    after = decide(claim, answer, now)
    assert after.is_final == (after.due_at is None)
    assert after.order == claim.order
    assert not after.receipt or after.status is PayoutStatus.SENT
    assert after.status is not PayoutStatus.PARKED or after.reason


@settings(max_examples=200, deadline=None)
@given(sent, answers, moments)
def test_another_number_only_after_closed_and_a_tap_in_time(claim: Claim, answer: Answer, now: datetime) -> None:
    chosen = COURSE.to_send(claim, answer, now)
    if chosen is None:
        return
    assert claim.asked_at is not None
    assert answer.reply in (Reply.WAITING, Reply.NOT_FOUND, Reply.CLOSED)
    if chosen.order != claim.order:
        assert answer.reply is Reply.CLOSED
        assert claim.asked_at < UNTIL
        assert chosen.unconfirmed == (claim.order.mch_billno,)
        assert replace(chosen.order, mch_billno=claim.order.mch_billno) == claim.order
