"""Decides which answers of the payment product hold all payouts, and until when."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from chalicelib.domain.claim import FOR_A_PERSON, Claim, Payer, PayoutStatus
from chalicelib.domain.payout_decisions import Answer, Reply, for_a_person, is_leased
from chalicelib.domain.payout_reasons import STOPS_ALL, Reason
from chalicelib.domain.quiet import next_morning

HOLD = timedelta(hours=1)
REFUSED_PEOPLE = 3
"""WeChat Pay uses one code (NO_AUTH) both for a risky person and for a calling address that it does not know. If it
refuses this many people within REFUSED_WITHIN and pays nobody in between, the address is considered the cause, and the
queue is held."""
REFUSED_WITHIN = timedelta(minutes=10)


def hold_until(answer: Answer, now: datetime) -> tuple[datetime, Reason] | None:
    """Returns until when an answer holds all payouts, and why; None if it concerns only its own claim."""
    if answer.reply is not Reply.REFUSED or answer.reason not in STOPS_ALL:
        return None
    until = next_morning(now) if answer.reason is Reason.DAY_LIMIT else now + HOLD
    return until, answer.reason


def hold_after_query(answer: Answer, now: datetime) -> tuple[datetime, Reason] | None:
    """A query's answer holds all payouts only if it shows that our configuration is wrong: then no send would succeed
    either."""
    return hold_until(answer, now) if answer.reason is Reason.CONFIGURATION else None


def hold_after_failure(claim: Claim, answer: Answer, now: datetime) -> tuple[datetime, Reason] | None:
    """A transfer that failed because the day's quota or the balance was used up holds all payouts, as a refusal does.

    The hold is counted from the transfer's beginning: yesterday's failure says nothing about today's quota.
    """
    if answer.reply is not Reply.FAILED:
        return None
    hold = hold_until(replace(answer, reply=Reply.REFUSED), claim.begun_at or now)
    return hold if hold and hold[0] > now else None


def hold_after_refusals(people: int, now: datetime) -> tuple[datetime, Reason] | None:
    """`people` were refused by risk control within REFUSED_WITHIN."""
    return (now + HOLD, Reason.RISK_CONTROL) if people >= REFUSED_PEOPLE else None


def hold_for_payer(now: datetime) -> tuple[datetime, Reason]:
    """Holds all payouts for an hour. The hold is renewed until an operator has finished the other payer's claims."""
    return now + HOLD, Reason.PAYER


def left_to_its_payer(claim: Claim, now: datetime) -> Claim:
    """Returns a claim that another payer began, as waiting for that payer or for an operator. A claim that a worker may
    be sending at this moment is not changed.
    """
    if is_leased(claim, now):
        return claim
    if claim.status is PayoutStatus.SENT:
        return replace(claim, due_at=FOR_A_PERSON)
    return for_a_person(claim, Reason.PAYER)


def payers_to_distinguish(claims: Iterable[Claim], held_reason: str) -> frozenset[Payer]:
    """Returns the payers of claims that are not final, if operators must distinguish payers; else nothing.

    The command needs no access to the merchant's secrets, so the present payer is not known here.
    """
    payers = frozenset(claim.order.payer for claim in claims if claim.order.payer and not claim.is_final)
    return payers if len(payers) > 1 or held_reason == Reason.PAYER else frozenset()


def person_mark(claim: Claim) -> str:
    """A digest that distinguishes refused people in the switches without storing their openids."""
    return sha256(f"{claim.packet.plan_id}|{claim.openid}".encode()).hexdigest()[:12]
