"""CPU seconds of the stack's parts, from /proc, and of the citizens' client, which is this process."""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra.local.processes import Child

_KINDS = (("应用", "application"), ("DynamoDB", "engine"), ("微信模拟器", "WeChat"), ("队列任务", "workers"))
CLIENT = "client"
_TICKS = os.sysconf("SC_CLK_TCK")


def processor_seconds(parts: Iterable[Child]) -> dict[str, float]:
    """Returns user and system time by kind of part; `other` for the rest."""
    found = dict.fromkeys([kind for _, kind in _KINDS] + ["other"], 0.0)
    for part in parts:
        found[kind_of(part)] += sum(_ticks(pid) for pid in _group(part.process.pid)) / _TICKS
    return found | {CLIENT: time.process_time()}


def kind_of(part: Child) -> str:
    return next((kind for name, kind in _KINDS if part.name.startswith(name)), "other")


def machine_seconds() -> float:
    """Returns the time of all cores that was not idle, whoever used it: proc(5), the first line of /proc/stat."""
    user, nice, system, _idle, _waiting, *rest = map(
        int, Path("/proc/stat").read_text("ascii").split("\n")[0].split()[1:8]
    )
    return (user + nice + system + sum(rest)) / _TICKS


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    return {kind: after[kind] - before[kind] for kind in after}


def _group(leader: int) -> list[int]:
    return [pid for pid in map(int, filter(str.isdecimal, os.listdir("/proc"))) if _fields(pid)[2:3] == [str(leader)]]


def _ticks(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def _fields(pid: int) -> list[str]:
    """The fields after the command's name, as in proc(5): state, parent, group …; none if it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
