"""A claim, its packet, and the order to WeChat Pay stored with it (R7, I4)."""

import re
import unicodedata
from collections.abc import Callable, Collection
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
    """Refunded, and the money was returned to the pool as a new packet."""
    LAPSED = "lapsed"
    """A transfer that nobody received in time."""


FINAL = frozenset(
    {
        PayoutStatus.RECEIVED,
        PayoutStatus.REFUNDED,
        PayoutStatus.FAILED,
        PayoutStatus.RELEASED,
        PayoutStatus.LAPSED,
    }
)
"""WeChat Pay no longer changes these; only an operator's decision does."""
PAID = frozenset({PayoutStatus.SENT, PayoutStatus.RECEIVED})
"""The money has left the merchant's account. Refunded money is back in it."""
RED_PACKET, TRANSFER = "red_packet", "transfer"
"""The products that pay, as the contest file names them (R20)."""
SMOKE = "smoke"
"""Stands in for a participant's openid in smoke payments, which belong to no participant."""
SMOKE_PLAN = re.compile(r"SMOKE\w{12,}")
"""Plan ids of smoke payments' packets: outside the budget, and longer than any plan's own."""
FOR_A_PERSON = datetime(9999, 1, 1, tzinfo=UTC)
"""`due_at` of a claim that only an operator can move, by a decision or as its payer."""


@dataclass(frozen=True, slots=True)
class Packet:
    """An amount fixed before opening."""

    plan_id: str
    number: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays. Openids are valid for one app id; bill numbers and WeChat Pay's answers for one merchant."""

    mch_id: str
    app_id: str

    def __str__(self) -> str:
        return f"商户号 {self.mch_id}、公众号 {self.app_id}"


@dataclass(frozen=True, slots=True)
class SendOrder:
    """All parameters of the send, so that changed wording cannot break a retry with the same bill number."""

    mch_billno: str
    openid: str
    amount_fen: int
    terms: tuple[tuple[str, str], ...]
    """Further parameters of the payment product, by name; only its adapter knows their meaning."""
    payer: Payer | None = None
    """Set when a worker takes the claim for its first send; from then on only this payer queries or sends it."""
    product: str = RED_PACKET
    """The payment product. Its provider sends and queries the order, even if the contest file names another product
    later."""

    def is_of_another(self, payer: Callable[[], Payer]) -> bool:
        """Returns whether another payer began to pay it. An order sent before payers were recorded counts as ours."""
        return self.payer is not None and self.payer != payer()

    def has_terms_of(self, other: "SendOrder") -> bool:
        """The order of the terms does not matter."""
        return dict(self.terms) == dict(other.terms)


@dataclass(frozen=True, slots=True)
class Claim:
    """`due_at` is the time of the payout's next check; None exactly when its status is final."""

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
    """Counts the changes: a change is written only if the stored revision is the one it was made from."""
    doubts: int = 0
    """How many answers in a row were unclear about the payout's outcome."""
    code: str = ""
    """The product's code in its last refusal or unclear answer, for operators; no decision uses it."""
    asked_at: datetime | None = None
    """When its winner last asked for the receipt. This and the next three fields are used by transfers only."""
    receipt: str = ""
    """Opens WeChat's receipt sheet (`package_info`). Present only while the transfer waits for its winner and WeChat
    Pay has just returned it."""
    begun_at: datetime | None = None
    """When its present number was first sent."""
    unconfirmed: tuple[str, ...] = ()
    """Its numbers whose transfers ended without a receipt: they were cancelled, or nobody confirmed them in time."""

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def is_on_request(self) -> bool:
        """Whether it is sent only after its winner asks for the receipt."""
        return self.order.product == TRANSFER

    @property
    def openid(self) -> str:
        """The openid that is paid."""
        return self.order.openid

    @property
    def is_smoke(self) -> bool:
        return SMOKE_PLAN.fullmatch(self.packet.plan_id) is not None

    @property
    def ref(self) -> "ClaimRef":
        return ClaimRef(SMOKE if self.is_smoke else self.openid, self.attempt_id)


@dataclass(frozen=True, slots=True)
class ClaimRef:
    """A claim's key; the content of a payout job on the queue."""

    openid: str
    """The participant's; SMOKE for a smoke payment."""
    attempt_id: str

    @property
    def is_smoke(self) -> bool:
        return self.openid == SMOKE


@dataclass(frozen=True, slots=True)
class DueClaim:
    """A claim whose payout's next check was due at `due_at`."""

    ref: ClaimRef
    due_at: datetime


def bill_number(packet: Packet) -> str:
    """At most 28 characters of [0-9a-zA-Z]; unique because a packet has at most one claim and a plan's id is random."""
    return f"{packet.plan_id}{packet.number:08d}"


def second_number(mch_billno: str) -> str:
    """Returns the claim's next bill number: the first number with the suffix R1, later R2 to R10. Raises ValueError."""
    parts = re.fullmatch(r"(.+\d{8})(?:R(\d))?", mch_billno)
    if parts is None:
        raise ValueError("not a bill number of ours, or its last one")
    return f"{parts[1]}R{int(parts[2] or 0) + 1}"


def numbers_until(mch_billno: str) -> tuple[str, ...]:
    """Returns all numbers of a claim in order, given its last one."""
    parts = re.fullmatch(r"(.+\d{8})R(\d+)", mch_billno)
    if parts is None:
        return (mch_billno,)
    return (parts[1], *(f"{parts[1]}R{number}" for number in range(1, int(parts[2]) + 1)))


def named_packet(name: str, plan_id: str) -> tuple[str, int] | None:
    """Returns plan id and number of the packet that a person named: by its number, in the plan `plan_id`, or by any
    bill number of its claim. None for anything else, and for a number while there is no plan."""
    name = unicodedata.normalize("NFKC", name).strip()
    if re.fullmatch(r"[0-9]{1,8}", name):
        return (plan_id, int(name)) if plan_id else None
    parts = re.fullmatch(r"([0-9A-Za-z]{12})([0-9]{8})(?:R[0-9]{1,2})?", name)
    return (parts[1], int(parts[2])) if parts else None


def names_packet(name: str) -> bool:
    """Returns whether the text may name a packet: openids are longer."""
    return named_packet(name, "of any plan") is not None


def looks_like_bill_number(text: str, plan_ids: Collection[str] = ()) -> bool:
    """Returns whether this may be a bill number of ours. For a plan that is not among those given, its id must contain
    a letter: our ids nearly always do, and other systems' numbers seldom do."""
    parts = re.fullmatch(r"([0-9A-Za-z]{12})\d{8}(?:R\d{1,2})?", text)
    return parts is not None and (not parts[1].isdecimal() or parts[1] in plan_ids)


def is_bill_number_of(mch_billno: str, first: str) -> bool:
    return mch_billno == first or (mch_billno.startswith(f"{first}R") and mch_billno[len(first) + 1 :].isdecimal())
