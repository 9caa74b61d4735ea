"""Decides what to do with a payout after each answer of its payment product.

Uses only the domain's words; a product's adapter (`adapters/pay/`) translates its codes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from chalicelib.domain.claim import FOR_A_PERSON, Claim, Payer, PayoutStatus
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON, Reason
from chalicelib.domain.quiet import next_morning

LEASE = timedelta(seconds=90)
"""A worker that has recorded no result by then is considered dead. Longer than its time-out of 30 s."""
PICKUP = timedelta(minutes=2)
"""A claim still owed after this long has lost its job on the queue."""
QUERY_DAYS = timedelta(days=25)
"""WeChat Pay answers queries for 30 days; this keeps a margin."""
UNOPENED = timedelta(hours=25)
"""WeChat Pay refunds an unopened packet after 24 h; then its status is queried."""
_SOON, _BACK_OFF, _LATER, _HOUR = (timedelta(minutes=m) for m in (2, 1, 20, 60))
_SELDOM = timedelta(hours=4)
MOST_DOUBTS = 13
"""Unclear answers in a row, after which a claim waits for a person. The time between two doubles from two minutes to
four hours, so that they take a day: 2, 4, … 128 minutes, then five times four hours."""


class Reply(StrEnum):
    """A payment product's answer, reduced to the cases that we distinguish."""

    ACCEPTED = "accepted"
    """It accepted the order, without a further status."""
    SENDING = "sending"
    SENT = "sent"
    WAITING = "waiting"
    """The money is locked until the winner confirms the receipt."""
    CONFIRMED = "confirmed"
    """The winner confirmed, or it is being cancelled: its end comes soon."""
    CLOSED = "closed"
    """It ended unpaid because nobody confirmed it in time, or because it was cancelled."""
    RECEIVED = "received"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    """Refused, with a reason."""
    DOUBTFUL = "doubtful"
    """Time-out, 5xx, unreadable body or an unknown code: it may have paid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is a refusal's. `code` is the product's own code, only for the record; no decision uses it."""

    reply: Reply
    reason: Reason = Reason.NONE
    code: str = ""
    is_unknown: bool = False
    """Whether our adapter does not know the code: `status` names it for operators."""
    receipt: str = ""
    """What opens WeChat's receipt sheet; a send's WAITING only."""


STATUS_OF: dict[Reply, PayoutStatus] = {
    Reply.ACCEPTED: PayoutStatus.SENT,
    Reply.SENT: PayoutStatus.SENT,
    Reply.WAITING: PayoutStatus.SENT,
    Reply.CONFIRMED: PayoutStatus.SENT,
    Reply.SENDING: PayoutStatus.SENDING,
    Reply.REFUNDING: PayoutStatus.SENT,
    Reply.RECEIVED: PayoutStatus.RECEIVED,
    Reply.REFUNDED: PayoutStatus.REFUNDED,
    Reply.FAILED: PayoutStatus.FAILED,
}
"""The status after each definite answer; after CLOSED, `receipt_decisions` says."""
AGAIN_AFTER = {
    Reply.ACCEPTED: UNOPENED,
    Reply.SENT: UNOPENED,
    Reply.WAITING: _SOON,
    Reply.CONFIRMED: _LATER,
    Reply.SENDING: _LATER,
    Reply.REFUNDING: _HOUR,
}
"""When to query again after each answer; never after the others."""

STILL_SENDING = frozenset({Reason.DOUBTFUL, Reason.PROCESSING, Reason.BACK_OFF})


class Step(Enum):
    """A worker's next action on a claim."""

    NOTHING = auto()
    ASK = auto()
    SEND = auto()
    REST = auto()
    """Nothing was ever created and nobody waits for it; only of a claim that its winner asks for."""


def first_step(claim: Claim, now: datetime, ask: bool) -> Step:
    """With `ask`, the reconciliation wants a query for this claim, due or not. A claim that was ever sent is always
    queried before it is sent again: a refused send may still have paid."""
    if claim.is_final or is_not_ours(claim):
        return Step.NOTHING
    if not claim.sends:
        waiting = ask or (claim.status is not PayoutStatus.OWED and not is_due(claim, now))
        return Step.NOTHING if waiting else Step.SEND
    return Step.ASK if ask or is_due(claim, now) else Step.NOTHING


def is_due(claim: Claim, now: datetime) -> bool:
    return claim.due_at is not None and claim.due_at <= now


def is_leased(claim: Claim, now: datetime) -> bool:
    """Whether a worker may be sending it at this moment."""
    return claim.status is PayoutStatus.SENDING and not claim.reason and not is_due(claim, now)


def is_not_ours(claim: Claim) -> bool:
    """Whether its bill number belongs to another order. Only an operator who checked the statement ends it."""
    return claim.reason == Reason.NOT_OURS


def is_forgotten(claim: Claim, now: datetime) -> bool:
    """Whether WeChat Pay may have forgotten the order, so that "not found" does not mean "not paid"."""
    return now - _since(claim) >= QUERY_DAYS


def _since(claim: Claim) -> datetime:
    """Before then WeChat Pay cannot have had the order."""
    return claim.begun_at or claim.claimed_at


def may_send(claim: Claim, answer: Answer, now: datetime) -> bool:
    """After a query, only a due order that WeChat Pay does not know is sent again, with the same number.

    An order that WeChat Pay already had is not sent again, nor one that waits for a person (whose decision clears the
    reason), nor an old one: WeChat Pay forgets orders after 30 days, and "not found" then proves nothing.
    """
    if answer.reply is not Reply.NOT_FOUND or not is_due(claim, now) or is_forgotten(claim, now):
        return False
    undecided = claim.status in (PayoutStatus.OWED, PayoutStatus.SENDING, PayoutStatus.PARKED)
    return undecided and claim.reason != Reason.UNDER_WAY and claim.reason not in WAITS_FOR_A_PERSON


def begun(claim: Claim, now: datetime, payer: Payer) -> Claim:
    """Returns the claim as taken by one worker: not due again until that worker is considered dead."""
    taken = replace(claim, status=PayoutStatus.SENDING, reason="", sends=claim.sends + 1, due_at=now + LEASE)
    return replace(taken, order=replace(claim.order, payer=claim.order.payer or payer))


def due_now(claim: Claim, now: datetime) -> Claim:
    """An operator wants it looked at again. The reason is cleared: with it, `may_send` would leave it to a person.

    An order that WeChat Pay had is asked about once more and not sent.
    """
    reason = Reason.UNDER_WAY if claim.reason == Reason.LOST else Reason.DOUBTFUL
    return replace(claim, reason=reason.value, due_at=now, doubts=0)


def after_send(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """Returns the claim after an answer to a send."""
    if answer.reply in STATUS_OF:
        return _settled(claim, answer.reply, now)
    reason = reason_of(answer)
    if reason is Reason.NOT_OURS:
        return for_a_person(replace(claim, code=answer.code), reason)
    status = PayoutStatus.SENDING if reason in STILL_SENDING else PayoutStatus.PARKED
    after = replace(claim, status=status, reason=reason.value)
    if reason is Reason.DOUBTFUL:
        return _doubted(after, answer, now)
    return replace(after, due_at=again_at(reason, now), doubts=0, code=answer.code)


def after_query(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """Returns the claim after a query's answer that leaves nothing to send. NOT_FOUND is not failure, nor is silence.

    A person must decide about an order that WeChat Pay had and does not know a day later: queries would never end. An
    unclear answer counts only when the claim was due: operators may ask as often as they like.
    """
    if answer.reply in STATUS_OF:
        return _settled(claim, answer.reply, now)
    if reason_of(answer) is Reason.NOT_OURS:
        return for_a_person(replace(claim, code=answer.code), Reason.NOT_OURS)
    if answer.reply is Reply.NOT_FOUND and claim.reason in WAITS_FOR_A_PERSON:
        return replace(claim, due_at=FOR_A_PERSON)
    unknown_again = answer.reply is Reply.NOT_FOUND and claim.reason == Reason.UNDER_WAY
    if is_forgotten(claim, now):
        return for_a_person(claim, Reason.INSPECT)
    if unknown_again and now - _since(claim) >= UNOPENED:
        return for_a_person(claim, Reason.LOST)
    after = replace(claim, reason=claim.reason or Reason.DOUBTFUL.value)
    if _is_plain(claim, answer):
        return replace(after, due_at=max(now + _SOON, claim.due_at or now))
    return _doubted(after, answer, now) if is_due(claim, now) else claim


def reason_of(answer: Answer) -> Reason:
    """Returns why a payout waits after an answer without a status. Only a refusal has a reason other than DOUBTFUL."""
    return answer.reason or Reason.DOUBTFUL if answer.reply is Reply.REFUSED else Reason.DOUBTFUL


def again_at(reason: Reason, now: datetime) -> datetime:
    """Returns the claim's next query time, also for one that waits for a person: a refused send may have paid."""
    if reason in (Reason.USER_LIMIT, Reason.DAY_LIMIT):
        return next_morning(now)
    if reason in (Reason.BALANCE, Reason.CONFIGURATION):
        return now + _HOUR
    if reason is Reason.PROCESSING:
        return now + _LATER
    return now + (_BACK_OFF if reason is Reason.BACK_OFF else _SOON)


def _is_plain(claim: Claim, answer: Answer) -> bool:
    """Whether a query's answer without a status is no doubt about the claim: it was not paid, or we asked wrongly."""
    if answer.reply is Reply.NOT_FOUND:
        return claim.status is not PayoutStatus.SENT  # which contradicts us
    return reason_of(answer) in (Reason.CONFIGURATION, Reason.BACK_OFF)


def _doubted(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """Returns the claim after an unclear answer: asked about ever more rarely, then left to a person."""
    doubts = claim.doubts + 1
    after = replace(claim, doubts=doubts, code=answer.code or claim.code)
    if doubts >= MOST_DOUBTS:
        return for_a_person(after, _left_open(claim))
    again = now + min(_SOON * 2**claim.doubts, _SELDOM)
    return replace(after, due_at=max(again, claim.due_at or now))


def _left_open(claim: Claim) -> Reason:
    """Returns for which reason a claim is left to a person after a day of doubt."""
    if claim.status is PayoutStatus.SENT or claim.reason == Reason.UNDER_WAY:
        return Reason.LOST
    return Reason(claim.reason) if claim.reason in WAITS_FOR_A_PERSON else Reason.UNCLEAR


def for_a_person(claim: Claim, reason: Reason) -> Claim:
    return replace(claim, status=PayoutStatus.PARKED, reason=reason.value, due_at=FOR_A_PERSON)


def _settled(claim: Claim, reply: Reply, now: datetime) -> Claim:
    reason = Reason.UNDER_WAY if reply is Reply.SENDING else Reason.NONE
    again = AGAIN_AFTER.get(reply)
    due_at = now + again if again else None
    return replace(claim, status=STATUS_OF[reply], reason=reason.value, due_at=due_at, doubts=0, code="")
