"""The public ranking of units (R19)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import NotFound
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.units import RankedUnit, rank_units
from chalicelib.ports import Clock, Control


@dataclass(frozen=True, slots=True)
class Ranking:
    counted_at: datetime | None
    """None before the first count."""
    total: int
    """All participants, also those without a unit."""
    units: list[RankedUnit]
    final: LastTotals | None
    """The whole contest's totals, once they were counted after its end."""


@dataclass(frozen=True, slots=True)
class PublicRanking:
    contest: Contest
    control: Control
    clock: Clock

    def read_ranking(self) -> Ranking:
        """Ranks by the counts that the sweep last stored: one read, and one more after the end.

        Raises NotFound where the organiser keeps the ranking private.
        """
        if not self.contest.reporting.ranking_public:
            raise NotFound
        stored, counted_at = self.control.dated_counts()
        counts = self.contest.reporting.by_present_name(stored)
        return Ranking(counted_at, sum(counts.values()), rank_units(self.contest.units, counts), self._final())

    def _final(self) -> LastTotals | None:
        ended_at = self.contest.window.closes_at
        found = self.control.last_totals() if self.clock() >= ended_at else None
        return found if found and found.at >= ended_at and found.claimed_fen is not None else None
