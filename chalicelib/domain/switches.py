"""The switches that operators and scheduled functions set for all instances, and their effect."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest_rules import PayoutRules, PrizeRules
from chalicelib.domain.errors import ContestPaused
from chalicelib.domain.prizes import SHARDS, PlanFacts, Prizes, facts_of, prizes_left
from chalicelib.domain.purge import PurgeState
from chalicelib.domain.quiet import quiet_until

PRIZES_DIFFER = "prizes_differ"
"""The reason for which a worker holds all payouts while its prizes are not those of the active plan."""


@dataclass(frozen=True, slots=True)
class Switches:
    paused: bool = False
    payouts_stopped: bool = False
    plan_id: str = ""
    """The active plan; empty before activation."""
    commitment: str = ""
    plan_facts: PlanFacts | None = None
    """None if the plan was activated by a version that did not record them."""
    shards: int = SHARDS
    """The active plan's."""
    exhausted: bool = False
    free_packets: int | None = None
    """As of the sweep's last count, some minutes old when there are very many; None before the first."""
    held_until: datetime | None = None
    """All payouts wait until then, because of an answer of WeChat Pay that concerned them all."""
    held_reason: str = ""
    anyone_refused: bool = False
    """Whether risk control refused somebody and nobody has been paid since."""
    unknown_codes: frozenset[str] = frozenset()
    """Codes of the payment product that this program does not know. They are kept until an operator resumes the
    payouts."""
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn: frozenset[str] = frozenset()
    """Ids of questions that operators withdrew."""
    purge: PurgeState = PurgeState.NONE
    """Whether the contest's personal data are purged."""

    def require_running(self) -> None:
        """Raises ContestPaused."""
        if self.paused:
            raise ContestPaused

    def payouts_wait(self, rules: PayoutRules, prizes: PrizeRules, now: datetime, product: str) -> bool:
        """Returns whether `product` may send nothing now: an operator stopped the payouts, they are held, or it is
        quiet hours."""
        return self.payouts_stopped or self.is_held(prizes, now) or quiet_until(now, rules, product) is not None

    def is_held(self, prizes: PrizeRules, now: datetime) -> bool:
        return self.prizes_differ(prizes) or (self.held_until is not None and now < self.held_until)

    def why_held(self, prizes: PrizeRules) -> str:
        return PRIZES_DIFFER if self.prizes_differ(prizes) else self.held_reason

    def prizes_differ(self, prizes: PrizeRules) -> bool:
        """Returns whether this instance is configured with other prizes than the active plan's."""
        return self.plan_facts not in (None, facts_of(prizes))

    def packets(self, prizes: PrizeRules) -> int:
        """Returns the active plan's number of packets; for a plan without recorded facts, the configured number."""
        return self.plan_facts.packets if self.plan_facts else prizes.packets

    def prizes(self, rules: PrizeRules) -> Prizes:
        if not self.plan_id or self.exhausted:
            return Prizes.NONE
        if self.free_packets is None:
            return Prizes.PLENTY
        return prizes_left(self.free_packets, self.packets(rules), rules.few_percent)
