"""The totals of the last audit or of the desk's last count: computing them requires reading all data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from chalicelib.domain.claim import PayoutStatus


@dataclass(frozen=True, slots=True)
class LastTotals:
    """`by_state` is a payout state's name -> number of claims."""

    at: datetime
    attempts: int
    by_state: Mapping[str, int]
    claimed_fen: int | None = None
    """The sum of all claims, without released ones; None from an earlier version."""

    @property
    def packets(self) -> int:
        """The packets that were opened."""
        return sum(number for state, number in self.by_state.items() if state != PayoutStatus.RELEASED)


def totals_text(found: LastTotals) -> str:
    return json.dumps(asdict(found) | {"at": found.at.isoformat()})


def totals_of(text: str) -> LastTotals:
    read = json.loads(text)
    return LastTotals(datetime.fromisoformat(read["at"]), read["attempts"], read["by_state"], read.get("claimed_fen"))
