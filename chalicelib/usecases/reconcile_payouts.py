"""Queries WeChat Pay about all payouts that are not final, and compares payments with the merchant's statement."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain import payout_decisions
from chalicelib.domain.claim import PAID, Claim, ClaimRef, PayoutStatus, numbers_until
from chalicelib.domain.payout_course import PayoutCourse
from chalicelib.domain.payout_decisions import Answer, Step
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.smoke import is_smoke_number
from chalicelib.domain.statement import Statement
from chalicelib.ports import Clock, EarlierSmokePayments, PayoutProvider, PayoutQueue, Payouts
from chalicelib.usecases.record_payout import PayoutRecord


@dataclass(frozen=True, slots=True)
class Difference:
    claim_id: str
    ours: PayoutStatus
    theirs: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    course: PayoutCourse
    claims: Payouts
    earlier: EarlierSmokePayments
    queue: PayoutQueue
    record: PayoutRecord
    providers: Mapping[str, PayoutProvider]
    """By product."""
    clock: Clock

    def queue_queries(self) -> int:
        """Queues a query for every payout that is not final, each morning; the workers send them at their own rate.

        Returns how many jobs were queued. A worker that finds a difference logs it.
        """
        return sum(self.queue.put_payout(ref, ask=True) for ref in self._to_ask())

    def _to_ask(self) -> Iterator[ClaimRef]:
        """Leaves out transfers that rest until their winner asks: thousands of jobs would keep the workers from winners
        each morning."""
        until = self.course.claimable_until
        is_over = self.clock() >= until
        return (claim.ref for claim in self.claims.waiting_claims() if is_over or claim.due_at != until)

    def reconcile_payouts(self, progress: Callable[[int], None]) -> Iterator[Difference]:
        """The operator's reconciliation: queries at once, records the answers and reports the differences."""
        for count, ref in enumerate(self._to_ask(), start=1):
            if difference := self._one(ref):
                yield difference
            progress(count)
        for payment in self.earlier.all():
            if self._is_asked(payment) and (difference := self._earlier(payment)):
                yield difference

    def _one(self, ref: ClaimRef) -> Difference | None:
        claim = self.claims.find_claim(ref)
        if claim is None or not self._is_asked(claim):
            return None
        if claim.order.is_of_another(lambda: self._provider(claim).payer):
            return None
        answer = self._provider(claim).query(claim.order)
        self.record.record_payout(claim, self.course.after_query(claim, answer, self.clock()))
        return _difference(claim, answer)

    def _provider(self, claim: Claim) -> PayoutProvider:
        return self.providers[claim.order.product]

    def _is_asked(self, claim: Claim) -> bool:
        return self.course.first_step(claim, self.clock(), ask=True) is Step.ASK

    def _earlier(self, payment: Claim) -> Difference | None:
        """Queries a smoke payment of the earlier kind. It is in no queue and no index, so nothing else queries it."""
        answer = self._provider(payment).query(payment.order)
        self.earlier.record_earlier(payment, payout_decisions.after_query(payment, answer, self.clock()))
        return _difference(payment, answer)


def _difference(claim: Claim, answer: Answer) -> Difference | None:
    theirs = payout_decisions.STATUS_OF.get(answer.reply)
    return None if theirs in (None, claim.status) else Difference(claim.claim_id, claim.status, answer.reply.value)


def against_statement(
    claims: Iterable[Claim],
    statement: Statement,
    returned: Collection[str] = (),
) -> list[str]:
    """Describes for operators how our payments differ from the merchant's statement.

    A renewed claim keeps its earlier numbers. `returned` are further numbers whose money came back, as an earlier or
    later statement shows.
    """
    found, ours = [], dict[str, int]()
    for claim in claims:
        numbers = numbers_until(claim.order.mch_billno)
        ours |= dict.fromkeys(numbers, claim.order.amount_fen)
        gone = {*returned, *claim.unconfirmed}
        came_back = {n for n in numbers if n in gone or statement.is_returned(n, claim.order.amount_fen)}
        kept = [number for number in numbers if number in statement.paid and number not in came_back]
        found += _otherwise(claim, statement, kept, came_back)
        if len(kept) > 1:
            found.append(f"{'、'.join(kept)}：是同一个红包先后的单号，对账单中都已付款")
    for number, fen in statement.paid.items():
        if number not in ours:
            found.append(f"{number}：对账单中有 {fen} 分，{_whose(number)}")
        elif ours[number] != fen:
            found.append(f"{number}：对账单 {fen} 分，我方 {ours[number]} 分")
    return found + _returned_in_part(ours, statement)


def _otherwise(ours: Claim, statement: Statement, kept: list[str], came_back: Collection[str]) -> list[str]:
    """Compares a claim's status with the statement: WeChat Pay must have paid exactly the claims that we recorded as
    paid.

    `kept` are the claim's numbers whose money left and did not come back. A claim that an operator settled was not paid
    by WeChat Pay. Refunded money left before it came back, perhaps in another statement. While a transfer waits for its
    winner, the statement may or may not contain its money.
    """
    number = ours.order.mch_billno
    if ours.is_on_request and ours.status is PayoutStatus.SENT:
        return []
    if ours.status in PAID and ours.reason != Reason.SETTLED:
        if number in came_back:
            return [f"{number}：我方记为 {ours.status.value}，对账单中已退回"]
        return [] if number in statement.paid else [f"{number}：我方记为 {ours.status.value}，对账单中没有"]
    if ours.status in (PayoutStatus.REFUNDED, PayoutStatus.RELEASED):
        return []
    record = f"{ours.status.value} {ours.reason}".strip()
    return [f"{number}：我方记为 {record}，对账单中已付款" for number in kept]


def _returned_in_part(ours: Mapping[str, int], statement: Statement) -> list[str]:
    sums = [(n, statement.paid.get(n, ours[n]), fen) for n, fen in statement.returned.items() if n in ours]
    return [f"{number}：对账单 {whole} 分，只退回 {fen} 分" for number, whole, fen in sums if fen < whole]


def _whose(number: str) -> str:
    return "是体验红包，但这场竞赛没有记录" if is_smoke_number(number) else "我方没有这个单号"
