"""Decides what to do with a payout that its winner must ask for and confirm: a merchant transfer (R20, I4).

The rules for all payouts are in `payout_decisions`. `until` is the moment after which no transfer begins
(`claimable_until`).
"""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain import payout_decisions
from chalicelib.domain.claim import FOR_A_PERSON, Claim, Payer, PayoutStatus, numbers_until, second_number
from chalicelib.domain.errors import NothingToReceive, TooManyRequests
from chalicelib.domain.payout_decisions import Answer, Reply, Step, is_due, is_forgotten, is_leased, is_not_ours
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON, Reason

PATIENCE = timedelta(minutes=10)
"""How long after a tap a transfer may begin: the winner is still at the phone. Later, nothing would tell them that
money waits for their receipt, and the transfer would use up a number and part of the day's quota."""
PAUSE = timedelta(seconds=5)
"""The minimum time between two taps that each queue a job."""
SKEW = timedelta(seconds=1)
"""How far the clock of the worker that takes a tap's job may be behind that of the function that took the tap."""
MOST_NUMBERS = 10
CLOSED_BY = timedelta(hours=25)
"""By then WeChat Pay has closed a transfer that nobody confirmed: it does so after 24 to 25 h."""
_PHONE_WAITS, _SWEEP, _SOON, _LATER, _HOUR = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=20),
    timedelta(hours=1),
)
_OPEN = frozenset({PayoutStatus.OWED, PayoutStatus.SENDING, PayoutStatus.PARKED})


def is_awaited(claim: Claim, now: datetime) -> bool:
    """Returns whether its winner asked for the receipt less than `PATIENCE` ago and does not have it yet."""
    return claim.asked_at is not None and not claim.receipt and now - claim.asked_at < PATIENCE


def may_begin(claim: Claim, now: datetime, until: datetime) -> bool:
    """Returns whether a transfer may begin, which locks money. The tap's time decides, although its job runs a moment
    later."""
    return is_awaited(claim, now) and claim.asked_at is not None and claim.asked_at < until


def asked(claim: Claim, now: datetime, until: datetime) -> Claim | None:
    """Returns the claim after its winner's tap; None while a worker is sending it, since that answer will bring the
    receipt.

    Resets `doubts`, as an operator's retry does: otherwise many taps in a minute would count like a day of unclear
    answers. Raises NothingToReceive, and TooManyRequests.
    """
    is_over = claim.status is PayoutStatus.OWED and now >= until
    if not claim.is_on_request or claim.is_final or claim.status is PayoutStatus.PARKED or is_over:
        raise NothingToReceive
    if is_leased(claim, now):
        return None
    if claim.asked_at is not None and now - claim.asked_at < PAUSE:
        raise TooManyRequests
    return replace(claim, asked_at=now, receipt="", due_at=now - SKEW, doubts=0)


def first_step(claim: Claim, now: datetime, ask: bool, until: datetime) -> Step:
    """Does nothing while a worker is sending it: the answer to the send has the receipt, and a query's answer has
    not."""
    if claim.is_final or is_not_ours(claim) or is_leased(claim, now):
        return Step.NOTHING
    begins = may_begin(claim, now, until)
    rests = claim.status is PayoutStatus.OWED and _is_known_closed(claim)
    if claim.sends and (begins or not rests):
        return Step.ASK if ask or is_due(claim, now) else Step.NOTHING
    if now < until and (ask or not is_due(claim, now)):
        return Step.NOTHING
    return Step.SEND if begins else Step.REST


def to_send(claim: Claim, answer: Answer, now: datetime, until: datetime) -> Claim | None:
    """Returns the claim to send after a query's answer; None if nothing is to be sent. The number stays the same if its
    receipt is needed or WeChat Pay does not know it. It is the next number if nobody confirmed the last one in time
    (I4)."""
    if not is_due(claim, now) or not is_awaited(claim, now):
        return None
    if answer.reply is Reply.WAITING:
        return claim
    if not may_begin(claim, now, until):
        return None
    if _has_closed(claim, answer):
        return _with_next_number(claim) if _is_asked_again(claim) and not _is_last_number(claim) else None
    return claim if payout_decisions.may_send(claim, answer, now) else None


def begun(claim: Claim, now: datetime, payer: Payer) -> Claim:
    """Returns the claim as taken by one worker, which sends it under its present number."""
    return replace(payout_decisions.begun(claim, now, payer), receipt="", begun_at=claim.begun_at or now)


def after_send(claim: Claim, answer: Answer, now: datetime, until: datetime) -> Claim:
    """Returns the claim after an answer to a send. For a number that it knows, WeChat Pay answers with the transfer's
    present state."""
    settled = _settled(claim, answer, now, until)
    return settled or _sooner(claim, payout_decisions.after_send(claim, answer, now), now)


def after_query(claim: Claim, answer: Answer, now: datetime, until: datetime) -> Claim:
    """Returns the claim after a query's answer that leaves nothing to send.

    A claim keeps a number that WeChat Pay does not know; after the next tap it is queried again before it is sent.
    """
    if settled := _settled(claim, answer, now, until):
        return settled
    if answer.reply is Reply.NOT_FOUND and _is_undecided(claim) and not is_forgotten(claim, now):
        return _at_rest(claim, now, until + CLOSED_BY + PATIENCE, until) if is_due(claim, now) else claim
    return _sooner(claim, payout_decisions.after_query(claim, answer, now), now)


def seconds_to_look(claim: Claim, now: datetime) -> int:
    """Returns the seconds until a separate job queries the claim again, because its winner waits at the phone; 0 if the
    sweep, each minute, is soon enough."""
    if claim.due_at is None or not is_awaited(claim, now) or claim.due_at - now > _SWEEP:
        return 0
    return int((claim.due_at - now).total_seconds()) + 1


def at_rest(claim: Claim, now: datetime, until: datetime) -> Claim:
    """Returns the claim, for which nothing was ever created, as waiting for its winner's next tap; lapsed after
    `until`."""
    return _at_rest(claim, now, until, until)


def _settled(claim: Claim, answer: Answer, now: datetime, until: datetime) -> Claim | None:
    """Returns the claim after an answer that names the transfer's state; None after any other."""
    if _has_closed(claim, answer):
        return _closed(claim, answer, now, until)
    status = payout_decisions.STATUS_OF.get(answer.reply)
    if status is None:
        return None
    reason = Reason.UNDER_WAY if answer.reply is Reply.SENDING else Reason.NONE
    after = replace(_without_receipt(claim), status=status, reason=reason.value, doubts=0, code="")
    if answer.reply is Reply.WAITING:
        waiting = replace(after, receipt=answer.receipt or claim.receipt, asked_at=claim.asked_at)
        return replace(waiting, due_at=_while_phone_waits(waiting, now) or _next_look(claim, now))
    if answer.reply is Reply.FAILED:
        return replace(after, reason=answer.reason.value, code=answer.code, due_at=None)
    if after.is_final:
        return replace(after, due_at=None)
    soon = _while_phone_waits(claim, now) if reason is Reason.UNDER_WAY else None
    return replace(after, due_at=soon or now + _LATER)


def _while_phone_waits(claim: Claim, now: datetime) -> datetime | None:
    """Returns the time of the next query while its winner waits at the phone: after seconds, then after growing
    intervals, since many may wait for a balance. None if nobody waits."""
    if claim.asked_at is None or not is_awaited(claim, now):
        return None
    return now + max(_PHONE_WAITS, now - claim.asked_at)


def _sooner(before: Claim, after: Claim, now: datetime) -> Claim:
    """Returns the claim due within seconds after the first unclear answer to a tap, for example after a connection was
    cut."""
    soon = _while_phone_waits(after, now) if after.doubts == 1 > before.doubts else None
    return replace(after, due_at=soon) if soon else after


def _next_look(claim: Claim, now: datetime) -> datetime:
    """Returns the next query's time. The interval grows up to an hour, since a notification usually comes sooner."""
    age = now - (claim.begun_at or now)
    return now + min(max(age, _SOON), _HOUR)


def _closed(claim: Claim, answer: Answer, now: datetime, until: datetime) -> Claim:
    """Returns the claim after nobody confirmed its number in time. Its winner may ask again; after ten numbers a person
    decides."""
    number = claim.order.mch_billno
    ended = claim.unconfirmed if number in claim.unconfirmed else (*claim.unconfirmed, number)
    after = replace(_without_receipt(claim), unconfirmed=ended, doubts=0, code=answer.code)
    if may_begin(claim, now, until) and _is_asked_again(claim) and not _is_last_number(claim):
        return replace(after, status=PayoutStatus.OWED, reason="", due_at=now)
    if now < until and _is_last_number(claim):
        return replace(after, status=PayoutStatus.PARKED, reason=Reason.UNCONFIRMED.value, due_at=FOR_A_PERSON)
    return _at_rest(after, now, until, until)


def _at_rest(claim: Claim, now: datetime, lapses_at: datetime, until: datetime) -> Claim:
    rests = replace(_without_receipt(claim), reason="", doubts=0)
    if now >= lapses_at:
        return replace(rests, status=PayoutStatus.LAPSED, due_at=None)
    return replace(rests, status=PayoutStatus.OWED, due_at=until if now < until else now + _HOUR)


def _without_receipt(claim: Claim) -> Claim:
    """Removes the receipt together with the tap that it answered, so that this tap begins no further transfer."""
    return replace(claim, receipt="", asked_at=None if claim.receipt else claim.asked_at)


def _is_asked_again(claim: Claim) -> bool:
    """Returns whether its winner asked after its present number was begun (I4): a transfer that is cancelled before its
    receipt arrived is not followed by another for the same tap."""
    return claim.asked_at is not None and (claim.begun_at is None or claim.asked_at > claim.begun_at)


def _has_closed(claim: Claim, answer: Answer) -> bool:
    """Returns whether its present number ended unconfirmed. Our record counts too: WeChat Pay forgets a number after 30
    days."""
    return answer.reply is Reply.CLOSED or (answer.reply is Reply.NOT_FOUND and _is_known_closed(claim))


def _is_known_closed(claim: Claim) -> bool:
    return claim.order.mch_billno in claim.unconfirmed


def _is_undecided(claim: Claim) -> bool:
    """Returns whether "not found" can mean that nothing was created."""
    return claim.status in _OPEN and claim.reason != Reason.UNDER_WAY and claim.reason not in WAITS_FOR_A_PERSON


def _is_last_number(claim: Claim) -> bool:
    return len(numbers_until(claim.order.mch_billno)) >= MOST_NUMBERS


def _with_next_number(claim: Claim) -> Claim:
    last = claim.order.mch_billno
    order = replace(claim.order, mch_billno=second_number(last))
    return replace(claim, order=order, unconfirmed=(*(n for n in claim.unconfirmed if n != last), last), begun_at=None)
