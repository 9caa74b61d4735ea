"""The checks after every schedule: the audit, WeChat Pay's ledger, and the calls that were made."""

from collections.abc import Iterator
from datetime import timedelta

from chalicelib.domain.claim import PAID, Claim, PayoutStatus, bill_number, numbers_until
from chalicelib.domain.contest import Phase
from chalicelib.domain.errors import ContestError, OperatorRefused, TryAgain
from chalicelib.domain.payout_decisions import Reply
from chalicelib.domain.payout_reasons import WAITS_FOR_A_PERSON, Reason
from chalicelib.ports import Verdict
from tests.explore.stage import Stage
from tests.support.killed import Killed

IN_FORCE = timedelta(seconds=5)
"""A pause is in force after this time (I7)."""
CONCERNS_ALL = ("balance", "day_limit", "configuration", "terms", "money_limit")
HOLD = "control.hold_payouts"
QUERIES, SENDS = ("red_packets.query", "transfers.query"), ("red_packets.send", "transfers.send")
SENT_AGAIN_AFTER = (Reply.NOT_FOUND, Reply.WAITING)
"""The answers to a query after which the same number may be sent: sending a waiting transfer again returns its
receipt."""
WRITTEN = ("participants.commit_claim", "participants.record_attempt")


def violations(stage: Stage) -> list[str]:
    """Returns the breaches of I1 to I7 at the end of a run; empty if there are none."""
    claims = list(stage.bench.state.claims.values())
    return [
        *stage.bench.app.audit.audit_books().violations,
        *stage.pay.violations,
        *stage.breaches,
        *_outcomes(stage),
        *_ledger(stage, claims),
        *_ended(claims),
        *_sends(stage),
        *_numbers(stage),
        *_terms(stage),
        *_holds(stage),
        *_gate(stage),
        *_repeats(stage, claims),
    ]


def _outcomes(stage: Stage) -> Iterator[str]:
    """I6: after recovery every actor has an answer."""
    for name, outcome in stage.outcomes.items():
        if isinstance(outcome, TryAgain | Killed):
            yield f"I6 {name} never got an answer"


def _ledger(stage: Stage, claims: list[Claim]) -> Iterator[str]:
    """I4: every payment belongs to a claim with its person and amount; a claim is paid once, by us or by other
    means."""
    pay, by_number = stage.pay, {bill_number(claim.packet): claim for claim in claims}
    out = dict.fromkeys(by_number, 0)
    for number, order in pay.ledger.items():
        first = numbers_until(number)[0]
        claim = by_number.get(first)
        if claim is None or (order.openid, order.amount_fen) != (claim.openid, claim.packet.amount_fen):
            yield f"I4 {number} was paid without a claim of this person and amount"
        elif number == claim.order.mch_billno and order != claim.order:
            yield f"I4 {number} was paid with other terms than are stored"
        elif pay.status[number] in pay.OUT:
            out[first] += 1
    for first, claim in by_number.items():
        by_other_means = claim.reason == Reason.SETTLED and claim.status is PayoutStatus.RECEIVED
        if out[first] + by_other_means > 1:
            yield f"I4 {first} was paid {out[first] + by_other_means} times"
        if claim.status in PAID and not out[first] and not by_other_means:
            yield f"I5 {first} is {claim.status.value} but was never paid"


def _ended(claims: list[Claim]) -> Iterator[str]:
    """I5: nothing is forgotten: every claim is final, or parked with its reason."""
    for claim in claims:
        if not claim.is_final and claim.status is not PayoutStatus.PARKED:
            yield f"I5 claim {claim.claim_id} is still {claim.status.value}"


def _sends(stage: Stage) -> Iterator[str]:
    """I4: a worker queries before it repeats a send; a claim that waits for a person is sent again only by a logged
    decision."""
    sent: dict[str, str] = {}
    unknown: set[tuple[str, str]] = set()
    waits: set[str] = set()
    for event in stage.events:
        if event.name in QUERIES and event.done and event.done.reply in SENT_AGAIN_AFTER:
            unknown.add((event.run, event.args[0].mch_billno))
        elif event.name == "payouts.replace_claim" and event.done:
            if len(event.args) > 2:
                waits.discard(event.done.order.mch_billno)
            elif event.done.reason in WAITS_FOR_A_PERSON:
                waits.add(event.done.order.mch_billno)
        elif event.name in SENDS:
            number = event.args[0].mch_billno
            if number in sent and (event.run, number) not in unknown:
                yield f"I4 {event.run} sent {number} after {sent[number]} without asking"
            if number in waits:
                yield f"I4 {number} waits for a person and was sent again"
            sent.setdefault(number, event.run)


def _numbers(stage: Stage) -> Iterator[str]:
    """I4: a further number is sent only after an answer that each earlier one has ended."""
    ended: set[str] = set()
    for event in stage.events:
        number = event.args[0].mch_billno if event.name in (*QUERIES, *SENDS) else ""
        if event.name in QUERIES and not event.fault and event.done.reply in stage.pay.ENDED:
            ended.add(number)
        elif event.name in SENDS:
            yield from (f"I4 {number} was sent before {one} ended" for one in _earlier(number) if one not in ended)


def _earlier(number: str) -> tuple[str, ...]:
    return numbers_until(number)[:-1]


def _terms(stage: Stage) -> Iterator[str]:
    """I4: terms are replaced only after WeChat Pay refused them and does not know the number."""
    unknown: set[str] = set()
    for event in stage.events:
        if event.name in QUERIES and event.done and event.done.reply is Reply.NOT_FOUND:
            unknown.add(event.run)
        elif event.name == "payouts.replace_claim" and event.done:
            before, after = event.args[:2]
            if before.order.terms != after.order.terms and (before.reason != "terms" or event.run not in unknown):
                yield f"I4 {event.run} replaced the terms of {before.order.mch_billno}"


def _holds(stage: Stage) -> Iterator[str]:
    """I5: an answer that no payment is possible causes a hold on all payouts. Earlier terms concern only their own
    claim."""
    todays = stage.pay.order("", "", 0).terms
    for at, event in enumerate(stage.events):
        reason = event.done.reason if event.name in SENDS and not event.fault else ""
        if reason == "terms" and event.args[0].terms != todays:
            continue
        if reason in CONCERNS_ALL and (event.run, HOLD) not in {(one.run, one.name) for one in stage.events[at:]}:
            yield f"I5 {event.run} got {reason} and did not hold the payouts"


def _gate(stage: Stage) -> Iterator[str]:
    """I7: nothing is written outside the window or later than 5 s into a pause."""
    paused_at = None
    for event in stage.events:
        if event.name == "control.set_paused" and event.at:
            paused_at = event.at if event.args[0] else None
        elif event.name in WRITTEN and event.done is Verdict.DONE and event.at:
            if stage.contest.window.phase(event.at) is not Phase.OPEN:
                yield f"I7 {event.name} outside the window"
            if paused_at and event.at - paused_at > IN_FORCE:
                yield f"I7 {event.name} {event.at - paused_at} into a pause"


def _repeats(stage: Stage, claims: list[Claim]) -> Iterator[str]:
    """I6: a repeated request for a claim returns it, and no answer has a claim that is not stored."""
    for claim in claims:
        if claim.is_smoke:
            continue
        try:
            again, existed = stage.bench.instance().claims.open_packet(claim.openid, claim.attempt_id)
        except (ContestError, OperatorRefused) as refusal:
            yield f"I6 claim {claim.claim_id} is answered {type(refusal).__name__} when asked again"
        else:
            if not existed or again.claim_id != claim.claim_id:
                yield f"I6 claim {claim.claim_id} became another when asked again"
