"""Operators' decisions about payouts. Each is written to the append-only log together with the change it makes."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.claim import Claim, PayoutStatus, numbers_until, second_number
from chalicelib.domain.errors import DecisionRefused
from chalicelib.domain.operator_log import RENEW
from chalicelib.domain.payout_decisions import Reply, due_now, is_forgotten, is_leased, is_not_ours
from chalicelib.domain.payout_reasons import RETRIED, STOPS_ALL, Reason
from chalicelib.domain.purge import is_digest
from chalicelib.ports import Clock, Control, Ledger, LogEntry, PayoutProvider, Payouts

ENDED = frozenset({Reply.FAILED, Reply.REFUNDED})
RETRY, RESUME, SETTLE = "payouts retry", "payouts resume", "payouts settle"
RESUMED = STOPS_ALL - {Reason.TERMS}
"""The same terms would be refused again, and hold all payouts again."""
NOT_PAID = ENDED | {Reply.NOT_FOUND}


def failed_for(claim: Claim, why: str) -> bool:
    """`why` is a reason, or the code of a failure that concerns one person and so has no reason of ours."""
    return claim.status is PayoutStatus.FAILED and bool(why) and why in (claim.reason, claim.code)


@dataclass(frozen=True, slots=True)
class Decisions:
    ledger: Ledger
    claims: Payouts
    control: Control
    providers: Mapping[str, PayoutProvider]
    """By product."""
    clock: Clock
    claimable_until: datetime

    def find_claim(self, claim_id: str) -> Claim:
        """Finds a claim by its id or one of its bill numbers. Raises DecisionRefused."""
        for claim in self.ledger.all_claims():
            if claim_id in (claim.claim_id, *numbers_until(claim.order.mch_billno)):
                if is_digest(claim.openid):
                    raise DecisionRefused("purged")
                return claim
        raise DecisionRefused("no_such_claim")

    def resume_payouts(self, who: str, why: str = "") -> int:
        """Lifts the hold and makes the claims that it parked due now. Returns their number.

        Does not include another payer's claims: a worker that takes one would hold the payouts again.
        """
        held = self.control.read_switches().held_reason
        self.control.release_payouts(LogEntry(self.clock(), who, RESUME, old=held, reason=why))
        return sum(self._retry_now(claim, who, RESUME, why) for claim in self._parked(RESUMED))

    def retry_reason(self, reason: Reason, who: str, new_terms: bool = False) -> int:
        """Makes all claims parked for a reason due now. Returns their number. Raises DecisionRefused."""
        if reason not in RETRIED:
            raise DecisionRefused("not_ours" if reason is Reason.NOT_OURS else "not_parked")
        if new_terms:
            return self._renew_all_terms(reason, who)
        return sum(self._retry_now(claim, who, RETRY) for claim in self._parked({reason}))

    def retry_with_new_terms(self, claim_id: str, who: str) -> Claim:
        """Replaces terms that WeChat Pay did not accept by those of today's configuration (I4).

        Number, openid and amount do not change. WeChat Pay itself must answer now that it does not know the number.
        Raises DecisionRefused.
        """
        return self._renew_terms(self.find_claim(claim_id), who)

    def _renew_all_terms(self, reason: Reason, who: str) -> int:
        """Raises DecisionRefused if it could change none."""
        if reason is not Reason.TERMS:
            raise DecisionRefused("terms_not_refused")
        return self._all_or_why(self._parked({reason}), lambda claim: self._renew_terms(claim, who))

    def _all_or_why(self, claims: Iterable[Claim], decide: Callable[[Claim], Claim], none: str = "") -> int:
        """Returns the number of claims for which the decision was made. If there is none, raises the last refusal, or
        `none`."""
        changed, why = 0, DecisionRefused(none) if none else None
        for claim in claims:
            try:
                decide(claim)
            except DecisionRefused as refused:
                why = refused
            else:
                changed += 1
        if why and not changed:
            raise why
        return changed

    def _renew_terms(self, claim: Claim, who: str) -> Claim:
        if claim.status is not PayoutStatus.PARKED or claim.reason != Reason.TERMS:
            raise DecisionRefused("terms_not_refused")
        self._require_own(claim)
        today = self._provider(claim).order(claim.order.mch_billno, claim.order.openid, claim.order.amount_fen)
        if claim.order.has_terms_of(today):
            raise DecisionRefused("same_terms")
        if self._provider(claim).query(claim.order).reply is not Reply.NOT_FOUND or is_forgotten(claim, self.clock()):
            raise DecisionRefused("not_unknown")
        after = replace(due_now(claim, self.clock()), order=replace(claim.order, terms=today.terms))
        old, new = _changed_terms(claim, after), _changed_terms(after, claim)
        return self._decide(claim, after, self._entry(claim, who, f"{RETRY} --new-terms", old, new))

    def retry_payout(self, claim_id: str, who: str) -> Claim:
        """Sends a parked claim again with the same number, after another query. Raises DecisionRefused."""
        claim = self.find_claim(claim_id)
        if claim.status is not PayoutStatus.PARKED:
            raise DecisionRefused("not_parked")
        if is_not_ours(claim):
            raise DecisionRefused("not_ours")
        self._require_own(claim)
        return self._decide(claim, due_now(claim, self.clock()), self._entry(claim, who, RETRY, _state(claim)))

    def renew_payout(self, claim_id: str, who: str) -> Claim:
        """Makes a second number, only if WeChat Pay reports that the first ended (I4). Raises DecisionRefused."""
        return self._renew(self.find_claim(claim_id), who)

    def renew_reason(self, why: str, who: str) -> int:
        """The same for every claim that failed for a reason or with WeChat Pay's code, as when the day's quota was used
        up. Returns how many got another number. Raises DecisionRefused if there is none, or none may have one."""
        failed = [one for one in self.ledger.all_claims() if failed_for(one, why) and not self._is_of_another(one)]
        return self._all_or_why(failed, lambda claim: self._renew(claim, who), "none_failed")

    def _renew(self, claim: Claim, who: str) -> Claim:
        if is_digest(claim.openid):
            raise DecisionRefused("purged")
        if claim.is_smoke:
            raise DecisionRefused("smoke_not_renewed")
        if claim.status not in (PayoutStatus.FAILED, PayoutStatus.REFUNDED):
            raise DecisionRefused("not_ended")
        self._require_own(claim)
        if claim.is_on_request and self.clock() >= self.claimable_until:
            raise DecisionRefused("claimable_ended")
        answer = self._provider(claim).query(claim.order)
        if answer.reply not in ENDED:
            raise DecisionRefused("not_confirmed")
        try:
            number = second_number(claim.order.mch_billno)
        except ValueError:
            raise DecisionRefused("last_number") from None
        after = _renewed(claim, number, self.claimable_until if claim.is_on_request else self.clock())
        entry = self._entry(claim, who, RENEW, claim.order.mch_billno, number, answer.reply.value)
        return self._decide(claim, after, entry)

    def settle_payout(self, claim_id: str, status: PayoutStatus, who: str, note: str, checked: bool = False) -> Claim:
        """Ends a parked claim that WeChat Pay has not paid: `received` by other means, or `failed`.

        For an old claim, "not found" proves nothing, and for a claim whose number is another order's no answer proves
        anything: then `checked` must confirm that a person looked at the merchant's statement. With `checked`, a claim
        that another payer began is ended without a query, whatever its status: that merchant may be closed. Raises
        DecisionRefused.
        """
        claim = self.find_claim(claim_id)
        if claim.is_final:
            raise DecisionRefused("not_parked")
        if checked and self._is_of_another(claim):
            if is_leased(claim, self.clock()):
                raise DecisionRefused("changed_meanwhile")
            note = f"{note} {claim.order.payer}"
        else:
            self._require_own(claim)
            self._require_unpaid(claim, checked)
        after = replace(claim, status=status, reason=Reason.SETTLED.value, due_at=None)
        return self._decide(claim, after, self._entry(claim, who, SETTLE, _state(claim), status.value, note))

    def _require_own(self, claim: Claim) -> None:
        """Raises DecisionRefused if another payer began to pay it: WeChat Pay's answer to us would prove nothing."""
        if self._is_of_another(claim):
            raise DecisionRefused("other_payer")

    def _provider(self, claim: Claim) -> PayoutProvider:
        return self.providers[claim.order.product]

    def _is_of_another(self, claim: Claim) -> bool:
        return claim.order.is_of_another(lambda: self._provider(claim).payer)

    def _require_unpaid(self, claim: Claim, checked: bool) -> None:
        if claim.status is not PayoutStatus.PARKED:
            raise DecisionRefused("not_parked")
        if is_not_ours(claim):
            if not checked:
                raise DecisionRefused("not_ours")
            return
        reply = self._provider(claim).query(claim.order).reply
        if reply not in NOT_PAID and not (claim.is_on_request and reply is Reply.CLOSED):
            raise DecisionRefused("maybe_paid")
        if reply is Reply.NOT_FOUND and is_forgotten(claim, self.clock()) and not checked:
            raise DecisionRefused("forgotten")

    def _parked(self, reasons: Container[str]) -> list[Claim]:
        """Returns those that this payer began or may begin."""
        parked = [c for c in self.ledger.all_claims() if c.status is PayoutStatus.PARKED and c.reason in reasons]
        return [claim for claim in parked if not self._is_of_another(claim)]

    def _retry_now(self, claim: Claim, who: str, what: str, why: str = "") -> bool:
        entry = self._entry(claim, who, what, _state(claim), reason=why)
        return self.claims.replace_claim(claim, due_now(claim, self.clock()), entry) is not None

    def _decide(self, before: Claim, after: Claim, entry: LogEntry) -> Claim:
        written = self.claims.replace_claim(before, after, entry)
        if written is None:
            raise DecisionRefused("changed_meanwhile")
        return written

    def _entry(self, claim: Claim, who: str, what: str, old: str, new: str = "", reason: str = "") -> LogEntry:
        return LogEntry(self.clock(), who, what, claim.claim_id, old, new, reason)


def _state(claim: Claim) -> str:
    return f"{claim.status.value} {claim.reason}".strip()


def _renewed(claim: Claim, mch_billno: str, due_at: datetime) -> Claim:
    """Returns the claim with its next number, by an operator's decision; a transfer then waits for its winner."""
    order = replace(claim.order, mch_billno=mch_billno)
    owed = replace(claim, order=order, status=PayoutStatus.OWED, reason="", sends=0, due_at=due_at, doubts=0, code="")
    return replace(owed, asked_at=None, receipt="", begun_at=None)


def _changed_terms(claim: Claim, other: Claim) -> str:
    """Returns for the log those of its terms that differ from the other's."""
    others = dict(other.order.terms)
    return "; ".join(f"{name}: {value}" for name, value in claim.order.terms if others.get(name) != value)
