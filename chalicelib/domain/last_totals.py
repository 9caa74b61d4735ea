"""The totals of the last audit, for the overview: computing them requires reading all data."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LastTotals:
    """`by_state` is a payout state's name -> number of claims."""

    at: datetime
    attempts: int
    by_state: Mapping[str, int]


def totals_text(found: LastTotals) -> str:
    return json.dumps(asdict(found) | {"at": found.at.isoformat()})


def totals_of(text: str) -> LastTotals:
    read = json.loads(text)
    return LastTotals(datetime.fromisoformat(read["at"]), read["attempts"], read["by_state"])
