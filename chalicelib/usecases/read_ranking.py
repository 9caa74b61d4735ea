"""The public ranking of units (R19)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import NotFound
from chalicelib.domain.units import RankedUnit, rank_units
from chalicelib.ports import Control


@dataclass(frozen=True, slots=True)
class Ranking:
    counted_at: datetime | None
    """None before the first count."""
    total: int
    """All participants, also those without a unit."""
    units: list[RankedUnit]


@dataclass(frozen=True, slots=True)
class PublicRanking:
    contest: Contest
    control: Control

    def read_ranking(self) -> Ranking:
        """Ranks by the counts that the sweep last stored: one read. Raises NotFound where the organiser keeps the
        ranking private."""
        if not self.contest.reporting.ranking_public:
            raise NotFound
        stored, counted_at = self.control.dated_counts()
        counts = self.contest.reporting.by_present_name(stored)
        return Ranking(counted_at, sum(counts.values()), rank_units(self.contest.units, counts))
