"""How many claims a second one counter row allows, and the pool: simulated, since DynamoDB Local has neither conflicts
nor partitions.

The rule of conflicts is that of `transaction_conflicts.py`. A partition takes 1,000 write units a second, and so does
one item, which is on one partition (Amazon DynamoDB Developer Guide, "Burst and adaptive capacity"). A transaction's
write takes two, also if its condition fails (ibid., "Managing complex workflows with DynamoDB transactions"). A claim's
other writes have keys of their own, and are left out.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from infra.opening.limits import PARTITION_WRITES
from tests.bench.counter.counter_claim import LONGEST, PAUSE
from tests.bench.counter.transaction_conflicts import TRANSACTION, ItemId, OngoingItems

PACKETS = 100_000
AT_ONCE = (1, 4, 16, 64, 256)
READ = 0.002
"""Seconds; also of a plain write, and of a refusal."""
SECONDS = 3
COUNTER: ItemId = ("counter", "counter")
Steps = Iterator[float]
"""Seconds to wait before each next step."""


@dataclass
class Store:
    """`transaction`: seconds that a transaction takes. `claims` counts those that succeeded."""

    transaction: float
    partitions: int = 1
    now: float = 0.0
    claims: int = 0
    rng: Random = field(default_factory=lambda: Random(1))
    taken: set[int] = field(default_factory=set)
    used: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Write units by partition and second."""
    ongoing: OngoingItems = field(default_factory=OngoingItems)

    def can_write(self, partition: int, units: int) -> bool:
        place = partition, int(self.now)
        if self.used[place] + units > PARTITION_WRITES:
            return False
        self.used[place] += units
        return True

    def back_off(self, tries: int) -> float:
        return READ + self.rng.uniform(0, min(LONGEST, PAUSE * 2**tries))

    def commit(self, item: ItemId, partition: int) -> Iterator[float]:
        """Runs a transaction, repeatedly while it is refused or throttled."""
        tries = 0
        while any(self.ongoing.conflicts(TRANSACTION, [item])) or not self.can_write(partition, 2):
            tries += 1
            yield self.back_off(tries)
        self.ongoing.begin(TRANSACTION, [item])
        yield self.transaction
        self.ongoing.end(TRANSACTION, [item])


def one_transaction(store: Store) -> Steps:
    while True:
        yield from store.commit(COUNTER, 0)
        store.claims += 1


def by_number(store: Store) -> Steps:
    while True:
        number, is_taken = store.claims, False
        yield READ
        while not is_taken:
            yield from store.commit(COUNTER, 0)
            is_taken = number == store.claims
            store.claims, number = store.claims + is_taken, store.claims


def two_writes(store: Store) -> Steps:
    while True:
        tries = 0
        while not store.can_write(0, 1):
            tries += 1
            yield store.back_off(tries)
        yield 2 * READ
        store.claims += 1


def pool(store: Store) -> Steps:
    while True:
        number = store.rng.randrange(PACKETS)
        yield from store.commit(("pool", str(number)), number % store.partitions)
        store.claims += number not in store.taken
        store.taken.add(number)


def claims_a_second(work: Callable[[Store], Steps], at_once: int, store: Store) -> float:
    """Lets so many instances claim for three seconds of simulated time."""
    waiting = [(store.rng.uniform(0, READ), number, work(store)) for number in range(at_once)]
    heapq.heapify(waiting)
    while waiting[0][0] < SECONDS:
        store.now, number, instance = waiting[0]
        heapq.heapreplace(waiting, (store.now + next(instance), number, instance))
    return store.claims / SECONDS


def most_claims(work: Callable[[Store], Steps], transaction: float, partitions: int = 1) -> float:
    """The best of several numbers of instances."""
    return max(claims_a_second(work, at_once, Store(transaction, partitions)) for at_once in AT_ONCE)


def print_ceilings(transactions: Sequence[float] = (0.002, 0.005, 0.010)) -> None:
    print(
        "\nclaims a second at most, by what a transaction takes      " + "  ".join(f"{t:5.3f} s" for t in transactions)
    )
    lines = [
        ("by number", by_number, 1),
        ("in one transaction", one_transaction, 1),
        ("counter, then claim", two_writes, 1),
        ("this application, pool on 2 partitions (as created)", pool, 2),
        ("this application, pool on 8 partitions (split)", pool, 8),
    ]
    for name, work, partitions in lines:
        print(f"{name:56s}  " + "  ".join(f"{most_claims(work, t, partitions):7.0f}" for t in transactions))
