"""`./contest warm`: warms the functions up some minutes before the opening. Safe to repeat."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from threading import Barrier, BrokenBarrierError

import requests

from chalicelib.domain.menu import restorable
from infra.operator.doctor import wechat_checks
from infra.operator.doctor.check_runner import Check
from infra.operator.doctor.deployment_checks import spare_concurrency, throughput
from infra.operator.doctor.doctor_checks import BANK, MENU, NO_LAMBDA, PLAN, POOL, TABLES
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import HTTP_SECONDS, Target

WORDS, WARMING = About("竞赛菜单"), About("预热")
COLD_SECONDS = 0.6
"""A faster answer came from a warm instance: a cold start alone takes longer (docs/decisions/0005)."""
SLOW_SECONDS = 1.0
"""Answers this slow are never warm, however uniform they are."""


def checks(instances: int, most: int) -> tuple[Check, ...]:
    """Returns the checks that warm `instances` up in at most `most` rounds, and see what the opening needs."""
    return (
        Check("并发配额", lambda target: spare_concurrency(target, instances), NO_LAMBDA),
        TABLES,
        Check("预热吞吐", throughput, "DynamoDB Local 没有容量可言"),
        Check("预热", lambda target: rounds(target, instances, most), seconds=sum(HTTP_SECONDS) * (most + 1)),
        Check("共用的凭证", credentials),
        Check("竞赛菜单", publishable),
        MENU,
        PLAN,
        POOL,
        BANK,
    )


def credentials(target: Target) -> Iterator[Finding]:
    """Gets the credentials into the shared store before participants need them.

    A credential valid for over five minutes is kept: a forced refresh would invalidate it for all instances, and
    WeChat issues the next one only in the last five minutes.
    """
    target.services.ports.account.read_menu()
    target.services.ports.account.get_js_ticket()
    yield from wechat_checks.shared(target)


def publishable(target: Target) -> Iterator[Finding]:
    """Reports that the contest menu can be published: loading the contest file checks its limits."""
    _ = target.contest
    yield WORDS.ok("符合微信的限制，可以发布")
    _, lost = restorable(target.menu or {})
    if target.menu and not lost:
        yield WORDS.ok("现在的菜单可以保存，结束后能完整恢复")


@dataclass(frozen=True, slots=True)
class Round:
    """The outcome of one round. `seconds`: the duration of each successful request."""

    seconds: tuple[float, ...]
    failures: int

    def __str__(self) -> str:
        text = f"{len(self.seconds) + self.failures} 个请求，失败 {self.failures}"
        return f"{text}，中位 {median(self.seconds):.2f} 秒，最长 {max(self.seconds):.2f} 秒" if self.seconds else text


def is_warm(found: Round, first: bool) -> bool:
    """Returns whether no request met a cold start: all were fast, or about equally slow because of a slow connection.

    In the first round all may be equally slow because all start. Beyond SLOW_SECONDS tables may be throttled.
    """
    if found.failures or not found.seconds:
        return False
    slowest = max(found.seconds)
    return slowest < COLD_SECONDS or (not first and slowest < 2 * min(found.seconds) and slowest <= SLOW_SECONDS)


def rounds(target: Target, instances: int, most: int) -> Iterator[Finding]:
    """Sends rounds of concurrent requests until all instances are warm.

    GET /api/contest reads the switches, which also opens the instance's connections. Each caller keeps its connection:
    from the second round on, no handshake spreads the requests over time.
    """
    with ExitStack() as stack, ThreadPoolExecutor(instances) as threads:
        callers = [stack.enter_context(requests.Session()) for _ in range(instances)]
        for number in range(1, most + 1):
            found = _round(threads, callers, f"{target.url}/api/contest")
            text = f"第 {number} 轮：{found}"
            yield WARMING.wrong(text, "查看函数的错误与限流") if found.failures else WARMING.ok(text)
            if is_warm(found, first=number == 1):
                yield WARMING.ok(f"{instances} 个同时的请求都没有遇到冷启动；几分钟无人访问后会变冷，开幕前可再执行")
                return
    yield WARMING.warning(f"{most} 轮之后仍有慢的回答", "再执行一次；仍然如此则检查函数耗时和网络")


def _round(threads: ThreadPoolExecutor, callers: Sequence[requests.Session], address: str) -> Round:
    together = Barrier(len(callers))
    took = list(threads.map(lambda caller: _ask(caller, address, together), callers))
    good = tuple(seconds for seconds in took if seconds is not None)
    return Round(good, failures=len(took) - len(good))


def _ask(caller: requests.Session, address: str, together: Barrier) -> float | None:
    """Returns the duration in seconds, or None on failure."""
    try:
        together.wait(HTTP_SECONDS[1])
        begun = time.monotonic()
        answer = caller.get(address, timeout=HTTP_SECONDS, allow_redirects=False)
    except (requests.RequestException, BrokenBarrierError):
        return None
    return time.monotonic() - begun if answer.status_code == 200 else None
