"""How fast a core is while the others are busy, too: the cores of a virtual machine may be threads of one."""

import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

_ROUNDS = 5


def speed_when_all_are_busy(seconds: float) -> float:
    """Returns the work that a core does in a second of its time while all are busy, as a share of what it does alone.

    Takes `seconds` ten times, on a machine that should be idle; where it is not, all are busy anyway.
    """
    cores, ratios = os.cpu_count() or 1, []
    with ProcessPoolExecutor(cores, get_context("spawn")) as pool:
        for _ in range(_ROUNDS):
            alone = pool.submit(_work_a_second, seconds).result()
            together = list(pool.map(_work_a_second, [seconds] * cores))
            ratios.append(statistics.mean(together) / alone)
    return min(1.0, statistics.median(ratios))


def busier(speed: float, busy: float) -> float:
    """Returns how fast a core is when all are busy, against its mean speed while they were `busy` (a share).

    `speed` as `speed_when_all_are_busy`.
    """
    return speed / (1 - busy * (1 - speed))


def _work_a_second(seconds: float) -> float:
    until, done = time.monotonic() + seconds, 0
    before = time.process_time()
    while time.monotonic() < until:
        done += sum(range(1_000)) > 0
    return done / (time.process_time() - before)
