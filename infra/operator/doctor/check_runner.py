"""Runs the checks in order, each with its own timeout and error handling, and prints their findings."""

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
from infra.operator.command_line import tell
from infra.operator.doctor.findings import About, Finding, Level
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import NOT_ALLOWED, code_of, explain
from infra.operator.probe_client import ProbeFailed

SECONDS = 30.0
"""The timeout of a check: longer than the slowest call that any check makes."""


@dataclass(frozen=True, slots=True)
class Check:
    """`why_not_here`: why the check is skipped on the local stage; empty when it runs there."""

    subject: str
    run: Callable[[Target], Iterator[Finding]]
    why_not_here: str = ""
    seconds: float = SECONDS


def findings(checks: Sequence[Check], target: Target) -> Iterator[Finding]:
    """Yields the findings in the order of the checks, as they arrive."""
    for check in checks:
        if check.why_not_here and target.is_local:
            yield About(check.subject).unknown(f"本机没有，{check.why_not_here}")
        else:
            yield from _run_with_timeout(check, target)


def report(found: Iterable[Finding]) -> int:
    """Prints one line per finding, then again what is wrong, then a sentence on the whole.

    Returns the exit status: 1 if any is WRONG, 0 for mere warnings.
    """
    levels, told, wrong = Counter[Level](), list[dict[str, str]](), list[Finding]()
    for finding in found:
        levels[finding.level] += 1
        told.append({"level": finding.level.name.lower(), "subject": finding.subject, "text": finding.text})
        wrong += [finding] if finding.level is Level.WRONG else []
        print(finding, flush=True)
    tell(findings=told)
    print("、".join(f"{level.value} {levels[level]}" for level in Level))
    if wrong:
        print("", *wrong, f"有 {len(wrong)} 处须处理（再列在上面），处理后再查一次。", sep="\n")
    elif levels[Level.WARNING]:
        print(f"没有须处理的；{levels[Level.WARNING]} 处请留意（!）。")
    else:
        print("一切正常。")
    return 1 if wrong else 0


def _run_with_timeout(check: Check, target: Target) -> Iterator[Finding]:
    found: SimpleQueue[Finding | None] = SimpleQueue()

    def work() -> None:
        try:
            for finding in check.run(target):
                found.put(finding)
        except Exception as error:  # noqa: BLE001 - a failing check is one line and must not stop the others
            found.put(finding_for_error(check.subject, error))
        found.put(None)

    deadline = time.monotonic() + check.seconds
    Thread(target=work, daemon=True).start()
    while True:
        try:
            finding = found.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            yield About(check.subject).wrong(f"{check.seconds:.0f} 秒内没有结果", "请检查网络后再试")
            return
        if finding is None:
            return
        yield finding


def finding_for_error(subject: str, error: Exception) -> Finding:
    """Returns the finding of a check that raised `error`. Never contains its text, which may hold secrets."""
    about = About(subject)
    match error:
        case SettingsError():
            return about.unknown("要先补齐设置与密钥")
        case ConfigError():
            return about.unknown("要先改正竞赛配置文件")
        case ProbeFailed() if not error.denied:
            return about.wrong(error.what, error.remedy)
        case ProbeFailed():
            return about.unknown(f"{error.what}。{error.remedy}")
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
        return about.unknown(f"{what}。{remedy}")
    return about.wrong(what, remedy)
