"""Bill numbers: within WeChat Pay's alphabet and length, one for each packet."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.clock import ALPHABET
from chalicelib.domain.claims import Packet, bill_number
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
