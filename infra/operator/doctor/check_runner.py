"""Runs checks one after the other, each within its time, none stopped by another's fault; and prints what they find."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread

import requests
from botocore.exceptions import ClientError

from chalicelib.adapters.logs import where
from chalicelib.domain.errors import ConfigError, SettingsError
from infra.operator.doctor.findings import About, Finding, Level
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import NOT_ALLOWED, code_of, explain
from infra.operator.probe import ProbeFailed

SECONDS = 30.0
"""A check's time: above that of the slowest thing that one does."""


@dataclass(frozen=True, slots=True)
class Check:
    """`why_not_here`: what the local stage has not, so that the check is for the cloud alone."""

    subject: str
    run: Callable[[Target], Iterator[Finding]]
    why_not_here: str = ""
    seconds: float = SECONDS


def findings(checks: Sequence[Check], target: Target) -> Iterator[Finding]:
    """In the checks' order, each as soon as it is there."""
    for check in checks:
        if check.why_not_here and target.is_local:
            yield About(check.subject).untold(f"本机没有，{check.why_not_here}")
        else:
            yield from _within_its_time(check, target)


def report(found: Iterable[Finding]) -> int:
    """Prints a line each. Returns the exit status: 1 when anything is wrong; warnings alone are none."""
    levels = Counter[Level]()
    for finding in found:
        levels[finding.level] += 1
        print(finding, flush=True)
    print("、".join(f"{level.value} {levels[level]}" for level in Level))
    return 1 if levels[Level.WRONG] else 0


def _within_its_time(check: Check, target: Target) -> Iterator[Finding]:
    said: SimpleQueue[Finding | None] = SimpleQueue()

    def work() -> None:
        try:
            for finding in check.run(target):
                said.put(finding)
        except Exception as error:  # noqa: BLE001 - one check's fault is one line, and no other's
            said.put(broken(check.subject, error))
        said.put(None)

    deadline = time.monotonic() + check.seconds
    Thread(target=work, daemon=True).start()
    while True:
        try:
            finding = said.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            yield About(check.subject).wrong(f"{check.seconds:.0f} 秒内没有结果", "请检查网络后再试")
            return
        if finding is None:
            return
        yield finding


def broken(subject: str, error: Exception) -> Finding:
    """What is said of a check that ended with `error`: its type and place, never its text, which may hold anything."""
    about = About(subject)
    match error:
        case SettingsError():
            return about.untold("要先补齐设置与密钥")
        case ConfigError():
            return about.untold("要先改正竞赛配置文件")
        case ProbeFailed() if not error.denied:
            return about.wrong(error.what, error.remedy)
        case ProbeFailed():
            return about.untold(f"{error.what}。{error.remedy}")
        case TimeoutError():
            return about.wrong("没有及时应答", "请检查网络、地区和凭证")
        case requests.exceptions.SSLError():
            return about.wrong("TLS 握手失败", "见“TLS 证书”一行")
        case requests.RequestException():
            return about.wrong(f"没有应答（{type(error).__name__}）", "请检查域名、网络和接口是否已部署")
        case OSError():
            return about.wrong(f"连接不上（{type(error).__name__}）", "请检查域名解析和网络")
    what, remedy = explain(error) or (f"检查没有完成（{where(error)}）", "请把这一行报告给开发人员")
    if isinstance(error, ClientError) and code_of(error) in NOT_ALLOWED:
        return about.untold(f"{what}。{remedy}")
    return about.wrong(what, remedy)
