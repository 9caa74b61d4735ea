"""Smoke payments: numbers of a kind of their own, and when one may be sent again."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.clock import ALPHABET, ID_LENGTH, new_id
from chalicelib.domain import smoke
from chalicelib.domain.claims import Packet, PayoutStatus, bill_number, is_bill_number_of
from chalicelib.domain.payouts import LEASE, QUERY_DAYS, Answer, Reason, Reply
from chalicelib.domain.smoke import SmokePayment, is_smoke_number, smoke_number
from chalicelib.usecases.lay_plan import PLAN_ID
from tests.domain.payout_answers import ROWS
from tests.support import examples
from tests.support.examples import NOON, SECOND

plan_ids = st.text(ALPHABET, min_size=PLAN_ID, max_size=PLAN_ID) | st.just("SMOKE0000000")
NOT_FOUND = Answer(Reply.NOT_FOUND)
SENT_ONCE = smoke.begun(examples.smoke_payment(), NOON)


@given(st.text(ALPHABET, min_size=1, max_size=ID_LENGTH), plan_ids, st.integers(0, 99_999_999))
def test_a_number_is_recognised_and_never_a_packet_s(id_: str, plan_id: str, number: int) -> None:
    made, packet = smoke_number(id_), bill_number(Packet(plan_id, number, 100))
    assert re.fullmatch(r"SMOKE[0-9a-zA-Z]{22}", made)
    assert is_smoke_number(made)
    for of_a_packet in (packet, f"{packet}R1", f"{packet}R10"):
        assert not is_smoke_number(of_a_packet)
        assert not is_bill_number_of(made, of_a_packet)


def test_numbers_differ() -> None:
    assert len({smoke_number(new_id()) for _ in range(100)}) == 100


def test_what_was_never_sent_may_be() -> None:
    assert smoke.may_send(examples.smoke_payment(), None, NOON + timedelta(days=90))


def test_another_s_send_has_its_time() -> None:
    assert not smoke.may_send(SENT_ONCE, NOT_FOUND, NOON + LEASE - SECOND)
    assert smoke.may_send(SENT_ONCE, NOT_FOUND, NOON + LEASE)


@pytest.mark.parametrize("reply", [reply for reply in Reply if reply is not Reply.NOT_FOUND])
def test_whatever_is_not_clearly_unknown_is_not_sent_again(reply: Reply) -> None:
    assert not smoke.may_send(SENT_ONCE, Answer(reply), NOON + timedelta(days=1))
    assert not smoke.may_send(SENT_ONCE, None, NOON + timedelta(days=1))


def test_after_weeks_not_found_says_nothing() -> None:
    assert not smoke.may_send(SENT_ONCE, NOT_FOUND, NOON + QUERY_DAYS)


@pytest.mark.parametrize(
    "reply", [Reply.SENDING, Reply.SENT, Reply.REFUNDING, Reply.RECEIVED, Reply.REFUNDED, Reply.FAILED]
)
def test_what_wechat_pay_once_knew_is_not_sent_again(reply: Reply) -> None:
    known = smoke.after_query(SENT_ONCE, Answer(reply))
    assert not smoke.may_send(known, NOT_FOUND, NOON + timedelta(days=1))


@pytest.mark.parametrize("reason", ROWS)
def test_a_refusal_is_no_end(reason: Reason) -> None:
    refused = smoke.after_send(SENT_ONCE, Answer(Reply.REFUSED, reason), NOON)
    assert not refused.has_ended
    assert refused.reason == reason
    assert smoke.after_query(refused, NOT_FOUND) == refused
    assert smoke.may_send(refused, NOT_FOUND, NOON + timedelta(hours=1)), "the operator says when"


def test_what_may_be_on_its_way_waits_a_little() -> None:
    for answer in (Answer(Reply.DOUBTFUL), Answer(Reply.REFUSED, Reason.BACK_OFF)):
        doubtful = smoke.after_send(SENT_ONCE, answer, NOON)
        assert not smoke.may_send(doubtful, NOT_FOUND, NOON + 30 * SECOND)


@pytest.mark.parametrize("status", PayoutStatus)
def test_it_has_ended_as_wechat_pay_says(status: PayoutStatus) -> None:
    payment: SmokePayment = replace(SENT_ONCE, status=status)
    assert payment.has_ended is (status.value in ("received", "refunded", "failed", "released"))
