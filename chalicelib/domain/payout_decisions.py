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
"""A worker that has recorded no result after this time is considered dead. The worker's own time-out is 30 s."""
PICKUP = timedelta(minutes=2)
"""A claim that is still owed after this time has lost its job on the queue."""
QUERY_DAYS = timedelta(days=25)
"""WeChat Pay answers queries for 30 days; this is shorter to be safe."""
UNOPENED = timedelta(hours=25)
"""WeChat Pay refunds an unopened packet after 24 h; then its status is queried."""
_SOON, _BACK_OFF, _LATER, _HOUR = (timedelta(minutes=m) for m in (2, 1, 20, 60))
_SELDOM = timedelta(hours=4)
MOST_DOUBTS = 13
"""After this many unclear answers in a row, a claim waits for a person. The interval between two queries doubles from
two minutes up to four hours, so that they take a day: 2, 4, … 128 minutes, then five times four hours."""


class Reply(StrEnum):
    """A payment product's answer, reduced to the cases that we distinguish."""

    ACCEPTED = "accepted"
    """The order was accepted, without a further status."""
    SENDING = "sending"
    SENT = "sent"
    WAITING = "waiting"
    """The money is locked until the winner confirms the receipt."""
    CONFIRMED = "confirmed"
    """The winner confirmed, or the transfer is being cancelled: it ends soon."""
    CLOSED = "closed"
    """The transfer ended unpaid because nobody confirmed it in time, or because it was cancelled."""
    RECEIVED = "received"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    FAILED = "failed"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    """Refused, with a reason."""
    DOUBTFUL = "doubtful"
    """Time-out, 5xx, unreadable body or an unknown code: the money may have been paid."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` is set for a refusal. `code` is the product's own code, kept for operators; no decision uses it."""

    reply: Reply
    reason: Reason = Reason.NONE
    code: str = ""
    is_unknown: bool = False
    """The adapter does not know the code; the command `status` shows it to operators."""
    receipt: str = ""
    """Opens WeChat's receipt sheet; only a send answered WAITING has one."""


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
"""The status after each definite answer; `receipt_decisions` decides about CLOSED."""
AGAIN_AFTER = {
    Reply.ACCEPTED: UNOPENED,
    Reply.SENT: UNOPENED,
    Reply.WAITING: _SOON,
    Reply.CONFIRMED: _LATER,
    Reply.SENDING: _LATER,
    Reply.REFUNDING: _HOUR,
}
"""The time until the next query after each answer. After any other definite answer there is none."""

STILL_SENDING = frozenset({Reason.DOUBTFUL, Reason.PROCESSING, Reason.BACK_OFF})


class Step(Enum):
    """A worker's next action on a claim."""

    NOTHING = auto()
    ASK = auto()
    SEND = auto()
    REST = auto()
    """Nothing was ever created at WeChat Pay and no winner waits. Only for claims that are sent on request."""


def first_step(claim: Claim, now: datetime, ask: bool) -> Step:
    """With `ask`, the reconciliation wants a query for this claim even if it is not due. A claim that was ever sent is
    always queried before it is sent again: a refused send may still have paid."""
    if claim.is_final or is_not_ours(claim):
        return Step.NOTHING
    if not claim.sends:
        waiting = ask or (claim.status is not PayoutStatus.OWED and not is_due(claim, now))
        return Step.NOTHING if waiting else Step.SEND
    return Step.ASK if ask or is_due(claim, now) else Step.NOTHING


def is_due(claim: Claim, now: datetime) -> bool:
    return claim.due_at is not None and claim.due_at <= now


def is_leased(claim: Claim, now: datetime) -> bool:
    """Returns whether a worker may be sending it at this moment."""
    return claim.status is PayoutStatus.SENDING and not claim.reason and not is_due(claim, now)


def is_not_ours(claim: Claim) -> bool:
    """Returns whether its bill number is another order's. Only an operator who checked the statement can end it."""
    return claim.reason == Reason.NOT_OURS


def is_forgotten(claim: Claim, now: datetime) -> bool:
    """Returns whether WeChat Pay may have forgotten the order, so that "not found" does not mean "not paid"."""
    return now - _since(claim) >= QUERY_DAYS


def _since(claim: Claim) -> datetime:
    """Returns the earliest time at which WeChat Pay can have had the order."""
    return claim.begun_at or claim.claimed_at


def may_send(claim: Claim, answer: Answer, now: datetime) -> bool:
    """Returns whether the order is sent again after a query: it must be due, and WeChat Pay must not know it.

    It is not sent if WeChat Pay already had it, or if it waits for a person, whose decision clears the reason. Nor is
    an old one: WeChat Pay forgets orders after 30 days, and "not found" then proves nothing.
    """
    if answer.reply is not Reply.NOT_FOUND or not is_due(claim, now) or is_forgotten(claim, now):
        return False
    undecided = claim.status in (PayoutStatus.OWED, PayoutStatus.SENDING, PayoutStatus.PARKED)
    return undecided and claim.reason != Reason.UNDER_WAY and claim.reason not in WAITS_FOR_A_PERSON


def begun(claim: Claim, now: datetime, payer: Payer) -> Claim:
    """Returns the claim as taken by one worker. It is not due again until that worker is considered dead."""
    taken = replace(claim, status=PayoutStatus.SENDING, reason="", sends=claim.sends + 1, due_at=now + LEASE)
    return replace(taken, order=replace(claim.order, payer=claim.order.payer or payer))


def due_now(claim: Claim, now: datetime) -> Claim:
    """Returns the claim after an operator's decision to try again. With the old reason, `may_send` would refuse it.

    An order that WeChat Pay had is queried once more, but not sent.
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
    """Returns the claim after a query's answer that leaves nothing to send. Neither NOT_FOUND nor silence is a failure.

    A person must decide if WeChat Pay had the order and no longer knows it a day later: queries would never end. An
    unclear answer counts only if the claim was due, so that operators may query at any time.
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
    """Returns the time of the claim's next query. A parked claim has one too, because a refused send may have paid."""
    if reason in (Reason.USER_LIMIT, Reason.DAY_LIMIT):
        return next_morning(now)
    if reason in (Reason.BALANCE, Reason.CONFIGURATION):
        return now + _HOUR
    if reason is Reason.PROCESSING:
        return now + _LATER
    return now + (_BACK_OFF if reason is Reason.BACK_OFF else _SOON)


def _is_plain(claim: Claim, answer: Answer) -> bool:
    """Returns whether an answer without a status leaves no doubt: the claim was not paid, or our query was wrong."""
    if answer.reply is Reply.NOT_FOUND:
        return claim.status is not PayoutStatus.SENT  # SENT would contradict the answer
    return reason_of(answer) in (Reason.CONFIGURATION, Reason.BACK_OFF)


def _doubted(claim: Claim, answer: Answer, now: datetime) -> Claim:
    """Returns the claim after an unclear answer. Its queries become rarer; in the end a person must decide."""
    doubts = claim.doubts + 1
    after = replace(claim, doubts=doubts, code=answer.code or claim.code)
    if doubts >= MOST_DOUBTS:
        return for_a_person(after, _left_open(claim))
    again = now + min(_SOON * 2**claim.doubts, _SELDOM)
    return replace(after, due_at=max(again, claim.due_at or now))


def _left_open(claim: Claim) -> Reason:
    """Returns the reason with which a claim is left to a person after a day of unclear answers."""
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
