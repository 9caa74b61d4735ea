"""Bill numbers: within WeChat Pay's alphabet and length, one for each packet."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.clock import ALPHABET
from chalicelib.domain.claim import Packet, bill_number, is_bill_number_of, numbers_until, second_number
from chalicelib.usecases.lay_plan import PLAN_ID

plan_ids = st.text(ALPHABET, min_size=PLAN_ID, max_size=PLAN_ID)
packets = st.builds(Packet, plan_ids, st.integers(0, 9_999_999), st.integers(100, 20_000))


@given(packets)
def test_a_bill_number_is_what_wechat_pay_takes(packet: Packet) -> None:
    assert re.fullmatch(r"[0-9a-zA-Z]{1,28}", bill_number(packet))


@given(packets, packets)
def test_distinct_packets_have_distinct_numbers(one: Packet, other: Packet) -> None:
    same = (one.plan_id, one.number) == (other.plan_id, other.number)
    assert (bill_number(one) == bill_number(other)) == same


@given(plan_ids)
def test_neighbours_differ(plan_id: str) -> None:
    numbers = {*range(200), *(10**power + last for power in range(3, 8) for last in range(3))}
    assert len({bill_number(Packet(plan_id, number, 100)) for number in numbers}) == len(numbers)


@given(packets)
def test_it_does_not_hang_on_the_amount(packet: Packet) -> None:
    assert bill_number(packet) == bill_number(Packet(packet.plan_id, packet.number, packet.amount_fen + 1))


@given(packets, packets)
def test_a_further_number_is_told_from_all_others(packet: Packet, other: Packet) -> None:
    number = first = bill_number(packet)
    made = [first]
    assert numbers_until(first) == (first,)
    for _ in range(10):
        number = second_number(number)
        made.append(number)
        assert re.fullmatch(r"[0-9a-zA-Z]{1,28}", number)
        assert is_bill_number_of(number, first)
        assert numbers_until(number) == tuple(made)
    assert len(set(made)) == 11
    if (packet.plan_id, packet.number) != (other.plan_id, other.number):
        assert not any(is_bill_number_of(number, bill_number(other)) for number in made)
    with pytest.raises(ValueError, match="last one"):
        second_number(number)


@pytest.mark.parametrize("text", ["", "R1", "p0000001", "p00000001R", "p00000001Rx", "p00000001R10"])
def test_what_is_no_number_of_ours_has_no_second_one(text: str) -> None:
    with pytest.raises(ValueError, match="not a bill number"):
        second_number(text)


@pytest.mark.parametrize("text", ["p00000001R", "p00000001X1", "p00000001Rx", "p000000011", "p0000000", ""])
def test_a_resemblance_is_no_bill_number(text: str) -> None:
    assert not is_bill_number_of(text, "p00000001")
