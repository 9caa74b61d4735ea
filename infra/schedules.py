"""When scheduled functions run, and the event that they get: EventBridge, as far as the application uses it."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from chalicelib.domain.contest import SHANGHAI
from infra.project import LOCAL_REGION

ACCOUNT = "123456789012"
"""In the ARNs of events that no AWS sent."""


class ScheduleError(ValueError):
    """An expression this module does not know."""


@dataclass(frozen=True, slots=True)
class Every:
    """At the start, then again and again."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Once:
    """At one moment, aware; a stack that starts later makes up for it: the cloud would have run it before."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Daily:
    """At a time of each day, UTC."""

    at: time

    def after(self, moment: datetime) -> datetime:
        """The first run that is not before `moment`."""
        today = datetime.combine(moment.astimezone(UTC).date(), self.at, UTC)
        return today if today >= moment else today + timedelta(days=1)


Schedule = Every | Once | Daily


def parse(expression: str) -> Schedule:
    """`rate(1 minute)`, or UTC: `cron(0 16 7 7 ? 2020)` once, `cron(30 1 * * ? *)` daily. Raises `ScheduleError`."""
    if rate := re.fullmatch(r"rate\((\d+) minutes?\)", expression, re.IGNORECASE):
        return Every(timedelta(minutes=int(rate[1])))
    if cron := re.fullmatch(r"cron\((\d+) (\d+) (\d+) (\d+) \? (\d+)\)", expression):
        minute, hour, day, month, year = map(int, cron.groups())
        return Once(datetime(year, month, day, hour, minute, tzinfo=UTC))
    if daily := re.fullmatch(r"cron\((\d+) (\d+) \* \* \? \*\)", expression):
        return Daily(time(int(daily[2]), int(daily[1])))
    raise ScheduleError(f"a schedule that is not known here: {expression}")


def first_run(schedule: Schedule, now: datetime) -> datetime:
    """When it runs first in a stack that starts `now`."""
    if isinstance(schedule, Daily):
        return schedule.after(now)
    return now if isinstance(schedule, Every) else schedule.at


def next_run(schedule: Schedule, last: datetime) -> datetime | None:
    """When it runs after the run that was due at `last`; None when never again."""
    if isinstance(schedule, Daily):
        return schedule.after(last + timedelta(microseconds=1))
    return last + schedule.period if isinstance(schedule, Every) else None


def described(schedule: Schedule, now: datetime) -> str:
    """When it runs next, for an operator."""
    if isinstance(schedule, Every):
        return f"每 {schedule.period.total_seconds() / 60:.0f} 分钟一次"
    at = schedule.at if isinstance(schedule, Once) else next_run(schedule, now)
    if at is None or at <= now:
        return "时间已过，不会再触发"
    return f"下次触发 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（上海时间）"


def scheduled_event(rule: str, due: datetime) -> dict[str, Any]:
    """The event of a rule's run at `due` (aware)."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": LOCAL_REGION,
        "resources": [f"arn:aws:events:{LOCAL_REGION}:{ACCOUNT}:rule/{rule}"],
        "detail": {},
    }
