"""Tables and queues against the template."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.operator.doctor import storage
from infra.operator.doctor.check_runner import Check
from infra.operator.doctor.target import Target
from tests.operator.doctor.conftest import PREFIX, VARIABLES, Clinic, is_well

TABLES, QUEUES = Check("数据表", storage.tables), Check("队列", storage.queues)
TABLE_NAMES = [f"{PREFIX}-{name}" for name in ("followers", "participants", "pool", "control")]


@pytest.fixture
def protected(clinic: Clinic) -> Clinic:
    """As CloudFormation makes them."""
    for name in TABLE_NAMES:
        client = clinic.client("dynamodb")
        client.update_table(TableName=name, DeletionProtectionEnabled=True)
        on = {"PointInTimeRecoveryEnabled": True}
        client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=on)
    return clinic


def test_all_is_well(protected: Clinic) -> None:
    found = [*protected.tells(TABLES), *protected.tells(QUEUES)]
    assert is_well(found), found
    assert [one.text.partition("；")[0] for one in found] == ["4 张，均可用", "4 个，死信队列已接好", "空"]


def test_the_throughput_is_told_as_aws_reports_it(protected: Clinic) -> None:
    def warmed(answer: Any) -> None:
        answer["Table"]["WarmThroughput"] = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 9000}

    protected.changed("dynamodb", "DescribeTable", warmed)
    assert "pool 写 9000 读 12000" in protected.text(TABLES)


def of(table: str, change: Callable[[dict[str, Any]], None]) -> Callable[[Any], None]:
    def changed(answer: Any) -> None:
        if answer["Table"]["TableName"] == f"{PREFIX}-{table}":
            change(answer["Table"])

    return changed


def no_index(table: dict[str, Any]) -> None:
    table["GlobalSecondaryIndexes"].pop(0)


def index_is_made(table: dict[str, Any]) -> None:
    table["GlobalSecondaryIndexes"][0]["IndexStatus"] = "CREATING"


def index_without_state(table: dict[str, Any]) -> None:
    table["GlobalSecondaryIndexes"][0].pop("IndexStatus")


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("pool", lambda t: t.update(TableStatus="UPDATING"), "contest-prod-pool 的状态是 UPDATING"),
        ("participants", no_index, "contest-prod-participants 的索引 payouts-due：不存在"),
        ("participants", index_is_made, "contest-prod-participants 的索引 payouts-due：CREATING"),
        ("participants", index_without_state, "contest-prod-participants 的索引 payouts-due：状态未报告"),
        ("control", lambda t: t.pop("BillingModeSummary"), "contest-prod-control 不是按需计费"),
        ("followers", lambda t: t.update(DeletionProtectionEnabled=False), "contest-prod-followers 没有删除保护"),
    ],
)
def test_a_table_that_is_not_as_it_should_be(protected: Clinic, table: str, change: Any, words: str) -> None:
    protected.changed("dynamodb", "DescribeTable", of(table, change))
    assert f"✗ 数据表：{words}" in (text := protected.text(TABLES))
    assert text.count("✗") == 1


def test_no_backups(clinic: Clinic) -> None:
    text = clinic.text(TABLES)
    assert f"✗ 数据表：{'、'.join(TABLE_NAMES)} 没有开启时间点恢复。执行 ./contest" in text


def test_tables_and_queues_that_are_not_there(protected: Clinic) -> None:
    protected.target = Target({**VARIABLES, "RESOURCE_PREFIX": "contest-other", "AWS_DEFAULT_REGION": "cn-north-1"})
    assert protected.text(TABLES).endswith("、contest-other-control 不存在。执行 ./contest --stage 环境名 up")
    assert "、contest-other-payouts 不存在。执行 ./contest --stage 环境名 up" in protected.text(QUEUES)


def test_without_the_right_it_cannot_be_told(protected: Clinic) -> None:
    def denied(call: Callable[[], Any], operation: str) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, operation)

    protected.changes["dynamodb", "DescribeContinuousBackups"] = denied
    assert protected.text(TABLES) == "– 数据表：当前凭证无权调用 DescribeContinuousBackups，请换有权查看的凭证"


def url(clinic: Clinic, name: str) -> str:
    return str(clinic.client("sqs").get_queue_url(QueueName=f"{PREFIX}-{name}")["QueueUrl"])


def set_on(clinic: Clinic, name: str, **attributes: str) -> None:
    clinic.client("sqs").set_queue_attributes(QueueUrl=url(clinic, name), Attributes=attributes)


def test_queues_with_a_fault(clinic: Clinic) -> None:
    arn = "arn:aws-cn:sqs:cn-north-1:123456789012:contest-prod-later-dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    set_on(clinic, "payouts", VisibilityTimeout="30", RedrivePolicy=redrive)
    text = clinic.text(QUEUES)
    assert "✗ 队列：contest-prod-payouts 没有按模板接上死信队列" in text
    assert "✗ 队列：contest-prod-payouts 的可见性超时是 30 秒，应为 180" in text
    assert "✓ 死信队列：空" in text


def test_a_dead_letter(clinic: Clinic) -> None:
    clinic.client("sqs").send_message(QueueUrl=url(clinic, "payouts-dead"), MessageBody="secret")
    text = clinic.text(QUEUES)
    assert "✗ 死信队列：contest-prod-payouts-dead 有 1 条消息" in text
    assert "secret" not in text
