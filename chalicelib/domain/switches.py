"""Switches that operators and scheduled functions set for all instances, and what they refuse."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest_rules import PayoutRules, PrizeRules
from chalicelib.domain.errors import ContestPaused
from chalicelib.domain.prizes import Prizes, prizes_left
from chalicelib.domain.quiet import quiet_until


@dataclass(frozen=True, slots=True)
class Switches:
    paused: bool = False
    payouts_stopped: bool = False
    plan_id: str = ""
    """The active plan; empty before activation."""
    commitment: str = ""
    exhausted: bool = False
    free_packets: int | None = None
    """As of the last count (by the sweep, each minute); None before the first."""
    held_until: datetime | None = None
    """All payouts wait until then, because of an answer of WeChat Pay that concerned them all."""
    held_reason: str = ""
    unknown_codes: frozenset[str] = frozenset()
    """Codes of the payment product that nobody has seen before, until an operator resumes the payouts."""
    opened_at: datetime | None = None
    closed_at: datetime | None = None

    def require_running(self) -> None:
        """Raises ContestPaused."""
        if self.paused:
            raise ContestPaused

    def payouts_wait(self, rules: PayoutRules, now: datetime) -> bool:
        """Whether nothing is sent now: stopped by an operator, held after an answer, or in quiet hours."""
        held = self.held_until is not None and now < self.held_until
        return self.payouts_stopped or held or quiet_until(now, rules) is not None

    def prizes(self, rules: PrizeRules) -> Prizes:
        if not self.plan_id or self.exhausted:
            return Prizes.NONE
        return Prizes.PLENTY if self.free_packets is None else prizes_left(self.free_packets, rules)
