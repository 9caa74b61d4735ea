"""What to do with a payout after each answer of WeChat Pay (cash red packet, v2: sendredpack and gethbinfo)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.claims import Claim, PayoutStatus

LEASE = timedelta(seconds=90)
"""A worker that has not recorded a result by then is taken for dead. Longer than its time-out of 30 s."""
PICKUP = timedelta(minutes=2)
"""A claim still owed after this long has lost its job on the queue."""


QUERY_DAYS = timedelta(days=25)
"""gethbinfo answers for 30 days; a margin is kept."""


class Reply(StrEnum):
    """WeChat Pay's answer, reduced to what we act on."""

    ACCEPTED = "accepted"
    """sendredpack said SUCCESS."""
    SENDING = "sending"
    SENT = "sent"
    RECEIVED = "received"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    """An error code that names its reason; see `PARKED_BY`."""
    DOUBTFUL = "doubtful"
    """Time-out, 5xx, unreadable body or an unknown code: it may have paid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is WeChat Pay's err_code, for the record; empty when there was none."""

    reply: Reply
    code: str = ""


_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

STATUS_OF: dict[Reply, tuple[PayoutStatus, timedelta | None]] = {
    Reply.ACCEPTED: (PayoutStatus.SENT, _DAY + _HOUR),
    Reply.SENT: (PayoutStatus.SENT, _DAY + _HOUR),
    Reply.SENDING: (PayoutStatus.SENDING, timedelta(minutes=20)),
    Reply.REFUNDING: (PayoutStatus.SENT, _HOUR),
    Reply.RECEIVED: (PayoutStatus.RECEIVED, None),
    Reply.REFUNDED: (PayoutStatus.REFUNDED, None),
    Reply.FAILED: (PayoutStatus.FAILED, None),
}
"""A definite answer: the status, and when to ask again. Unopened money returns after 24 h."""

DOUBTFUL_AGAIN = timedelta(minutes=2)
BACK_OFF = frozenset({"FREQ_LIMIT", "SECOND_OVER_LIMITED"})
PROCESSING = "PROCESSING"

PARKED_BY: dict[str, tuple[str, timedelta | None]] = {
    "NOTENOUGH": ("balance", _HOUR),
    "SENDNUM_LIMIT": ("user_limit", _DAY),
    "RCVDAMOUNT_LIMIT": ("user_limit", _DAY),
    "SENDAMOUNT_LIMIT": ("day_limit", _DAY),
    "DAY_OVER_LIMITED": ("day_limit", _DAY),
    "CA_ERROR": ("configuration", _HOUR),
    "SIGN_ERROR": ("configuration", _HOUR),
    "ILLEGAL_APPID": ("configuration", _HOUR),
    "API_METHOD_CLOSED": ("configuration", _HOUR),
    "MSGAPPID_ERROR": ("configuration", _HOUR),
    "ACCEPTMODE_ERROR": ("configuration", _HOUR),
    "XML_ERROR": ("configuration", _HOUR),
    "PARAM_ERROR": ("inspect", None),
    "MONEY_LIMIT": ("inspect", None),
    "FATAL_ERROR": ("inspect", None),
    "NO_AUTH": ("risk_control", None),
    "OPENID_ERROR": ("openid", None),
}
"""err_code -> reason, and after how long the same bill number may be tried again; None waits for a person, once a
query has said that nothing was paid."""
FOR_A_PERSON = frozenset(reason for reason, again in PARKED_BY.values() if again is None)
UNDER_WAY = "under_way"
"""The reason of a claim that WeChat Pay itself called SENDING: it has the order."""


def needs_query(claim: Claim) -> bool:
    """Whether an earlier send may have paid, so that WeChat Pay is asked before anything is sent again."""
    return claim.sends > 0


def may_send(claim: Claim, answer: Answer, now: datetime) -> bool:
    """After a query: only an order that WeChat Pay does not know is sent again, with the same number.

    Not one that it already accepted, nor one that waits for a person (whose decision clears the reason), nor an old
    one: WeChat Pay forgets orders after 30 days, and "not found" then says nothing.
    """
    if claim.status not in (PayoutStatus.SENDING, PayoutStatus.PARKED):
        return False
    if claim.reason == UNDER_WAY or claim.reason in FOR_A_PERSON:
        return False
    return answer.reply is Reply.NOT_FOUND and now - claim.claimed_at < QUERY_DAYS


def after_send(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """The claim after an answer to a send. A refusal can still have paid, so every retry begins with a query."""
    if answer.reply in STATUS_OF:
        return _settled(claim, answer.reply, now)
    if answer.code == PROCESSING:
        return _waiting(claim, "processing", now + timedelta(minutes=20))
    if answer.code in BACK_OFF:
        return _waiting(claim, "back_off", now + _MINUTE)
    if answer.code in PARKED_BY:
        reason, again = PARKED_BY[answer.code]
        return replace(claim, status=PayoutStatus.PARKED, reason=reason, due_at=now + (again or DOUBTFUL_AGAIN))
    return _waiting(claim, "doubtful", now + DOUBTFUL_AGAIN)


def after_query(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """The claim after an answer to a query that leaves nothing to send. NOT_FOUND is not failure, nor is silence."""
    if answer.reply in STATUS_OF:
        return _settled(claim, answer.reply, now)
    if claim.reason in FOR_A_PERSON and answer.reply is Reply.NOT_FOUND:
        return replace(claim, due_at=None)
    if now - claim.claimed_at >= QUERY_DAYS:
        return replace(claim, status=PayoutStatus.PARKED, reason="inspect", due_at=None)
    return replace(claim, reason=claim.reason or "doubtful", due_at=now + DOUBTFUL_AGAIN)


def begun(claim: Claim, now: datetime) -> Claim:
    """The claim while one worker has it: not due again before the worker must be dead."""
    return replace(claim, status=PayoutStatus.SENDING, sends=claim.sends + 1, due_at=now + LEASE)


def is_due(claim: Claim, now: datetime) -> bool:
    """Whether a worker should act. An owed claim always; others when their time has come; final ones never."""
    if claim.status is PayoutStatus.OWED:
        return True
    return claim.due_at is not None and claim.due_at <= now


def _settled(claim: Claim, reply: Reply, now: datetime) -> Claim:
    status, again = STATUS_OF[reply]
    reason = UNDER_WAY if reply is Reply.SENDING else ""
    return replace(claim, status=status, reason=reason, due_at=now + again if again else None)


def _waiting(claim: Claim, reason: str, until: datetime) -> Claim:
    return replace(claim, status=PayoutStatus.SENDING, reason=reason, due_at=until)
