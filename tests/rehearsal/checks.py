"""Waiting and checking in the rehearsal. Everything here raises `LocalError` with a text in Chinese."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from infra.local.processes import LocalError

_SHANGHAI = timezone(timedelta(hours=8))


def cron_of(moment: datetime) -> str:
    """Returns the EventBridge rule that fires once, at this minute."""
    utc = moment.astimezone(UTC)
    return f"cron({utc.minute} {utc.hour} {utc.day} {utc.month} ? {utc.year})"


def clock(moment: datetime, seconds: bool = False) -> str:
    """Formats a time in Shanghai's zone."""
    return moment.astimezone(_SHANGHAI).strftime("%H:%M:%S" if seconds else "%H:%M")


def same(what: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise LocalError(f"{what}：应为 {expected}，却是 {seen}")


def sleep_until(moment: datetime) -> None:
    """Sleeps until just after the moment. Raises if it has passed: then the earlier steps were too slow for the
    test."""
    left = (moment - datetime.now(UTC)).total_seconds()
    if left < 0:
        raise LocalError(f"机器太慢：到这一步时 {clock(moment)} 已过 {-left:.0f} 秒")
    time.sleep(left + 0.5)


def until(what: str, probe: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not probe():
        if time.monotonic() > deadline:
            raise LocalError(f"{what}：{seconds:.0f} 秒内没有发生")
        time.sleep(0.5)
