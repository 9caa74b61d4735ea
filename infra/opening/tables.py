"""DynamoDB: what the partitions of a table or an index take, evenly by people's keys or by a few shards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from infra.opening.crowd import STEP
from infra.opening.limits import (
    NEW_TABLE_WRITES,
    PARTITION_WRITES,
    PEAK_FACTOR,
    PEAK_SECONDS,
    SPLIT_SECONDS,
    TABLE_WRITES,
)

EVEN = 0.85
"""Of the partitions' sum: AWS does not spread keys evenly. An assumption."""
COUNTED_SHARDS = 16
"""Of `participants-counted`: docs/architecture.md."""


@dataclass(slots=True)
class Table:
    """A table or index. `shards`: how many keys take its writes; 0 where each person has an own key.

    A partition that was throttled for SPLIT_SECONDS is split; then each shard has its own. `most`: the account's quota.
    """

    name: str
    warm_writes: float = NEW_TABLE_WRITES
    shards: int = 0
    most: float = TABLE_WRITES
    throttled_units: float = 0.0
    peak: float = 0.0
    _throttled_steps: int = 0
    _older_peak: float = 0.0
    _shares: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spread(max(1, round(self.warm_writes / PARTITION_WRITES)))

    def take(self, units: float) -> float:
        """Takes one step's write units; returns the share that it accepts."""
        if units <= 0:
            return 1.0
        self.peak = max(self.peak, units / STEP)
        accepted = min(self._partitions(units), self.most * STEP)
        if accepted < units * (1 - 1e-9):
            self.throttled_units += units - accepted
            self._throttled_steps += 1
            if self._throttled_steps * STEP >= SPLIT_SECONDS:
                self._split()
        return accepted / units

    def grow(self, seconds: float) -> None:
        """After half an hour an on-demand table takes twice its previous peak."""
        if seconds % PEAK_SECONDS < STEP and not self.shards:
            ready = min(self.most, PEAK_FACTOR * min(self.peak, self.warm_writes))
            if ready > self.warm_writes:
                self.warm_writes = ready
                self._spread(round(ready / PARTITION_WRITES))

    def _partitions(self, units: float) -> float:
        if not self.shards:
            return min(units, EVEN * len(self._shares) * PARTITION_WRITES * STEP)
        return sum(min(units * share, PARTITION_WRITES * STEP) for share in self._shares)

    def _spread(self, partitions: int) -> None:
        if self.shards:
            dice, on = Random(1), [0] * partitions
            for _ in range(self.shards):
                on[dice.randrange(partitions)] += 1
            self._shares = [count / self.shards for count in on if count]
        else:
            self._shares = [1 / partitions] * partitions

    def _split(self) -> None:
        self._throttled_steps = 0
        if self.shards:
            self._shares = [1 / self.shards] * self.shards
        else:
            self._spread(2 * len(self._shares))


def tables(warm_writes: float, shards: int, most: float) -> Mapping[str, Table]:
    """By name, those that people's calls write. Without `shards`, each write has a key of its own."""
    writes = max(warm_writes, NEW_TABLE_WRITES)
    few = {"pool": shards, "payouts-due": shards, "participants-counted": shards and max(COUNTED_SHARDS, 2 * shards)}
    names = ("participants", "followers", "pool", "payouts-due", "claims-by-packet", "participants-counted")
    return {name: Table(name, writes, few.get(name, 0), most) for name in names}
