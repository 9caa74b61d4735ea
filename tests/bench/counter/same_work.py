"""Both sides' calls, conflicts and CPU for the same work: everybody claims, then everybody claims again."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from chalicelib.domain.errors import TryAgain
from tests.bench.calls import Calls, counted, counting
from tests.bench.counter.outside import OutsideWorld
from tests.bench.counter.side import Claimer, Side, no_step
from tests.bench.counter.transaction_conflicts import SimulatedConflicts

Cpu = Callable[[], float]
"""Seconds of CPU used so far."""


@dataclass
class Told:
    """What people were told, and the calls for it. `bills` has None for people who found no packet."""

    bills: dict[str, str | None] = field(default_factory=dict)
    calls: dict[str, Calls] = field(default_factory=dict)
    busy: int = 0
    """Answers `try_again`, after which the person asked again."""


@dataclass(frozen=True)
class Result:
    """CPU in seconds, by who used it."""

    name: str
    at_once: int
    first: Told
    again: Told
    seconds: float
    """Of the first part."""
    cpu: Mapping[str, float]

    @property
    def winners(self) -> list[str]:
        return [openid for openid, bill in self.first.bills.items() if bill]

    @property
    def calls_a_claim(self) -> float:
        return _mean(self.first.calls[openid].calls for openid in self.winners)

    @property
    def failed_a_claim(self) -> float:
        return _mean(self.first.calls[openid].failed for openid in self.winners)

    @property
    def most_calls(self) -> int:
        return max(self.first.calls[openid].calls for openid in self.winners)

    @property
    def calls_a_person(self) -> float:
        """With and without a packet: whoever loses to many others is refused in the end, so winners alone look
        cheap."""
        return _mean(calls.calls for calls in self.first.calls.values())

    @property
    def calls_a_repeat(self) -> float:
        return _mean(calls.calls for calls in self.again.calls.values())


def run(side: Side, people: Sequence[str], at_once: int, clocks: Mapping[str, Cpu]) -> Result:
    """`clocks` measure the CPU of application and engine. Raises AssertionError when a packet or an answer is wrong."""
    side.lay(people)
    outside = OutsideWorld()
    instances = [side.claimer(outside, no_step) for _ in range(at_once)]
    with counting(SimulatedConflicts(side.keys())), _used(clocks) as cpu:
        started = time.monotonic()
        first = _everybody(instances, people)
        seconds = time.monotonic() - started
        again = _everybody(instances, people)
    result = Result(side.name, at_once, first, again, seconds, cpu)
    bills = {openid: bill for openid, (bill, _) in side.bills().items()}
    assert bills == {openid: bill for openid, bill in first.bills.items() if bill}, "a claim that was not told"
    assert len(set(bills.values())) == len(bills), "one packet for two"
    assert first.bills == again.bills, "a repeat has another answer"
    assert side.free() == 0, "packets are left"
    return result


def _everybody(instances: Sequence[Claimer], people: Sequence[str]) -> Told:
    told, lock, waiting = Told(), Lock(), iter(people)

    def work(instance: Claimer) -> None:
        while True:
            with lock:
                openid = next(waiting, None)
            if openid is None:
                return
            instance.refresh()
            with counted() as calls:
                bill, busy = _claim(instance, openid)
            with lock:
                told.bills[openid], told.calls[openid], told.busy = bill, calls, told.busy + busy

    with ThreadPoolExecutor(len(instances)) as pool:
        list(pool.map(work, instances))
    return told


def _claim(instance: Claimer, openid: str) -> tuple[str | None, int]:
    busy = 0
    while True:
        try:
            return instance.claim(openid), busy
        except TryAgain:
            busy += 1


@contextmanager
def _used(clocks: Mapping[str, Cpu]) -> Iterator[dict[str, float]]:
    before = {name: clock() for name, clock in clocks.items()}
    used: dict[str, float] = {}
    yield used
    used |= {name: clock() - before[name] for name, clock in clocks.items()}


def _mean(numbers: Iterator[float]) -> float:
    found = list(numbers)
    return sum(found) / max(1, len(found))
