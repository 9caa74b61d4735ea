"""The use cases of payouts with their ports, a part of `wiring.Services`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from chalicelib.domain.contest import Contest
from chalicelib.domain.payout_course import PayoutCourse
from chalicelib.ports import Clock, Measure, PayoutProvider, Ports, unmeasured
from chalicelib.settings import Settings
from chalicelib.usecases.ask_receipt import Receipts
from chalicelib.usecases.decide_payout import Decisions
from chalicelib.usecases.pay_claim import PayoutWorker
from chalicelib.usecases.reconcile_payouts import Reconciliation
from chalicelib.usecases.record_payout import PayoutRecord
from chalicelib.usecases.smoke_payments import SmokePayments
from chalicelib.usecases.take_notification import Notifications


@dataclass
class PayoutServices:
    """Each use case is made at first use."""

    contest: Contest
    settings: Settings
    ports: Ports
    clock: Clock

    @cached_property
    def payouts(self) -> PayoutWorker:
        return PayoutWorker(
            rules=self.contest.payouts,
            prizes=self.contest.prizes,
            course=self._payout_course,
            claims=self.ports.payouts,
            record=self._payout_record(self.ports.measure),
            queue=self.ports.payout_queue,
            providers=self._providers,
            control=self.ports.control,
            switches=self.ports.control.read_switches,
            pace=self.ports.pace,
            clock=self.clock,
            measure=self.ports.measure,
        )

    @cached_property
    def notifications(self) -> Notifications:
        return Notifications(self.ports.open_notice, self.ports.participants, self.payouts, self.ports.measure)

    @property
    def _payout_course(self) -> PayoutCourse:
        return PayoutCourse(self.contest.claimable_until)

    @property
    def _providers(self) -> Mapping[str, PayoutProvider]:
        """Providers by product: the one that a claim's order names pays it."""
        return {one.product: one for one in (self.ports.red_packets, self.ports.transfers)}

    @property
    def todays_provider(self) -> PayoutProvider:
        """The provider that makes the orders of new claims."""
        return self._providers[self.contest.payouts.product]

    def _payout_record(self, measure: Measure) -> PayoutRecord:
        p = self.ports
        return PayoutRecord(self.contest, p.payouts, self.clock, p.control.read_switches, measure)

    @cached_property
    def reconciliation(self) -> Reconciliation:
        p, record = self.ports, self._payout_record(unmeasured)
        return Reconciliation(
            self._payout_course,
            p.payouts,
            p.earlier_smoke_payments,
            p.payout_queue,
            record,
            self._providers,
            self.clock,
        )

    @cached_property
    def decisions(self) -> Decisions:
        return Decisions(
            self.ports.ledger,
            self.ports.payouts,
            self.ports.control,
            self._providers,
            self.clock,
            self.contest.claimable_until,
        )

    @cached_property
    def receipts(self) -> Receipts:
        p = self.ports
        return Receipts(p.participants, p.payouts, p.payout_queue, self.clock, self.contest.claimable_until)

    @cached_property
    def smoke_payments(self) -> SmokePayments:
        p = self.ports
        return SmokePayments(
            rules=self.contest.prizes,
            payouts=p.payouts,
            earlier=p.earlier_smoke_payments,
            provider=self.todays_provider,
            queue=p.payout_queue,
            followers=p.followers,
            new_id=p.new_id,
            clock=self.clock,
            monotonic=p.monotonic,
            sleep=p.sleep,
        )
