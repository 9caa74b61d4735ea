"""What the model of this machine takes as measured, all of it before the crowd that it predicts."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from infra.local.processes import Child
from infra.local.starter import Size
from infra.opening.machine import Outcome, Part, Profile
from infra.percentiles import percentile
from infra.rehearsal.journal import Journal
from infra.rehearsal.phone import Phone, Place, Refused
from tests.load.core_speed import busier
from tests.load.processor_time import CLIENT, kind_of, processor_seconds, spent

WORKERS, ENGINE = "workers", "engine"
_AT_ONCE = 20
_LEAST_SECONDS = 0.0005
"""CPU of a part for a person: /proc counts in hundredths, and a part may have none in a small crowd."""
_LEAST_CORES = 0.1
_NICE = 5
_LOOK_SECONDS, _MOST_LOOKS, _QUIET = 0.5, 40, 0.5

Parts = Callable[[], Sequence[Child]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """One that has gone. `took`: seconds from the first arrival to the last answer; `cpu`: seconds by kind of part;
    `others`: cores that other programs used meanwhile."""

    journal: Journal
    took: float
    cpu: Mapping[str, float]
    others: float


def give_way(parts: Sequence[Child]) -> None:
    """Lets the citizens' client run first: phones have processors of their own. Each part has a session of its own,
    which the kernel may weigh as a whole (sched(7), autogroup)."""
    for part in parts:
        os.setpriority(os.PRIO_PGRP, part.process.pid, _NICE)
        with suppress(OSError):
            Path(f"/proc/{part.process.pid}/autogroup").write_text(str(_NICE), encoding="ascii")


async def cores_at_rest(parts: Parts, seconds: float) -> dict[str, float]:
    """Returns the cores in use with nobody there, by kind of part: queues are polled, schedules are looked at. First
    waits until the parts have started."""
    for _ in range(_MOST_LOOKS):
        if sum((await _cores(parts, _LOOK_SECONDS)).values()) < _QUIET:
            break
    return await _cores(parts, seconds)


async def _cores(parts: Parts, seconds: float) -> dict[str, float]:
    before, began = processor_seconds(parts()), time.monotonic()
    await asyncio.sleep(seconds)
    took = time.monotonic() - began
    return {kind: value / took for kind, value in spent(before, processor_seconds(parts())).items()}


async def refusal_seconds(place: Place, parts: Parts, count: int) -> float:
    """Returns the CPU of a request that the gateway refuses by itself: here one with a method that no route has."""
    before = processor_seconds(parts())
    for _ in range(0, count, _AT_ONCE):
        await asyncio.gather(*(_be_refused(place) for _ in range(_AT_ONCE)))
    rounds = -(-count // _AT_ONCE)
    found = spent(before, processor_seconds(parts()))
    return (found[CLIENT] + found["application"]) / (rounds * _AT_ONCE)


async def _be_refused(place: Place) -> None:
    phone = Phone(place, Journal(), Random(1))
    try:
        with suppress(Refused):
            await phone.once("refusal", "PUT", "/healthz")
    finally:
        await phone.browser.close()


def profile(
    crowd: Crowd, rest: Mapping[str, float], people: int, size: Size, refusal: float, processes: Counter[str],
    speed: float,
) -> Profile:  # fmt: skip
    """`crowd`: of `people`, undisturbed. `rest`: as `cores_at_rest`; `speed`: as `speed_when_all_are_busy`."""
    cores, cpu = float(os.cpu_count() or 1), crowd.cpu
    slower = 1 / busier(speed, min(1.0, (sum(cpu.values()) / crowd.took + crowd.others) / cores))
    each = {kind: max(_LEAST_SECONDS, slower * (cpu[kind] - rest[kind] * crowd.took) / people) for kind in cpu}
    most = {kind: cores if kind == ENGINE else float(max(1, processes[kind])) for kind in each}
    parts = {kind: Part(seconds, most[kind]) for kind, seconds in each.items()}
    workers = parts.pop(WORKERS)
    waiting = size.most_waiting or 0
    left = max(_LEAST_CORES, cores - sum(rest.values()))
    return Profile(left, parts, workers, refusal, size.instances * (1 + waiting))


def processes(parts: Sequence[Child]) -> Counter[str]:
    return Counter(kind_of(part) for part in parts)


def outcome(crowd: Crowd) -> Outcome:
    journal, seconds = crowd.journal, crowd.took
    refused = sum(count for (_, code), count in journal.failures.items() if code == "try_again")
    packet = sorted(journal.seconds.get("claim", []))
    p50, p99 = (percentile(packet, share) or 0.0 for share in (0.5, 0.99))
    return Outcome(journal.done / seconds, journal.requests / seconds, refused / journal.requests, p50, p99)
