"""Reads all tables for the audit."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.audit import Books, Report, audit
from chalicelib.domain.operator_log import Fingerprint, begun_numbers, fingerprint, renewed_numbers
from chalicelib.ports import Control, EarlierSmokePayments, Ledger, Payouts, Plans

PASSES = 3


@dataclass(frozen=True, slots=True)
class Audit:
    ledger: Ledger
    control: Control
    plans: Plans
    payouts: Payouts
    earlier: EarlierSmokePayments

    def audit_books(self) -> Report:
        """Returns the report, with only those violations that every reading shows.

        While the contest runs, one reading may find a change half done; the next one finds it complete.
        """
        report = audit(self._books())
        for _ in range(PASSES - 1):
            if not report.violations:
                break
            again = audit(self._books())
            stayed = tuple(v for v in again.violations if v in report.violations)
            report = replace(again, violations=stayed)
        return report

    def log_fingerprint(self, until: datetime) -> Fingerprint:
        """Of the log's entries up to a moment."""
        return fingerprint(entry for entry in self.ledger.log_entries() if entry.at <= until)

    def _books(self) -> Books:
        plan = self.plans.current_plan()
        log = tuple(self.ledger.log_entries())
        return Books(
            switches=self.control.read_switches(),
            plan=plan,
            free=tuple(self.plans.laid_packets(plan)) if plan else (),
            accounts=tuple(self.ledger.all_accounts()),
            friends=tuple(self.ledger.counted_friends()),
            decided=renewed_numbers(log),
            smoke=(*self.earlier.all(), *self.payouts.smoke_payments()),
            smoke_begun=begun_numbers(log),
        )
