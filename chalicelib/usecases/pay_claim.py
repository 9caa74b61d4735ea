"""Pays one claim. Safe to repeat: the claim's state and revision decide what remains to be done."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain import payout_decisions, payout_holds
from chalicelib.domain.claim import Claim, ClaimRef
from chalicelib.domain.contest_rules import PayoutRules, PrizeRules
from chalicelib.domain.payout_course import PayoutCourse
from chalicelib.domain.payout_decisions import Answer, Reply, Step
from chalicelib.domain.payout_differences import contradicts
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.switches import PRIZES_DIFFER, Switches
from chalicelib.ports import Clock, Control, Measure, PayoutProvider, PayoutQueue, Payouts, unmeasured
from chalicelib.usecases.record_payout import PayoutRecord, log_fields

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PayoutWorker:
    rules: PayoutRules
    prizes: PrizeRules
    course: PayoutCourse
    claims: Payouts
    record: PayoutRecord
    queue: PayoutQueue
    providers: Mapping[str, PayoutProvider]
    """By product."""
    control: Control
    switches: Callable[[], Switches]
    pace: Callable[[], None]
    """Waits until this worker may send again, so that all workers together stay below WeChat Pay's limit."""
    clock: Clock
    measure: Measure = unmeasured
    is_finishing: bool = False
    """Whether this worker finishes a former payer's claims. Holds concern the present payer, so it neither sets nor
    obeys them."""

    def pay_claim(self, ref: ClaimRef, ask: bool = False) -> None:
        """Sends the money or queries its status; with `ask`, queries also when nothing is due.

        Raises TryAgain when the store is silent.
        """
        claim = self.claims.find_claim(ref)
        if claim is None:
            log.error("a payout job names a claim that does not exist")
            return
        now = self.clock()
        step = self.course.first_step(claim, now, ask)
        if step in (Step.ASK, Step.SEND) and claim.order.is_of_another(lambda: self._provider(claim).payer):
            self._leave_to_its_payer(claim, now)
            return
        if step is Step.ASK:
            answer = self._provider(claim).query(claim.order)
            self._measure_doubt(answer)
            if ask and contradicts(claim, answer):
                reply = answer.reply.value
                log.error("WeChat Pay contradicts claim %s: %s", claim.claim_id, reply, extra=log_fields(claim))
                self.measure({"Differences": 1})
            self._hold(claim, payout_holds.hold_after_query(answer, now))
            self._hold(claim, payout_holds.hold_after_failure(claim, answer, now))
            self._note(answer)
            next_send = self.course.to_send(claim, answer, now)
            if next_send is None:
                self._record(claim, self.course.after_query(claim, answer, self.clock()))
                return
            self._send_unless_held(next_send, now, takes_no_money=answer.reply is Reply.WAITING)
        if step is Step.REST:
            self.record.record_payout(claim, self.course.at_rest(claim, now))
        if step is Step.SEND:
            self._send_unless_held(claim, now)

    def _leave_to_its_payer(self, claim: Claim, now: datetime) -> None:
        """Leaves a claim to the payer that began it. A red packet holds all payouts until then. A transfer is only
        parked, since a winner's tap must not hold all payouts; so is a claim that may cause no hold."""
        log.error("claim %s is another payer's", claim.claim_id, extra=log_fields(claim))
        if self._may_hold(claim) and not claim.is_on_request:
            self._hold(claim, payout_holds.hold_for_payer(now))
        else:
            self.record.record_payout(claim, payout_holds.left_to_its_payer(claim, now))

    def _record(self, before: Claim, after: Claim) -> None:
        """Records the claim. While the winner waits at the phone, also queues the next query, within seconds. If that
        job is lost, the sweep finds the claim."""
        self.record.record_payout(before, after)
        if seconds := self.course.seconds_to_look(after, self.clock()):
            self.queue.put_payout(after.ref, delay_seconds=seconds)

    def _send_unless_held(self, claim: Claim, now: datetime, takes_no_money: bool = False) -> None:
        """Sends the claim unless payouts are held. With `takes_no_money`, the money is already locked for the winner:
        only an operator's stop then keeps the receipt back."""
        switches = None if claim.is_smoke else self.switches()  # smoke payments are sent while the others wait
        if switches is None or not (switches.payouts_stopped if takes_no_money else self._waits(claim, switches, now)):
            self._send(claim, switches)

    def finish_own(self, claims: Iterable[Claim]) -> list[Claim]:
        """Queries and sends at once all claims that this payer began and that are not final. Returns them as they are
        afterwards."""
        mine = [claim for claim in claims if claim.order.payer == self._provider(claim).payer and not claim.is_final]
        worker = replace(self, is_finishing=True)
        for claim in mine:
            worker.pay_claim(claim.ref, ask=claim.sends > 0)
        return [self.claims.find_claim(claim.ref) or claim for claim in mine]

    def _waits(self, claim: Claim, switches: Switches, now: datetime) -> bool:
        if self.is_finishing:
            return switches.payouts_stopped
        if switches.prizes_differ(self.prizes):
            log.error("payouts are held: other prizes are configured than those of the active plan")
            self.measure({"PayoutsHeld": 1}, reason=PRIZES_DIFFER)
        return switches.payouts_wait(self.rules, self.prizes, now, claim.order.product)

    def _send(self, claim: Claim, switches: Switches | None) -> None:
        """Marks the claim as sending first, so that only one of two workers sends: the other finds a newer revision."""
        provider = self._provider(claim)
        if refusal := provider.prepare():
            self._conclude(claim, refusal, switches)
            return
        self.pace()
        taken = self.claims.replace_claim(claim, self.course.begun(claim, self.clock(), provider.payer))
        if taken is None:
            return
        self._conclude(taken, provider.send(taken.order), switches)

    def _conclude(self, claim: Claim, answer: Answer, switches: Switches | None) -> None:
        """Applies all consequences of the answer to a send."""
        self._measure_doubt(answer)
        now = self.clock()
        if answer.code:
            log.warning("claim %s: WeChat Pay says %s", claim.claim_id, answer.code, extra=log_fields(claim))
        if answer.reason is not Reason.TERMS or self._has_todays_terms(claim):
            self._hold(
                claim, payout_holds.hold_until(answer, now) or payout_holds.hold_after_failure(claim, answer, now)
            )
        self._record(claim, self.course.after_send(claim, answer, now))
        self._note(answer)
        if self._may_hold(claim):
            self._judge_address(claim, answer, switches, now)

    def _provider(self, claim: Claim) -> PayoutProvider:
        return self.providers[claim.order.product]

    def _has_todays_terms(self, claim: Claim) -> bool:
        """Returns whether the claim has the terms of today's configuration. Wrong terms that were corrected since
        concern only claims that still have them."""
        order = claim.order
        return order.has_terms_of(self._provider(claim).order(order.mch_billno, order.openid, order.amount_fen))

    def _judge_address(self, claim: Claim, answer: Answer, switches: Switches | None, now: datetime) -> None:
        """Counts people whom risk control refuses, and holds all payouts when there are many: WeChat Pay refuses
        everybody if it does not know our address. A payment to anybody shows that it does."""
        if answer.reply is Reply.ACCEPTED and switches and switches.anyone_refused:
            self.control.forget_refused()
        if payout_decisions.reason_of(answer) is Reason.RISK_CONTROL:
            people = self.control.count_refused(payout_holds.person_mark(claim), now, now - payout_holds.REFUSED_WITHIN)
            self._hold(claim, payout_holds.hold_after_refusals(people, now))

    def _note(self, answer: Answer) -> None:
        """Records a code that we do not know, for operators; only the first time, since all workers write to one
        row."""
        if answer.is_unknown and answer.code not in self.switches().unknown_codes:
            self.control.note_code(answer.code)

    def _hold(self, claim: Claim, hold: tuple[datetime, Reason] | None) -> None:
        if hold is None or not self._may_hold(claim):
            return
        self.control.hold_payouts(*hold)
        log.error("payouts are held: %s", hold[1].value)
        self.measure({"PayoutsHeld": 1}, reason=hold[1].value)

    def _may_hold(self, claim: Claim) -> bool:
        """Returns whether an answer about the claim may hold all payouts. Answers about a smoke payment may not, nor
        about a claim of the earlier product: its failure may be the reason for the change of product."""
        return not claim.is_smoke and not self.is_finishing and claim.order.product == self.rules.product

    def _measure_doubt(self, answer: Answer) -> None:
        if answer.reply is Reply.DOUBTFUL:
            self.measure({"AnswersDoubtful": 1})
