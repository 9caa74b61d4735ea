"""Smoke payments: their own form of bill numbers, and when another one may begin."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.clock import ALPHABET, ID_LENGTH, new_id
from chalicelib.domain.claim import FINAL, FOR_A_PERSON, SMOKE, ClaimRef, Packet, PayoutStatus, bill_number
from chalicelib.domain.smoke import MOST, has_its_number, is_smoke_number, is_under_way, smoke_packet
from chalicelib.usecases.lay_plan import PLAN_ID
from tests.support import examples

plan_ids = st.text(ALPHABET, min_size=PLAN_ID, max_size=PLAN_ID) | st.just("SMOKE0000000")


@given(st.text(ALPHABET, min_size=1, max_size=ID_LENGTH), st.integers(1, MOST), plan_ids, st.integers(0, 99_999_999))
def test_a_number_is_recognised_and_never_a_packet_s(id_: str, number: int, plan_id: str, place: int) -> None:
    made, packet = bill_number(smoke_packet(number, id_, 100)), bill_number(Packet(plan_id, place, 100))
    assert is_smoke_number(made)
    assert len(made) <= 28
    for of_a_packet in (packet, f"{packet}R1", f"{packet}R10"):
        assert not is_smoke_number(of_a_packet)
        assert of_a_packet != made


def test_numbers_differ() -> None:
    assert len({bill_number(smoke_packet(1, new_id(), 100)) for _ in range(1000)}) == 1000


@given(plan_ids)
def test_a_plan_s_claim_is_no_smoke_payment(plan_id: str) -> None:
    claim = examples.claim("o1", "a1", Packet(plan_id, 7, 100))
    assert not claim.is_smoke
    assert claim.ref == ClaimRef("o1", "a1")
    payment = examples.smoke_payment()
    assert (payment.is_smoke, payment.ref.openid) == (True, SMOKE)


def test_one_from_before_has_its_own_number() -> None:
    payment = examples.earlier_smoke_payment()
    assert payment.is_smoke
    assert is_smoke_number(payment.order.mch_billno)
    assert has_its_number(payment)
    assert not has_its_number(replace(payment, order=replace(payment.order, mch_billno=f"SMOKE{7:022d}")))


@pytest.mark.parametrize("status", PayoutStatus)
def test_another_begins_when_it_will_not_be_sent_by_itself(status: PayoutStatus) -> None:
    payment = replace(examples.smoke_payment(), status=status)
    assert is_under_way(payment) == (status not in {*FINAL, PayoutStatus.SENT})
    assert not is_under_way(replace(payment, due_at=FOR_A_PERSON)), "parked for a person"
