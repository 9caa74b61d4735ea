"""Operators' decisions about payouts. Each is written to the append-only log together with the change it makes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from chalicelib.domain.claims import Claim, PayoutStatus, second_number
from chalicelib.domain.errors import DecisionRefused
from chalicelib.domain.payouts import STOPS_ALL, Reason, Reply, due_now, is_forgotten, is_not_ours
from chalicelib.ports import Clock, Control, Ledger, LogEntry, PayoutProvider, Payouts

ENDED = frozenset({Reply.FAILED, Reply.REFUNDED})
RENEW = "payouts renew"
"""Its log entry ends with the old bill number, its final status, an arrow and the new bill number."""
NOT_PAID = ENDED | {Reply.NOT_FOUND}


def returned_numbers(log: Iterable[LogEntry]) -> frozenset[str]:
    """Bill numbers that WeChat Pay reported as refunded before a second number was made."""
    notes = (entry.about.split() for entry in log if entry.what == RENEW)
    return frozenset(note[-4] for note in notes if note[-3] == Reply.REFUNDED.value)


@dataclass(frozen=True, slots=True)
class Decisions:
    ledger: Ledger
    claims: Payouts
    control: Control
    provider: PayoutProvider
    clock: Clock

    def find_claim(self, claim_id: str) -> Claim:
        """Finds a claim by its id or bill number. Raises DecisionRefused."""
        for claim in self.ledger.all_claims():
            if claim_id in (claim.claim_id, claim.order.mch_billno):
                return claim
        raise DecisionRefused("no_such_claim")

    def resume_payouts(self, who: str) -> int:
        """Lifts the hold and makes the claims that it parked due now. Returns their number."""
        self.control.release_payouts(LogEntry(self.clock(), who, "payouts resume", ""))
        held = [c for c in self.ledger.all_claims() if c.status is PayoutStatus.PARKED and c.reason in STOPS_ALL]
        return sum(self._retry_now(claim, who) for claim in held)

    def retry_payout(self, claim_id: str, who: str) -> Claim:
        """Sends a parked claim again with the same number, after another query. Raises DecisionRefused."""
        claim = self.find_claim(claim_id)
        if claim.status is not PayoutStatus.PARKED:
            raise DecisionRefused("not_parked")
        if is_not_ours(claim):
            raise DecisionRefused("not_ours")
        return self._decide(claim, due_now(claim, self.clock()), who, "payouts retry", "")

    def renew_payout(self, claim_id: str, who: str) -> Claim:
        """Makes a second number, only if WeChat Pay reports that the first ended (I4). Raises DecisionRefused."""
        claim = self.find_claim(claim_id)
        if claim.is_smoke:
            raise DecisionRefused("smoke_not_renewed")
        if claim.status not in (PayoutStatus.FAILED, PayoutStatus.REFUNDED):
            raise DecisionRefused("not_ended")
        answer = self.provider.query(claim.order)
        if answer.reply not in ENDED:
            raise DecisionRefused("not_confirmed")
        try:
            order = replace(claim.order, mch_billno=second_number(claim.order.mch_billno))
        except ValueError:
            raise DecisionRefused("last_number") from None
        after = replace(claim, order=order, status=PayoutStatus.OWED, reason="", sends=0, due_at=self.clock())
        note = f"{claim.order.mch_billno} {answer.reply.value} -> {order.mch_billno}"
        return self._decide(claim, after, who, RENEW, note)

    def settle_payout(self, claim_id: str, status: PayoutStatus, who: str, note: str, checked: bool = False) -> Claim:
        """Ends a parked claim that WeChat Pay has not paid: `received` by other means, or `failed`.

        For an old claim, "not found" proves nothing, and for one whose number is another order's no answer does;
        `checked` confirms that a person looked at the merchant's statement. Raises DecisionRefused.
        """
        claim = self.find_claim(claim_id)
        if claim.status is not PayoutStatus.PARKED:
            raise DecisionRefused("not_parked")
        self._require_unpaid(claim, checked)
        after = replace(claim, status=status, reason=Reason.SETTLED.value, due_at=None)
        return self._decide(claim, after, who, f"payouts settle {status.value}", note)

    def _require_unpaid(self, claim: Claim, checked: bool) -> None:
        if is_not_ours(claim):
            if not checked:
                raise DecisionRefused("not_ours")
            return
        reply = self.provider.query(claim.order).reply
        if reply not in NOT_PAID:
            raise DecisionRefused("maybe_paid")
        if reply is Reply.NOT_FOUND and is_forgotten(claim, self.clock()) and not checked:
            raise DecisionRefused("forgotten")

    def _retry_now(self, claim: Claim, who: str) -> bool:
        entry = self._entry(claim, who, "payouts resume", "")
        return self.claims.replace_claim(claim, due_now(claim, self.clock()), entry) is not None

    def _decide(self, before: Claim, after: Claim, who: str, what: str, note: str) -> Claim:
        written = self.claims.replace_claim(before, after, self._entry(before, who, what, note))
        if written is None:
            raise DecisionRefused("changed_meanwhile")
        return written

    def _entry(self, claim: Claim, who: str, what: str, note: str) -> LogEntry:
        return LogEntry(self.clock(), who, what, f"{claim.claim_id} {claim.status.value} {claim.reason} {note}".strip())
