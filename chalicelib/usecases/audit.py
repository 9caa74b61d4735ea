"""Gathering the books for the audit, over all tables."""

from dataclasses import dataclass, replace

from chalicelib.domain.audit import Books, Report, audit
from chalicelib.ports import Control, Ledger, Plans
from chalicelib.usecases.decide_payout import RENEW

PASSES = 3


@dataclass(frozen=True, slots=True)
class Audit:
    ledger: Ledger
    control: Control
    plans: Plans

    def __call__(self) -> Report:
        """The report. Only violations that stay from one reading to the next are in it.

        While the contest runs, what one reading sees half done, the next sees done.
        """
        report = audit(self._books())
        for _ in range(PASSES - 1):
            if not report.violations:
                break
            again = audit(self._books())
            stayed = tuple(v for v in again.violations if v in report.violations)
            report = replace(again, violations=stayed)
        return report

    def _books(self) -> Books:
        plan = self.plans.current()
        return Books(
            switches=self.control.read(),
            plan=plan,
            free=tuple(self.plans.laid(plan)) if plan else (),
            accounts=tuple(self.ledger.accounts()),
            friends=tuple(self.ledger.friends()),
            decided=frozenset(entry.about.rsplit(" ", 1)[-1] for entry in self.ledger.log() if entry.what == RENEW),
        )
