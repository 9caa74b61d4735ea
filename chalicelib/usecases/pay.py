"""Paying one claim. Runs as often as it is asked to: the claim's state and its revision decide what is left to do."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain import payouts
from chalicelib.domain.claims import Claim, ClaimRef
from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock, Payouts, RedPackets

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PayClaim:
    claims: Payouts
    red_packets: RedPackets
    switches: Callable[[], Switches]
    clock: Clock

    def __call__(self, ref: ClaimRef) -> None:
        """Sends the red packet, or asks what became of it. Raises TryAgain when the store is silent."""
        claim = self.claims.find(ref)
        if claim is None:
            log.error("a payout job names a claim that does not exist")
            return
        if self.switches().payouts_stopped or not payouts.is_due(claim, self.clock()):
            return
        if payouts.needs_query(claim):
            answer = self.red_packets.query(claim.order.mch_billno)
            if not payouts.may_send(claim, answer, self.clock()):
                self._record(claim, payouts.after_query(claim, answer, self.clock()))
                return
        self._send(claim)

    def _send(self, claim: Claim) -> None:
        """Takes the claim first, so that of two workers only one sends; the other finds a newer revision."""
        taken = self.claims.replace(claim, payouts.begun(claim, self.clock()))
        if taken is None:
            return
        answer = self.red_packets.send(taken.order)
        self._record(taken, payouts.after_send(taken, answer, self.clock()))

    def _record(self, before: Claim, after: Claim) -> None:
        if self.claims.replace(before, after) is None:
            log.warning("claim %s changed while it was being paid", before.claim_id)
            return
        log.info("claim %s is %s %s", after.claim_id, after.status.value, after.reason)
