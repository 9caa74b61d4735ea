"""EventBridge as far as the application uses it: when scheduled functions run, and the event they receive."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from chalicelib.domain.shanghai import SHANGHAI
from infra.project import LOCAL_REGION

ACCOUNT = "123456789012"
"""The account id in the ARNs of events made here rather than by AWS."""


class ScheduleError(ValueError):
    """The schedule expression is not supported here."""


@dataclass(frozen=True, slots=True)
class Every:
    """Runs at the start and then every `period`."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Once:
    """Runs once, at an aware moment. A stack that starts later runs it at once: in the cloud it would have run."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Daily:
    """Runs once a day at a time in UTC."""

    at: time

    def after(self, moment: datetime) -> datetime:
        """Returns the first run at or after `moment`."""
        today = datetime.combine(moment.astimezone(UTC).date(), self.at, UTC)
        return today if today >= moment else today + timedelta(days=1)


Schedule = Every | Once | Daily


def parse(expression: str) -> Schedule:
    """Parses `rate(1 minute)`, `cron(0 16 7 7 ? 2020)` or `cron(30 1 * * ? *)`, in UTC. Raises `ScheduleError`."""
    if rate := re.fullmatch(r"rate\((\d+) minutes?\)", expression, re.IGNORECASE):
        return Every(timedelta(minutes=int(rate[1])))
    if cron := re.fullmatch(r"cron\((\d+) (\d+) (\d+) (\d+) \? (\d+)\)", expression):
        minute, hour, day, month, year = map(int, cron.groups())
        return Once(datetime(year, month, day, hour, minute, tzinfo=UTC))
    if daily := re.fullmatch(r"cron\((\d+) (\d+) \* \* \? \*\)", expression):
        return Daily(time(int(daily[2]), int(daily[1])))
    raise ScheduleError(f"unsupported schedule: {expression}")


def first_run(schedule: Schedule, now: datetime) -> datetime:
    """Returns when it first runs in a stack that starts at `now`."""
    if isinstance(schedule, Daily):
        return schedule.after(now)
    return now if isinstance(schedule, Every) else schedule.at


def next_run(schedule: Schedule, last: datetime) -> datetime | None:
    """Returns the run after the one due at `last`; None if there is none."""
    if isinstance(schedule, Daily):
        return schedule.after(last + timedelta(microseconds=1))
    return last + schedule.period if isinstance(schedule, Every) else None


def described(schedule: Schedule, now: datetime) -> str:
    """Returns a text for the operator: when it runs next."""
    if isinstance(schedule, Every):
        return f"每 {schedule.period.total_seconds() / 60:.0f} 分钟一次"
    at = schedule.at if isinstance(schedule, Once) else next_run(schedule, now)
    if at is None or at <= now:
        return "时间已过，不会再触发"
    return f"下次触发 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（上海时间）"


def scheduled_event(rule: str, due: datetime) -> dict[str, Any]:
    """Returns the event that a rule sends when it runs at `due` (aware)."""
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
