"""`./contest warm`: everything ready for the crowd, some minutes before the opening. Safe to repeat."""

import argparse
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
from infra.operator.doctor.check_runner import Check, findings, report
from infra.operator.doctor.deployment_checks import room, throughput
from infra.operator.doctor.doctor_command import BANK, MENU, NO_LAMBDA, PLAN, POOL, TABLES, chosen_target
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import HTTP_SECONDS, Target
from infra.operator.terminal import say_where

WORDS, WARMING = About("竞赛菜单"), About("预热")
COLD_SECONDS = 0.6
"""An answer below it came from an instance that was there: a start alone takes longer (docs/decisions/0005)."""
SLOW_SECONDS = 1.0
"""No participant should wait that long, however even the answers are."""


def show(arguments: argparse.Namespace) -> int:
    """Exit status 1 when anything failed. Raises OperatorError and SettingsError when no deployment is meant."""
    target = chosen_target(arguments)
    say_where(target.prefix)
    instances, most = arguments.instances, arguments.rounds
    checks = (
        Check("并发配额", lambda target: room(target, instances), NO_LAMBDA),
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
    return report(findings(checks, target))


def credentials(target: Target) -> Iterator[Finding]:
    """Has them in the shared store before the crowd asks for them.

    One that is good for more than five minutes stays: a forced refresh would make the present one invalid for all
    instances, and WeChat itself hands out the next one only in the last five minutes.
    """
    target.services.ports.account.read_menu()
    target.services.ports.account.get_js_ticket()
    yield from wechat_checks.shared(target)


def publishable(target: Target) -> Iterator[Finding]:
    """Every length of the menu was checked with the contest file."""
    _ = target.contest
    yield WORDS.ok("符合微信的限制，可以发布")
    _, lost = restorable(target.menu or {})
    if target.menu and not lost:
        yield WORDS.ok("现在的菜单可以保存，结束后能完整恢复")


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
            yield WARMING.wrong(told, "查看函数的错误与限流") if found.failures else WARMING.ok(told)
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
    """Seconds, None for no good answer."""
    try:
        together.wait(HTTP_SECONDS[1])
        begun = time.monotonic()
        answer = caller.get(address, timeout=HTTP_SECONDS, allow_redirects=False)
    except (requests.RequestException, BrokenBarrierError):
        return None
    return time.monotonic() - begun if answer.status_code == 200 else None
