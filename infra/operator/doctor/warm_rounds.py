"""Many requests at once, round after round, until no instance has to start for them any more."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from threading import Barrier, BrokenBarrierError

import requests

from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import HTTP_SECONDS, Target

ABOUT = About("预热")
COLD_SECONDS = 0.6
"""An answer below it came from an instance that was there: a start alone takes longer (docs/decisions/0005)."""
SLOW_SECONDS = 1.0
"""No participant should wait that long, however even the answers are."""


@dataclass(frozen=True, slots=True)
class Round:
    """`seconds`: how long each good answer took."""

    seconds: tuple[float, ...]
    failures: int

    def __str__(self) -> str:
        told = f"{len(self.seconds) + self.failures} 个请求，失败 {self.failures}"
        return f"{told}，中位 {median(self.seconds):.2f} 秒，最长 {max(self.seconds):.2f} 秒" if self.seconds else told


def is_warm(found: Round, first: bool) -> bool:
    """Whether nobody met a cold start. On a slow line all answers take alike; at first, when all start, too.

    Answers that are slow as well as alike tell neither a line from a start nor from throttled tables: not warm.
    """
    if found.failures or not found.seconds:
        return False
    slowest = max(found.seconds)
    return slowest < COLD_SECONDS or (not first and slowest < 2 * min(found.seconds) and slowest <= SLOW_SECONDS)


def rounds(target: Target, instances: int, most: int) -> Iterator[Finding]:
    """GET /api/contest reads the switches, so that an instance makes its connections too.

    Each caller keeps its connection: from the second round on, no handshake spreads the requests over time.
    """
    with ExitStack() as stack, ThreadPoolExecutor(instances) as threads:
        callers = [stack.enter_context(requests.Session()) for _ in range(instances)]
        for number in range(1, most + 1):
            found = _round(threads, callers, f"{target.url}/api/contest")
            told = f"第 {number} 轮：{found}"
            yield ABOUT.wrong(told, "查看函数的错误与限流") if found.failures else ABOUT.ok(told)
            if is_warm(found, first=number == 1):
                yield ABOUT.ok(f"{instances} 个同时的请求都没有遇到冷启动；几分钟无人访问后会变冷，开幕前可再执行")
                return
    yield ABOUT.warning(f"{most} 轮之后仍有慢的回答", "再执行一次；仍然如此则检查函数耗时和网络")


def _round(threads: ThreadPoolExecutor, callers: Sequence[requests.Session], address: str) -> Round:
    together = Barrier(len(callers))
    took = list(threads.map(lambda caller: _ask(caller, address, together), callers))
    good = tuple(seconds for seconds in took if seconds is not None)
    return Round(good, failures=len(took) - len(good))


def _ask(caller: requests.Session, address: str, together: Barrier) -> float | None:
    """Seconds, None for no good answer."""
    try:
        together.wait(HTTP_SECONDS[1])
        begun = time.monotonic()
        answer = caller.get(address, timeout=HTTP_SECONDS, allow_redirects=False)
    except (requests.RequestException, BrokenBarrierError):
        return None
    return time.monotonic() - begun if answer.status_code == 200 else None
