"""Records the outcome of a payout, for the worker and the operator's reconciliation."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.switches import PRIZES_DIFFER, Switches
from chalicelib.ports import Clock, Measure, Payouts, unmeasured

log = logging.getLogger(__name__)
COUNTED = {
    PayoutStatus.SENT: "PayoutsSent",
    PayoutStatus.PARKED: "PayoutsParked",
    PayoutStatus.FAILED: "PayoutsFailed",
    PayoutStatus.LAPSED: "PayoutsLapsed",
}
"""The metric for a claim that reaches a status."""


@dataclass(frozen=True, slots=True)
class PayoutRecord:
    contest: Contest
    claims: Payouts
    clock: Clock
    switches: Callable[[], Switches]
    measure: Measure = unmeasured

    def record_payout(self, before: Claim, after: Claim) -> None:
        """Writes the change. A refund also returns the money to the pool, in the same transaction, if so configured.

        Writes nothing when nothing changed, or when somebody else changed the claim meanwhile. Raises TryAgain.
        """
        if before == after:
            return
        back, fields = self._switches_for_return(before, after), log_fields(before)
        if back and back.prizes_differ(self.contest.prizes):
            log.error("claim %s is not put back: prizes differ", before.claim_id, extra=fields)
            self.measure({"PayoutsHeld": 1}, reason=PRIZES_DIFFER)
            return
        written = self._put_back(before, after, back) or self.claims.replace_claim(before, after)
        if written is None:
            log.warning("claim %s changed while it was being paid", before.claim_id, extra=fields)
            return
        if back and written.status is not PayoutStatus.RELEASED:
            log.error("claim %s is refunded, but its packet is not put back", written.claim_id, extra=fields)
        log.info("claim %s is %s %s", written.claim_id, written.status.value, written.reason, extra=fields)
        if written.status is not before.status and written.status in COUNTED and not written.is_smoke:
            self.measure({COUNTED[written.status]: 1}, reason=written.reason)

    def _put_back(self, before: Claim, after: Claim, switches: Switches | None) -> Claim | None:
        """Returns the claim as written; None if no packet is put back: then the claim ends as refunded.

        The new packet's number is computed from the plan's own number of packets, not from the configured one. A plan
        that an earlier version activated has no such number; nothing is put back until `plan activate` has recorded it.
        """
        if switches is None or switches.plan_facts is None:
            return None
        return self.claims.put_back(before, after, switches.plan_facts.packets)

    def _switches_for_return(self, before: Claim, after: Claim) -> Switches | None:
        """Returns the switches if the money goes back to the pool of the active plan, else None."""
        if not self._goes_back(before, after):
            return None
        switches = self.switches()
        return switches if switches.plan_id == before.packet.plan_id else None

    def _goes_back(self, before: Claim, after: Claim) -> bool:
        refunded = after.status is PayoutStatus.REFUNDED and before.status is not PayoutStatus.REFUNDED
        return refunded and self.contest.payouts.put_back and self._is_open() and not before.is_smoke

    def _is_open(self) -> bool:
        return self.contest.window.phase(self.clock()) is Phase.OPEN


def log_fields(claim: Claim) -> dict[str, str]:
    """Returns the log's fields for a claim and its payout, to search by."""
    return {"claim_id": claim.claim_id}
