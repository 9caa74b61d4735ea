"""What to do with a payout after each answer of WeChat Pay (cash red packet, v2: sendredpack and gethbinfo)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from chalicelib.domain.claims import FOR_A_PERSON, PAID, Claim, PayoutStatus
from chalicelib.domain.quiet import next_morning

LEASE = timedelta(seconds=90)
"""A worker that has not recorded a result by then is taken for dead. Longer than its time-out of 30 s."""
PICKUP = timedelta(minutes=2)
"""A claim still owed after this long has lost its job on the queue."""
QUERY_DAYS = timedelta(days=25)
"""gethbinfo answers for 30 days; a margin is kept."""
UNOPENED = timedelta(hours=25)
"""Unopened money returns after 24 h; then WeChat Pay is asked what became of it."""
_SOON, _BACK_OFF, _LATER, _HOUR = (timedelta(minutes=m) for m in (2, 1, 20, 60))


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
    """An error code that names its reason."""
    DOUBTFUL = "doubtful"
    """Time-out, 5xx, unreadable body or an unknown code: it may have paid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`code` is WeChat Pay's err_code, for the record; empty when there was none."""

    reply: Reply
    code: str = ""


class Reason(StrEnum):
    """Why a claim waits or is parked; empty when nothing is in its way."""

    NONE = ""
    DOUBTFUL = "doubtful"
    PROCESSING = "processing"
    UNDER_WAY = "under_way"
    """WeChat Pay itself called it SENDING: it has the order."""
    BACK_OFF = "back_off"
    BALANCE = "balance"
    USER_LIMIT = "user_limit"
    DAY_LIMIT = "day_limit"
    CONFIGURATION = "configuration"
    INSPECT = "inspect"
    RISK_CONTROL = "risk_control"
    OPENID = "openid"
    SETTLED = "settled"
    """An operator said what became of it."""


STATUS_OF: dict[Reply, PayoutStatus] = {
    Reply.ACCEPTED: PayoutStatus.SENT,
    Reply.SENT: PayoutStatus.SENT,
    Reply.SENDING: PayoutStatus.SENDING,
    Reply.REFUNDING: PayoutStatus.SENT,
    Reply.RECEIVED: PayoutStatus.RECEIVED,
    Reply.REFUNDED: PayoutStatus.REFUNDED,
    Reply.FAILED: PayoutStatus.FAILED,
}
"""A definite answer's status."""
AGAIN_AFTER = {
    Reply.ACCEPTED: UNOPENED,
    Reply.SENT: UNOPENED,
    Reply.SENDING: _LATER,
    Reply.REFUNDING: _HOUR,
}
"""When to ask again after it; never after the others."""

REASON_OF: dict[str, Reason] = {
    "PROCESSING": Reason.PROCESSING,
    "FREQ_LIMIT": Reason.BACK_OFF,
    "SECOND_OVER_LIMITED": Reason.BACK_OFF,
    "NOTENOUGH": Reason.BALANCE,
    "SENDNUM_LIMIT": Reason.USER_LIMIT,
    "RCVDAMOUNT_LIMIT": Reason.USER_LIMIT,
    "SENDAMOUNT_LIMIT": Reason.DAY_LIMIT,
    "DAY_OVER_LIMITED": Reason.DAY_LIMIT,
    "CA_ERROR": Reason.CONFIGURATION,
    "SIGN_ERROR": Reason.CONFIGURATION,
    "ILLEGAL_APPID": Reason.CONFIGURATION,
    "API_METHOD_CLOSED": Reason.CONFIGURATION,
    "MSGAPPID_ERROR": Reason.CONFIGURATION,
    "ACCEPTMODE_ERROR": Reason.CONFIGURATION,
    "XML_ERROR": Reason.CONFIGURATION,
    "PARAM_ERROR": Reason.INSPECT,
    "MONEY_LIMIT": Reason.INSPECT,
    "FATAL_ERROR": Reason.INSPECT,
    "NO_AUTH": Reason.RISK_CONTROL,
    "OPENID_ERROR": Reason.OPENID,
}
"""err_code -> reason; every other code is doubtful (SYSTEMERROR, SEND_FAILED and unknown ones among them)."""
STILL_SENDING = frozenset({Reason.DOUBTFUL, Reason.PROCESSING, Reason.BACK_OFF})
STOPS_ALL = frozenset({Reason.BALANCE, Reason.DAY_LIMIT, Reason.CONFIGURATION})
"""Concerns every payout: the queue is held instead of burning retries."""
WAITS_FOR_A_PERSON = frozenset({Reason.INSPECT, Reason.RISK_CONTROL, Reason.OPENID})


class Step(Enum):
    """What a worker does with a claim."""

    NOTHING = auto()
    ASK = auto()
    SEND = auto()


def first_step(claim: Claim, now: datetime, ask: bool) -> Step:
    """`ask`: the reconciliation wants WeChat Pay asked about this claim, due or not. What was ever sent is always asked
    about before it is sent again: a refusal can still have paid."""
    if claim.is_final:
        return Step.NOTHING
    if not claim.sends:
        waiting = ask or (claim.status is not PayoutStatus.OWED and not is_due(claim, now))
        return Step.NOTHING if waiting else Step.SEND
    return Step.ASK if ask or is_due(claim, now) else Step.NOTHING


def is_due(claim: Claim, now: datetime) -> bool:
    return claim.due_at is not None and claim.due_at <= now


def is_forgotten(claim: Claim, now: datetime) -> bool:
    """Whether WeChat Pay may know it no longer, so that "not found" does not mean "not paid"."""
    return now - claim.claimed_at >= QUERY_DAYS


def may_send(claim: Claim, answer: Answer, now: datetime) -> bool:
    """After a query: only a due order that WeChat Pay does not know is sent again, with the same number.

    Not one that it already had, nor one that waits for a person (whose decision clears the reason), nor an old one:
    WeChat Pay forgets orders after 30 days, and "not found" then says nothing.
    """
    if answer.reply is not Reply.NOT_FOUND or not is_due(claim, now) or is_forgotten(claim, now):
        return False
    undecided = claim.status in (PayoutStatus.OWED, PayoutStatus.SENDING, PayoutStatus.PARKED)
    return undecided and claim.reason != Reason.UNDER_WAY and claim.reason not in WAITS_FOR_A_PERSON


def begun(claim: Claim, now: datetime) -> Claim:
    """The claim while one worker has it: not due again before the worker must be dead."""
    return replace(claim, status=PayoutStatus.SENDING, reason="", sends=claim.sends + 1, due_at=now + LEASE)


def contradicts(claim: Claim, answer: Answer) -> bool:
    """Whether an answer to a query is no step further, but another story than ours.

    Money that we hold for sent did not leave, or money left for a claim that waits for a decision.
    """
    if claim.status is PayoutStatus.SENT:
        return answer.reply in (Reply.NOT_FOUND, Reply.FAILED)
    if claim.status is PayoutStatus.PARKED:
        return STATUS_OF.get(answer.reply) in PAID
    return False


def after_send(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """The claim after an answer to a send."""
    if answer.reply in STATUS_OF:
        return _settled(claim, answer.reply, now)
    reason = reason_of(answer)
    status = PayoutStatus.SENDING if reason in STILL_SENDING else PayoutStatus.PARKED
    return replace(claim, status=status, reason=reason.value, due_at=again_at(reason, now))


def after_query(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """The claim after an answer to a query that leaves nothing to send. NOT_FOUND is not failure, nor is silence.

    An order that WeChat Pay had and does not know a day later is for a person: asking on would not end.
    """
    if answer.reply in STATUS_OF:
        return _settled(claim, answer.reply, now)
    if answer.reply is Reply.NOT_FOUND and claim.reason in WAITS_FOR_A_PERSON:
        return replace(claim, due_at=FOR_A_PERSON)
    unknown_again = answer.reply is Reply.NOT_FOUND and claim.reason == Reason.UNDER_WAY
    if is_forgotten(claim, now) or (unknown_again and now - claim.claimed_at >= UNOPENED):
        return replace(claim, status=PayoutStatus.PARKED, reason=Reason.INSPECT.value, due_at=FOR_A_PERSON)
    again = max(now + _SOON, claim.due_at or now)
    return replace(claim, reason=claim.reason or Reason.DOUBTFUL.value, due_at=again)


def hold_until(answer: Answer, now: datetime) -> tuple[datetime, Reason] | None:
    """Until when an answer stops all payouts, and why; None when it concerns its claim alone."""
    reason = reason_of(answer)
    return (again_at(reason, now), reason) if answer.reply is Reply.REFUSED and reason in STOPS_ALL else None


def reason_of(answer: Answer) -> Reason:
    """Why an answer without a status leaves a payout waiting."""
    return REASON_OF.get(answer.code, Reason.DOUBTFUL) if answer.reply is Reply.REFUSED else Reason.DOUBTFUL


def again_at(reason: Reason, now: datetime) -> datetime:
    """When the claim is asked about again; one for a person too, since a refusal can still have paid."""
    if reason in (Reason.USER_LIMIT, Reason.DAY_LIMIT):
        return next_morning(now)
    if reason in (Reason.BALANCE, Reason.CONFIGURATION):
        return now + _HOUR
    if reason is Reason.PROCESSING:
        return now + _LATER
    return now + (_BACK_OFF if reason is Reason.BACK_OFF else _SOON)


def _settled(claim: Claim, reply: Reply, now: datetime) -> Claim:
    reason = Reason.UNDER_WAY if reply is Reply.SENDING else Reason.NONE
    again = AGAIN_AFTER.get(reply)
    return replace(claim, status=STATUS_OF[reply], reason=reason.value, due_at=now + again if again else None)
