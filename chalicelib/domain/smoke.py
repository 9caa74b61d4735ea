"""A smoke payment: real money to an operator, which proves the way to WeChat Pay.

It is a claim in everything but this: no participant's record knows it, its packet is none of the plan, it is sent while
other payouts wait, and no answer to it holds them.
"""

import re
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.claim import FOR_A_PERSON, Claim, Packet, PayoutStatus, SendOrder, bill_number
from chalicelib.domain.payout_decisions import PICKUP, for_a_person, is_leased
from chalicelib.domain.payout_reasons import Reason

LEAST_FEN = 100
"""The least that WeChat Pay sends as a red packet."""
MOST = 20
"""Smoke payments a contest. It is real money outside the budget, paid on one operator's word: 20 are enough for each
day, each change of a key and the opening night, and no more than 20 of the largest packets can leave by this way."""
_NUMBER = re.compile(r"SMOKE(?:\w{12}\d{8}|\w{22})")
"""The second kind was written before smoke payments were claims. A packet's number has 20, 22 or 23 characters."""


def smoke_packet(number: int, new_id: str, amount_fen: int) -> Packet:
    """`new_id` is fresh and random: a merchant's bill numbers must also differ from those of other deployments."""
    return Packet(f"SMOKE{new_id[:12]:0>12}", number, amount_fen)


def smoke_claim(packet: Packet, claim_id: str, order: SendOrder, now: datetime) -> Claim:
    return Claim(claim_id, f"{packet.number:04d}", packet, order, claimed_at=now, due_at=now + PICKUP)


def is_smoke_number(mch_billno: str) -> bool:
    return _NUMBER.fullmatch(mch_billno) is not None


def is_decided(payment: Claim) -> bool:
    return payment.is_final or payment.status is PayoutStatus.SENT


def is_under_way(payment: Claim) -> bool:
    """Whether it may still be sent without anybody's doing: until then no other one begins."""
    return not is_decided(payment) and payment.due_at != FOR_A_PERSON


def left_to_its_payer(payment: Claim, now: datetime) -> Claim:
    """One that another payer began is met once. What may be on its way at this moment is let be."""
    if is_leased(payment, now):
        return payment
    if payment.status is PayoutStatus.SENT:
        return replace(payment, due_at=FOR_A_PERSON)
    return for_a_person(payment, Reason.PAYER)


def has_its_number(payment: Claim) -> bool:
    """An earlier kind of smoke payment has its number for its plan."""
    return payment.order.mch_billno in (bill_number(payment.packet), payment.packet.plan_id)
