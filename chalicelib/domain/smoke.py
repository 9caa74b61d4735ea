"""A smoke payment: real money, paid to an operator to test the way to WeChat Pay.

It is a claim with four differences: it is in no participant's record, its packet is not of the plan, it is sent while
other payouts wait, and no answer to it holds them.
"""

import re
from datetime import datetime

from chalicelib.domain.claim import FOR_A_PERSON, Claim, Packet, PayoutStatus, SendOrder, bill_number
from chalicelib.domain.payout_decisions import PICKUP

LEAST_FEN = 100
"""The smallest red packet that WeChat Pay sends."""
MOST = 20
"""The most smoke payments of a contest. They are real money outside the budget, and one operator alone decides on them.
20 are enough for each day, each change of a key and the opening night, and limit the loss to 20 of the largest
packets."""
_NUMBER = re.compile(r"SMOKE(?:\w{12}\d{8}|\w{22})")
"""The second form is from before smoke payments were claims. A packet's bill number has 20, 22 or 23 characters."""


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
    """Returns whether it may still be sent without an operator's decision. No other smoke payment begins before
    that."""
    return not is_decided(payment) and payment.due_at != FOR_A_PERSON


def has_its_number(payment: Claim) -> bool:
    """Returns whether its bill number is its own. Smoke payments of the earlier form have the bill number as plan
    id."""
    return payment.order.mch_billno in (bill_number(payment.packet), payment.packet.plan_id)
