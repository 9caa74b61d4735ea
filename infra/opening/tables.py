"""DynamoDB: what the partitions of a table or an index take, evenly by people's keys or by a few shards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from chalicelib.domain.prizes import counted_shards
from infra.opening.crowd import STEP
from infra.opening.limits import (
    NEW_TABLE_READS,
    NEW_TABLE_WRITES,
    PARTITION_READS,
    PARTITION_WRITES,
    PEAK_FACTOR,
    PEAK_SECONDS,
    SPLIT_SECONDS,
    TABLE_READS,
    TABLE_WRITES,
)

EVEN = 0.85
"""Of the partitions' sum: AWS does not spread keys evenly. An assumption."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Shares of one step's units."""

    writes: float
    reads: float


@dataclass(slots=True)
class Table:
    """A table or index. `shards`: how many keys take its writes; 0 where each person has an own key.

    A partition that was throttled for SPLIT_SECONDS is split; then each shard has its own. `most` and `most_reads`: the
    account's quotas. Reads, which are of people's own keys, meet only the partitions' limit.
    """

    name: str
    warm_writes: float = NEW_TABLE_WRITES
    shards: int = 0
    most: float = TABLE_WRITES
    warm_reads: float = NEW_TABLE_READS
    most_reads: float = TABLE_READS
    throttled_units: float = 0.0
    peak: float = 0.0
    peak_reads: float = 0.0
    _throttled_steps: int = 0
    _shares: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._spread(max(1, round(max(self.warm_writes / PARTITION_WRITES, self.warm_reads / PARTITION_READS))))

    def take(self, writes: float, reads: float = 0.0) -> Accepted:
        """Takes one step's units."""
        self.peak, self.peak_reads = max(self.peak, writes / STEP), max(self.peak_reads, reads / STEP)
        accepted = min(self._partitions(writes), self.most * STEP)
        read = min(reads, EVEN * len(self._shares) * PARTITION_READS * STEP, self.most_reads * STEP)
        if accepted < writes * (1 - 1e-9) or read < reads * (1 - 1e-9):
            self.throttled_units += writes - accepted + reads - read
            self._throttled_steps += 1
            if self._throttled_steps * STEP >= SPLIT_SECONDS:
                self._split()
        return Accepted(accepted / writes if writes else 1.0, read / reads if reads else 1.0)

    def grow(self, seconds: float) -> None:
        """After half an hour an on-demand table takes twice its previous peak."""
        if seconds >= PEAK_SECONDS and seconds % PEAK_SECONDS < STEP and not self.shards:
            ready = min(self.most, PEAK_FACTOR * min(self.peak, self.warm_writes))
            if ready > self.warm_writes:
                self.warm_writes = ready
                self._spread(max(len(self._shares), round(ready / PARTITION_WRITES)))

    def _partitions(self, writes: float) -> float:
        if not self.shards:
            return min(writes, EVEN * len(self._shares) * PARTITION_WRITES * STEP)
        return sum(min(writes * share, PARTITION_WRITES * STEP) for share in self._shares)

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


@dataclass(frozen=True, slots=True)
class Throughput:
    """Units a second of every table and index: warmed before the opening, and the account's quotas."""

    warm_writes: float = NEW_TABLE_WRITES
    warm_reads: float = NEW_TABLE_READS
    most_writes: float = TABLE_WRITES
    most_reads: float = TABLE_READS


def tables(through: Throughput, shards: int) -> Mapping[str, Table]:
    """By name, those that people's calls use. Without `shards`, each write has a key of its own."""
    few = {"pool": shards, "payouts-due": shards, "participants-counted": counted_shards(shards)}
    names = ("participants", "followers", "pool", "payouts-due", "claims-by-packet", "participants-counted")
    writes, reads = max(through.warm_writes, NEW_TABLE_WRITES), max(through.warm_reads, NEW_TABLE_READS)
    return {
        name: Table(name, writes, few.get(name, 0), through.most_writes, reads, through.most_reads) for name in names
    }
