"""Decides what to do with a payout of any payment product."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import payout_decisions, receipt_decisions
from chalicelib.domain.claim import Claim, Payer
from chalicelib.domain.payout_decisions import Answer, Step


@dataclass(frozen=True, slots=True)
class PayoutCourse:
    """Uses `receipt_decisions` for a claim that its winner must ask for, and `payout_decisions` for every other."""

    claimable_until: datetime

    def first_step(self, claim: Claim, now: datetime, ask: bool) -> Step:
        if claim.is_on_request:
            return receipt_decisions.first_step(claim, now, ask, self.claimable_until)
        return payout_decisions.first_step(claim, now, ask)

    def to_send(self, claim: Claim, answer: Answer, now: datetime) -> Claim | None:
        """Returns the claim to send after a query's answer; None if nothing is to be sent."""
        if claim.is_on_request:
            return receipt_decisions.to_send(claim, answer, now, self.claimable_until)
        return claim if payout_decisions.may_send(claim, answer, now) else None

    def begun(self, claim: Claim, now: datetime, payer: Payer) -> Claim:
        begin = receipt_decisions.begun if claim.is_on_request else payout_decisions.begun
        return begin(claim, now, payer)

    def after_send(self, claim: Claim, answer: Answer, now: datetime) -> Claim:
        if claim.is_on_request:
            return receipt_decisions.after_send(claim, answer, now, self.claimable_until)
        return payout_decisions.after_send(claim, answer, now)

    def after_query(self, claim: Claim, answer: Answer, now: datetime) -> Claim:
        if claim.is_on_request:
            return receipt_decisions.after_query(claim, answer, now, self.claimable_until)
        return payout_decisions.after_query(claim, answer, now)

    def seconds_to_look(self, claim: Claim, now: datetime) -> int:
        """Returns the seconds until a separate job queries the claim again; 0 leaves it to the sweep."""
        return receipt_decisions.seconds_to_look(claim, now) if claim.is_on_request else 0

    def at_rest(self, claim: Claim, now: datetime) -> Claim:
        return receipt_decisions.at_rest(claim, now, self.claimable_until)
