"""Payouts after each answer to a send: parked, held, or queried later."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.payout_decisions import LEASE, Answer, Reply, after_query, after_send, begun, is_due, may_send
from chalicelib.domain.payout_holds import hold_after_query, hold_after_refusals, hold_until, person_mark
from chalicelib.domain.payout_reasons import STOPS_ALL, WAITS_FOR_A_PERSON, Reason
from tests.domain.payout_answers import (
    DAY,
    FINAL,
    HOLDING,
    HOUR,
    MINUTE,
    NOW,
    OWED,
    ROWS,
    SENDING,
    SENT,
    SENT_ONCE,
    refused,
)
from tests.support.pay import PAYER


@pytest.mark.parametrize(("reason", "outcome"), ROWS.items(), ids=ROWS.keys())
def test_each_refusal_of_a_send(reason: Reason, outcome: tuple[PayoutStatus, str, timedelta]) -> None:
    after = after_send(SENT_ONCE, refused(reason), NOW)
    assert after.due_at is not None
    assert (after.status, after.reason, after.due_at - NOW) == outcome
    assert after.order == SENT_ONCE.order


def test_a_refusal_that_names_no_reason_is_doubtful() -> None:
    after = after_send(SENT_ONCE, refused(Reason.NONE), NOW)
    assert (after.status, after.reason, after.due_at) == (SENDING, "doubtful", NOW + 2 * MINUTE)


@pytest.mark.parametrize("reason", ROWS)
def test_what_concerns_everybody_holds_everything(reason: Reason) -> None:
    """These are the balance, the merchant's daily quota and limits, our configuration and wording; never one person's
    limit."""
    hold = hold_until(refused(reason), NOW)
    if reason in HOLDING:
        assert hold == (NOW + HOLDING[reason], reason)
    else:
        assert hold is None


@given(st.sampled_from([reply for reply in Reply if reply is not Reply.REFUSED]), st.sampled_from([*ROWS]), st.text())
def test_only_a_refusal_holds_everything(reply: Reply, reason: Reason, code: str) -> None:
    assert hold_until(Answer(reply, reason, code), NOW) is None


def test_reasons_fall_into_what_each_is_followed_by() -> None:
    assert {Reason.TERMS, Reason.MONEY_LIMIT} == STOPS_ALL & WAITS_FOR_A_PERSON
    assert {*HOLDING} == STOPS_ALL
    assert {Reason(reason) for _, reason, _ in ROWS.values()} == {*ROWS}


@pytest.mark.parametrize("reason", ROWS)
def test_of_a_query_s_refusals_only_our_configuration_holds_everything(reason: Reason) -> None:
    expected = (NOW + HOUR, reason) if reason is Reason.CONFIGURATION else None
    assert hold_after_query(refused(reason), NOW) == expected
    assert hold_after_query(Answer(Reply.DOUBTFUL, reason), NOW) is None


def test_three_refused_people_hold_everything() -> None:
    assert [hold_after_refusals(people, NOW) for people in (1, 2)] == [None, None]
    assert hold_after_refusals(3, NOW) == (NOW + HOUR, Reason.RISK_CONTROL)


def test_a_person_s_mark_tells_people_apart_and_is_no_openid() -> None:
    other = replace(OWED, order=replace(OWED.order, openid="o2"))
    assert person_mark(OWED) == person_mark(SENT_ONCE) != person_mark(other)
    assert OWED.openid not in person_mark(OWED)


@pytest.mark.parametrize("code", ["", "ConnectTimeout", "unreadable"])
def test_a_doubtful_answer_is_asked_about(code: str) -> None:
    after = after_send(SENT_ONCE, Answer(Reply.DOUBTFUL, code=code), NOW)
    assert (after.status, after.reason, after.due_at) == (SENDING, "doubtful", NOW + 2 * MINUTE)


def test_an_accepted_order_is_sent_and_looked_at_after_a_day() -> None:
    after = after_send(SENT_ONCE, Answer(Reply.ACCEPTED), NOW)
    assert (after.status, after.reason, after.due_at) == (SENT, "", NOW + 25 * HOUR)


@pytest.mark.parametrize(
    ("reply", "status", "again"),
    [
        (Reply.SENDING, SENDING, 20 * MINUTE),
        (Reply.SENT, SENT, 25 * HOUR),
        (Reply.REFUNDING, SENT, HOUR),
        (Reply.RECEIVED, PayoutStatus.RECEIVED, None),
        (Reply.REFUNDED, PayoutStatus.REFUNDED, None),
        (Reply.FAILED, PayoutStatus.FAILED, None),
    ],
)
def test_each_definite_answer_to_a_query(reply: Reply, status: PayoutStatus, again: timedelta | None) -> None:
    after = after_query(SENT_ONCE, Answer(reply), NOW)
    assert (after.status, after.due_at) == (status, NOW + again if again else None)
    assert not may_send(SENT_ONCE, Answer(reply), NOW)


def test_one_worker_has_it_until_its_lease_runs_out() -> None:
    assert (SENT_ONCE.status, SENT_ONCE.sends) == (SENDING, 1)
    assert begun(SENT_ONCE, NOW, PAYER).sends == 2
    assert not is_due(SENT_ONCE, NOW)
    assert not is_due(SENT_ONCE, NOW + LEASE - timedelta(microseconds=1))
    assert is_due(SENT_ONCE, NOW + LEASE)


def test_when_a_worker_should_act() -> None:
    assert is_due(OWED, NOW + 2 * MINUTE)
    assert not is_due(OWED, NOW + 2 * MINUTE - timedelta(microseconds=1))
    assert not is_due(replace(OWED, due_at=None), NOW)
    for status in FINAL:
        assert not is_due(after_query(SENT_ONCE, Answer(Reply(status.value)), NOW), NOW + 365 * DAY)
