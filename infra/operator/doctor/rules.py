"""EventBridge's rules: there, enabled, with a target, as the contest file says, and when they fire next."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.domain.contest import SHANGHAI
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.function_checks import deployed_name
from infra.operator.doctor.remedies import DEPLOY
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import code_of
from infra.project import event_sources
from infra.schedules import Every, Once, Schedule, ScheduleError, next_run, parse

ABOUT = About("定时规则")


def rules(target: Target) -> Iterator[Finding]:
    for name, expression in wanted().items():
        faults = _faults(target, name, expression)
        yield from ABOUT.unless(faults, f"{name} {_next(expression, target.now())}")


def wanted() -> dict[str, str]:
    """Function -> expression, as the application registers them from the contest file."""
    return {source.function: source.schedule for source in event_sources() if source.schedule}


def next_firing(schedule: Schedule, now: datetime) -> datetime | None:
    """None when it will not fire again. For a rate, the latest that it can be."""
    if isinstance(schedule, Once):
        return schedule.at if schedule.at > now else None
    return next_run(schedule, now)


def _next(expression: str, now: datetime) -> str:
    schedule = parse(expression)
    if isinstance(schedule, Every):
        return f"每 {schedule.period.total_seconds() / 60:.0f} 分钟一次"
    at = next_firing(schedule, now)
    return f"下次触发 {at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（上海时间）" if at else "时间已过，不会再触发"


def _faults(target: Target, name: str, expression: str) -> Iterator[Finding]:
    rule = f"{deployed_name(target, name)}-event"
    found = _described(target, rule)
    if found is None:
        yield ABOUT.wrong(f"{rule} 不存在", DEPLOY)
        return
    if found["State"] != "ENABLED":
        yield ABOUT.wrong(f"{rule} 已停用", "在 EventBridge 中启用")
    there = found.get("ScheduleExpression", "")
    if there != expression:
        yield ABOUT.wrong(f"{rule} 是 {there}（{_told(there, target.now())}），按竞赛配置应为 {expression}", DEPLOY)
    targets = target.client("events").list_targets_by_rule(Rule=rule)["Targets"]
    if deployed_name(target, name) not in [one["Arn"].rsplit(":", 1)[-1] for one in targets]:
        yield ABOUT.wrong(f"{rule} 没有指向 {deployed_name(target, name)}", DEPLOY)


def _told(expression: str, now: datetime) -> str:
    try:
        return _next(expression, now)
    except ScheduleError:
        return "无法识别"


def _described(target: Target, rule: str) -> Mapping[str, Any] | None:
    try:
        return dict(target.client("events").describe_rule(Name=rule))
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise
