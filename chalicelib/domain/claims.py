"""A claim, its packet, and the order to WeChat Pay that is frozen with it (R7, I4)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class PayoutStatus(StrEnum):
    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    RECEIVED = "received"
    REFUNDED = "refunded"
    FAILED = "failed"
    PARKED = "parked"
    RELEASED = "released"
    """Refunded, and its money put back into the pool as a new packet."""


FINAL = frozenset({PayoutStatus.RECEIVED, PayoutStatus.REFUNDED, PayoutStatus.FAILED, PayoutStatus.RELEASED})
"""WeChat Pay will not change these any more; only an operator's decision does."""
PAID = frozenset({PayoutStatus.SENT, PayoutStatus.RECEIVED})
"""The money is out of the merchant's account; what was refunded is back in it."""
FOR_A_PERSON = datetime(9999, 1, 1, tzinfo=UTC)
"""`due_at` of a parked claim that nothing but an operator's decision moves."""


@dataclass(frozen=True, slots=True)
class Packet:
    """An amount set aside before opening."""

    plan_id: str
    number: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SendOrder:
    """Every parameter of the send, so that changed wording cannot break a retry with the same bill number."""

    mch_billno: str
    openid: str
    amount_fen: int
    terms: tuple[tuple[str, str], ...]
    """Names and values of what else the payment product is told; only its adapter knows what they mean."""


@dataclass(frozen=True, slots=True)
class Claim:
    """`due_at` is when the payout is to be looked at again; None exactly when its status is final."""

    claim_id: str
    attempt_id: str
    packet: Packet
    order: SendOrder
    claimed_at: datetime
    status: PayoutStatus = PayoutStatus.OWED
    reason: str = ""
    due_at: datetime | None = None
    sends: int = 0
    revision: int = 0
    """Counts the changes: a change is written only on top of the revision it was made from."""

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def openid(self) -> str:
        return self.order.openid


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """Where a claim is found; what a payout job on the queue holds."""

    openid: str
    attempt_id: str


def bill_number(packet: Packet) -> str:
    """At most 28 of [0-9a-zA-Z]; unique because a packet has at most one claim and a plan's id is random."""
    return f"{packet.plan_id}{packet.number:08d}"


def second_number(mch_billno: str) -> str:
    """The next number of the same claim, by an operator's decision: R1 to R10 behind the first. Raises ValueError."""
    parts = re.fullmatch(r"(.+\d{8})(?:R(\d))?", mch_billno)
    if parts is None:
        raise ValueError("not a bill number of ours, or its last one")
    return f"{parts[1]}R{int(parts[2] or 0) + 1}"


def numbers_until(mch_billno: str) -> tuple[str, ...]:
    """All numbers that a claim had, first to last, when this is its last one."""
    parts = re.fullmatch(r"(.+\d{8})R(\d+)", mch_billno)
    if parts is None:
        return (mch_billno,)
    return (parts[1], *(f"{parts[1]}R{number}" for number in range(1, int(parts[2]) + 1)))


def is_bill_number_of(mch_billno: str, first: str) -> bool:
    return mch_billno == first or (mch_billno.startswith(f"{first}R") and mch_billno[len(first) + 1 :].isdecimal())
