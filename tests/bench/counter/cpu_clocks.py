"""The CPU of a child and all its processes, from /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

from infra.local.processes import Child
from tests.bench.counter.same_work import Cpu

TICKS = os.sysconf("SC_CLK_TCK")
GROUP, USER, SYSTEM = 2, 11, 12
"""Fields of /proc/PID/stat after the name, which is in brackets: see proc(5)."""


def engine_clock(engine: Child) -> Cpu:
    """A clock of the child's process group, in seconds."""
    group = str(engine.process.pid)
    pids = [stat.parent for stat in Path("/proc").glob("[0-9]*/stat") if _fields(stat)[GROUP : GROUP + 1] == [group]]
    assert pids, "the engine is not running"

    def clock() -> float:
        ticks: Iterator[int] = (sum(map(int, _fields(pid / "stat")[USER : SYSTEM + 1])) for pid in pids)
        return sum(ticks) / TICKS

    return clock


def _fields(stat: Path) -> list[str]:
    """Empty for a process that ended meanwhile."""
    try:
        return stat.read_text().rpartition(")")[2].split()
    except OSError:
        return []
