"""A claim, its packet, and the order to WeChat Pay that is frozen with it (R7, I4)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PayoutStatus(StrEnum):
    OWED = "owed"
    SENDING = "sending"
    SENT = "sent"
    RECEIVED = "received"
    REFUNDED = "refunded"
    FAILED = "failed"
    PARKED = "parked"


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
    send_name: str
    act_name: str
    wishing: str
    remark: str
    client_ip: str
    scene_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """`due_at` is when the sweep should look at the payout again, None when nothing is left to do."""

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
