"""An operator's smoke payment: owed like a claim and paid by the queue and its worker, in every phase."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.claim import TRANSFER, Claim, PayoutStatus, bill_number
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import SmokeRefused
from chalicelib.domain.operator_log import BEGIN_SMOKE
from chalicelib.domain.payout_decisions import due_now, is_not_ours
from chalicelib.domain.smoke import LEAST_FEN, MOST, is_decided, is_under_way, smoke_claim, smoke_packet
from chalicelib.ports import (
    Clock,
    EarlierSmokePayments,
    Followers,
    LogEntry,
    NewId,
    PayoutProvider,
    PayoutQueue,
    Payouts,
)

RETRY = f"{BEGIN_SMOKE} retry"
PATIENCE, PAUSE = 60.0, 2.0
"""Seconds to wait for an outcome, and between two reads."""


@dataclass(frozen=True, slots=True)
class SmokePayments:
    rules: PrizeRules
    payouts: Payouts
    earlier: EarlierSmokePayments
    provider: PayoutProvider
    queue: PayoutQueue
    followers: Followers
    new_id: NewId
    clock: Clock
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]

    def start_smoke_payment(
        self, openid: str, amount_fen: int | None, who: str, again: bool = False, why: str = ""
    ) -> Claim:
        """Begins the first payment, or continues the last one; with `again`, begins another.

        A payment that is not decided afterwards has a job on the queue. Raises SmokeRefused, and TryAgain when the
        store is silent: the same command may be repeated.
        """
        made = self.payouts.smoke_payments()
        if not made or (again and not is_under_way(made[-1])):
            payment = self._new(len(made) + 1, openid, LEAST_FEN if amount_fen is None else amount_fen)
            return self._begin(payment, self._entry(payment, who, BEGIN_SMOKE, why))
        last = made[-1]
        if again:
            raise SmokeRefused("smoke_under_way")
        if last.openid != openid:
            raise SmokeRefused("smoke_other_person")
        if amount_fen not in (None, last.order.amount_fen):
            raise SmokeRefused("smoke_other_amount")
        return self._go_on(last, self._entry(last, who, RETRY, why))

    def wait_for_outcome(self, started: Claim) -> Claim:
        """Returns the payment once WeChat Pay has answered and no worker has it, or when a minute has passed."""
        payment, give_up_at = started, self.monotonic() + PATIENCE
        while not is_decided(payment) and self.monotonic() < give_up_at:
            is_being_sent = payment.status is PayoutStatus.SENDING and not payment.reason
            if payment.revision > started.revision and not is_being_sent:
                break
            self.sleep(PAUSE)
            payment = self.payouts.find_claim(started.ref) or payment
        return payment

    def all_smoke_payments(self) -> list[Claim]:
        """Returns them oldest first, those from before they were claims too."""
        return [*self.earlier.all(), *self.payouts.smoke_payments()]

    def _new(self, number: int, openid: str, amount_fen: int) -> Claim:
        if self.provider.product == TRANSFER:  # needs the page, to confirm the receipt
            raise SmokeRefused("smoke_on_request")
        if not LEAST_FEN <= amount_fen <= self.rules.max_fen:
            raise SmokeRefused("smoke_amount")
        if number + len(self.earlier.all()) > MOST:
            raise SmokeRefused("smoke_ceiling")
        follower = self.followers.find_follower(openid)  # else only WeChat Pay would find a mistyped openid
        if follower is None or not follower.subscribed:
            raise SmokeRefused("smoke_no_follower")
        packet = smoke_packet(number, self.new_id(), amount_fen)
        order = self.provider.order(bill_number(packet), openid, amount_fen)
        return smoke_claim(packet, self.new_id(), order, self.clock())

    def _begin(self, payment: Claim, entry: LogEntry) -> Claim:
        if not self.payouts.put_smoke_payment(payment, entry):
            raise SmokeRefused("smoke_changed")
        self.queue.put_payout(payment.ref)
        return payment

    def _go_on(self, last: Claim, entry: LogEntry) -> Claim:
        if is_not_ours(last):
            raise SmokeRefused("smoke_not_ours")
        if last.status is PayoutStatus.PARKED:
            retried = self.payouts.replace_claim(last, due_now(last, self.clock()), entry)
            if retried is None:
                raise SmokeRefused("smoke_changed")
            last = retried
        if not is_decided(last):
            self.queue.put_payout(last.ref)
        return last

    def _entry(self, payment: Claim, who: str, what: str, why: str) -> LogEntry:
        fen = str(payment.order.amount_fen)
        return LogEntry(self.clock(), who, what, payment.order.mch_billno, new=fen, reason=why)
