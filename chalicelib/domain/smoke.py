"""A smoke payment: one real ¥1.00 to an operator, outside the plan and its budget, which proves the way to WeChat Pay.

I4 binds it as it binds a claim. What differs is who moves it: an operator who runs the command again, no queue.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.claims import FINAL, PayoutStatus, SendOrder
from chalicelib.domain.payouts import (
    LEASE,
    QUERY_DAYS,
    STATUS_OF,
    STILL_SENDING,
    Answer,
    Reason,
    Reply,
    again_at,
    reason_of,
)

SMOKE_FEN = 100
"""The least that WeChat Pay sends as a red packet."""
_PREFIX, _ID = "SMOKE", 22
"""27 characters, always: a packet's number has 20, 22 or 23, so that the two can never be one."""
UNDECIDED = frozenset({PayoutStatus.OWED, PayoutStatus.SENDING, PayoutStatus.PARKED})


@dataclass(frozen=True, slots=True)
class SmokePayment:
    """`number` counts the contest's smoke payments from 1; all parameters of the send are fixed with it.

    `waits_until`: not sent again before then, because a send may still be on its way.
    """

    number: int
    order: SendOrder
    begun_at: datetime
    status: PayoutStatus = PayoutStatus.OWED
    reason: str = ""
    sends: int = 0
    waits_until: datetime | None = None
    revision: int = 0
    """Counts the changes: a change is written only on top of the revision it was made from."""

    @property
    def has_ended(self) -> bool:
        """As WeChat Pay itself said: only then is there another number."""
        return self.status in FINAL


@dataclass(frozen=True, slots=True)
class SmokeShown:
    """A smoke payment as operators are shown it: everything but whom it is for."""

    mch_billno: str
    amount_fen: int
    status: PayoutStatus
    reason: str
    begun_at: datetime
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class SmokeTold:
    """The use case's `Told` as operators are shown it."""

    payment: SmokeShown
    answer: Answer | None
    has_sent: bool


def shown(payment: SmokePayment) -> SmokeShown:
    order = payment.order
    return SmokeShown(
        order.mch_billno, order.amount_fen, payment.status, payment.reason, payment.begun_at, payment.waits_until
    )


def smoke_number(new_id: str) -> str:
    """`new_id` is fresh and random: a merchant's number must also differ from those of other deployments."""
    return _PREFIX + new_id[:_ID].rjust(_ID, "0")


def is_smoke_number(mch_billno: str) -> bool:
    return re.fullmatch(f"{_PREFIX}[0-9a-zA-Z]{{{_ID}}}", mch_billno) is not None


def begun(payment: SmokePayment, now: datetime) -> SmokePayment:
    """While one operator's command sends it, or the function `probe` for it, whose time-out is no longer than LEASE."""
    sends = payment.sends + 1
    return replace(payment, status=PayoutStatus.SENDING, reason="", sends=sends, waits_until=now + LEASE)


def after_send(payment: SmokePayment, answer: Answer, now: datetime) -> SmokePayment:
    """A refusal leaves it to the operator when it is sent again; what may be on its way waits."""
    if answer.reply in STATUS_OF:
        return _settled(payment, answer.reply)
    reason = reason_of(answer)
    if reason in STILL_SENDING:
        waits_until = again_at(reason, now)
        return replace(payment, status=PayoutStatus.SENDING, reason=reason.value, waits_until=waits_until)
    return replace(payment, status=PayoutStatus.PARKED, reason=reason.value, waits_until=None)


def after_query(payment: SmokePayment, answer: Answer) -> SmokePayment:
    """NOT_FOUND is not failure, nor is silence."""
    return _settled(payment, answer.reply) if answer.reply in STATUS_OF else payment


def may_send(payment: SmokePayment, answer: Answer | None, now: datetime) -> bool:
    """Whether its number may be sent; `answer` is what a query said, None when nothing was ever sent.

    Again only what WeChat Pay does not know and never knew, while its "not found" still says something.
    """
    if not payment.sends:
        return True
    if answer is None or answer.reply is not Reply.NOT_FOUND or now - payment.begun_at >= QUERY_DAYS:
        return False
    waits = payment.waits_until is not None and now < payment.waits_until
    return not waits and payment.status in UNDECIDED and payment.reason != Reason.UNDER_WAY


def _settled(payment: SmokePayment, reply: Reply) -> SmokePayment:
    reason = Reason.UNDER_WAY if reply is Reply.SENDING else Reason.NONE
    return replace(payment, status=STATUS_OF[reply], reason=reason.value, waits_until=None)
