"""A count of the participants that may take several runs: some shards in each, one after another."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CountRound:
    """The first `shards` shards are counted."""

    begun_at: datetime
    """No shard was counted before."""
    shards: int = 0
    people: Mapping[str, int] = field(default_factory=dict)
    """The people in the counted shards, by reporting unit ("" for none)."""

    @property
    def size(self) -> int:
        return sum(self.people.values())

    def with_next(self, found: Mapping[str, int]) -> "CountRound":
        """Adds the people of the next shard."""
        return CountRound(self.begun_at, self.shards + 1, dict(Counter(self.people) + Counter(found)))
