"""EventBridge's rules, and when each fires next."""

from datetime import UTC, datetime
from typing import Any

import pytest

from infra.operator.doctor import rules
from infra.operator.doctor.check_runner import Check
from infra.schedules import parse
from tests.operator.doctor.cloud import put_rules
from tests.operator.doctor.conftest import Clinic, is_well

CHECK = Check("定时规则", rules.rules)
NOON = datetime(2020, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def ruled(clinic: Clinic) -> Clinic:
    put_rules(clinic)
    return clinic


def test_all_is_well_and_the_next_firing_is_told(ruled: Clinic) -> None:
    ruled.before_opening(hours=1)
    found = ruled.tells(CHECK)
    assert is_well(found), found
    assert [one.text for one in found] == [
        "sweep 每 1 分钟一次",
        "reconcile 下次触发 2020-07-08 09:30（上海时间）",
        "open_contest 下次触发 2020-07-08 00:00（上海时间）",
        "close_contest 下次触发 2020-07-15 00:00（上海时间）",
    ]


def test_an_opening_that_is_past_fires_no_more(ruled: Clinic) -> None:
    assert "✓ 定时规则：open_contest 时间已过，不会再触发" in ruled.text(CHECK)


def test_rules_that_are_not_there(clinic: Clinic) -> None:
    assert clinic.text(CHECK).count("-event 不存在。执行 make deploy") == 4


def test_rules_with_a_fault(ruled: Clinic) -> None:
    client: Any = ruled.client("events")
    client.put_rule(Name="contest-prod-open_contest-event", ScheduleExpression="cron(0 16 8 7 ? 2020)")
    client.disable_rule(Name="contest-prod-sweep-event")
    client.remove_targets(Rule="contest-prod-close_contest-event", Ids=["1"])
    client.put_rule(Name="contest-prod-reconcile-event", ScheduleExpression="cron(0 0 ? * MON *)")
    text = ruled.text(CHECK)
    assert "open_contest-event 是 cron(0 16 8 7 ? 2020)（下次触发 2020-07-09 00:00（上海时间））" in text
    assert "按竞赛配置应为 cron(0 16 7 7 ? 2020)" in text
    assert "contest-prod-sweep-event 已停用" in text
    assert "contest-prod-close_contest-event 没有指向 contest-prod-close_contest" in text
    assert "cron(0 0 ? * MON *)（无法识别）" in text
    assert text.count("✗") == 4


@pytest.mark.parametrize(
    ("expression", "at"),
    [
        ("cron(0 16 7 7 ? 2020)", datetime(2020, 7, 7, 16, tzinfo=UTC)),
        ("cron(0 12 1 7 ? 2020)", None),
        ("cron(30 1 * * ? *)", datetime(2020, 7, 2, 1, 30, tzinfo=UTC)),
        ("cron(0 12 * * ? *)", datetime(2020, 7, 2, 12, tzinfo=UTC)),
        ("rate(1 minute)", datetime(2020, 7, 1, 12, 1, tzinfo=UTC)),
    ],
)
def test_the_next_firing(expression: str, at: datetime | None) -> None:
    assert rules.next_firing(parse(expression), NOON) == at
