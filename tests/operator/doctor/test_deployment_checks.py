"""Compares the deployment with templates, configuration and contest file, and checks its capacity."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.operator.doctor import deployment_checks
from infra.operator.doctor.check_runner import Check
from infra.operator.doctor.target import Target
from tests.operator.doctor.conftest import PREFIX, VARIABLES, Clinic, is_well
from tests.operator.doctor.moto_deployment import (
    alarm_names,
    deploy_functions,
    make_bucket,
    put_alarm,
    put_alarms,
    put_deletion,
    put_rules,
)

TABLES, QUEUES = Check("数据表", deployment_checks.tables), Check("队列", deployment_checks.queues)
THROUGHPUT = Check("预热吞吐", deployment_checks.throughput)
ALARMS, RULES = Check("告警", deployment_checks.alarms), Check("定时规则", deployment_checks.rules)
FUNCTIONS, TRIGGERS = Check("函数", deployment_checks.functions), Check("队列触发", deployment_checks.triggers)
QUOTA, FILES = Check("并发配额", deployment_checks.quota), Check("工作台的桶", deployment_checks.bucket)
TABLE_NAMES = [f"{PREFIX}-{name}" for name in ("followers", "participants", "pool", "control", "books", "office")]


@pytest.fixture
def protected(clinic: Clinic) -> Clinic:
    """Protects the tables as CloudFormation does."""
    for name in TABLE_NAMES:
        client = clinic.client("dynamodb")
        client.update_table(TableName=name, DeletionProtectionEnabled=True)
        on = {"PointInTimeRecoveryEnabled": True}
        client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=on)
    return clinic


def test_all_is_well(protected: Clinic) -> None:
    found = [*protected.tells(TABLES), *protected.tells(QUEUES)]
    assert is_well(found), found
    assert [one.text for one in found] == ["6 张，与模板一致", "4 个，死信队列已接好", "空"]


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
        ("pool", lambda t: t.update(TableStatus="UPDATING"), "pool 的状态是 UPDATING，应为 ACTIVE"),
        ("participants", no_index, "participants 的索引 payouts-due 的状态是 无，应为 ACTIVE"),
        ("participants", index_is_made, "participants 的索引 payouts-due 的状态是 CREATING，应为 ACTIVE"),
        (
            "participants",
            index_without_state,
            "participants 的索引 payouts-due 的状态是 未报告，应为 ACTIVE",
        ),
        (
            "control",
            lambda t: t.pop("BillingModeSummary"),
            "control 的计费方式是 无，应为 PAY_PER_REQUEST",
        ),
        (
            "followers",
            lambda t: t.update(DeletionProtectionEnabled=False),
            "followers 的删除保护是 关，应为 开",
        ),
    ],
)
def test_a_table_that_is_not_as_it_should_be(protected: Clinic, table: str, change: Any, words: str) -> None:
    protected.changed("dynamodb", "DescribeTable", of(table, change))
    assert f"✗ 数据表：contest-prod-{words}" in (text := protected.text(TABLES))
    assert text.count("✗") == 1


def test_no_backups(clinic: Clinic) -> None:
    text = clinic.text(TABLES)
    assert f"✗ 数据表：{'、'.join(TABLE_NAMES)} 的时间点恢复是 关，应为 开。" in text


def test_tables_and_queues_that_are_not_there(protected: Clinic) -> None:
    protected.target = Target({**VARIABLES, "RESOURCE_PREFIX": "contest-other", "AWS_DEFAULT_REGION": "cn-north-1"})
    assert protected.text(TABLES).endswith(
        "、contest-other-control、contest-other-books、contest-other-office 不存在。执行 ./contest --stage 环境名 up"
    )
    assert "、contest-other-payouts 不存在。执行 ./contest --stage 环境名 up" in protected.text(QUEUES)


def test_without_the_right_it_cannot_be_told(protected: Clinic) -> None:
    def denied(call: Callable[[], Any], operation: str) -> Any:
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": ""}}, operation)

    protected.changes["dynamodb", "DescribeContinuousBackups"] = denied
    assert protected.text(TABLES) == "– 数据表：当前凭证没有权限执行 DescribeContinuousBackups。请换有权的凭证"


@pytest.mark.parametrize(
    ("undo", "words"),
    [
        ("delete_public_access_block", "的公开访问的阻止不同：BlockPublicAcls、BlockPublicPolicy、IgnorePublicAcls"),
        ("delete_bucket_encryption", "的加密是 无，应为 AES256"),
        ("delete_bucket_lifecycle", "的自动删除不同：half-a-year、uploads-a-day"),
        ("delete_bucket_policy", "的明文 HTTP是 允许，应为 拒绝"),
        ("delete_bucket", "不存在。执行 ./contest --stage 环境名 up"),
    ],
)
def test_the_bucket_is_compared_with_the_template(clinic: Clinic, undo: str, words: str) -> None:
    bucket = make_bucket(clinic)
    assert clinic.text(FILES) == f"✓ 工作台的桶：{bucket}，与模板一致"
    getattr(clinic.client("s3"), undo)(Bucket=bucket)
    assert f"✗ 工作台的桶：{bucket} {words}" in clinic.text(FILES)


def test_all_files_deleted_after_a_day_are_noticed(clinic: Clinic) -> None:
    bucket = make_bucket(clinic)
    rules = [{"Id": "uploads-a-day", "ExpirationInDays": 1}, {"Id": "half-a-year", "ExpirationInDays": 180}]
    put_deletion(clinic.client("s3"), bucket, rules)
    assert f"✗ 工作台的桶：{bucket} 的自动删除不同：uploads-a-day" in clinic.text(FILES)


@pytest.mark.parametrize(("action", "words"), [("s3:*", "与模板一致"), ("s3:DeleteBucket", "的明文 HTTP是 允许")])
def test_a_policy_made_by_hand_must_refuse_all_plain_http(clinic: Clinic, action: str, words: str) -> None:
    bucket = make_bucket(clinic)
    condition = {"Bool": {"aws:SecureTransport": "false"}}
    statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*", "Condition": condition}
    clinic.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Statement": statement}))
    assert words in clinic.text(FILES)


def url(clinic: Clinic, name: str) -> str:
    return str(clinic.client("sqs").get_queue_url(QueueName=f"{PREFIX}-{name}")["QueueUrl"])


def set_on(clinic: Clinic, name: str, **attributes: str) -> None:
    clinic.client("sqs").set_queue_attributes(QueueUrl=url(clinic, name), Attributes=attributes)


def test_queues_with_a_fault(clinic: Clinic) -> None:
    arn = "arn:aws-cn:sqs:cn-north-1:123456789012:contest-prod-later-dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    set_on(clinic, "payouts", VisibilityTimeout="30", RedrivePolicy=redrive)
    text = clinic.text(QUEUES)
    assert "✗ 队列：contest-prod-payouts 的死信队列是 contest-prod-later-dead，应为 contest-prod-payouts-dead" in text
    assert "✗ 队列：contest-prod-payouts 的可见性超时（秒）是 30，应为 180" in text
    assert "✓ 死信队列：空" in text


def test_a_dead_letter(clinic: Clinic) -> None:
    clinic.client("sqs").send_message(QueueUrl=url(clinic, "payouts-dead"), MessageBody="secret")
    text = clinic.text(QUEUES)
    assert "✗ 死信队列：contest-prod-payouts-dead 有 1 条消息" in text
    assert "secret" not in text


# Throughput


ASKED = {"WriteUnitsPerSecond": 9000, "ReadUnitsPerSecond": 15000}


def asked(clinic: Clinic, writes: int) -> None:
    parameters = [
        {"ParameterKey": "Prefix", "ParameterValue": PREFIX},
        {"ParameterKey": "WarmWrites", "ParameterValue": str(writes)},
        {"ParameterKey": "WarmReads", "ParameterValue": "15000"},
    ]
    clinic.says(
        "cloudformation", "DescribeStacks", {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Parameters": parameters}]}
    )


def reported(clinic: Clinic, writes: int, of_index: int) -> None:
    def warmed(answer: Any) -> None:
        table = answer["Table"]
        table["WarmThroughput"] = ASKED | {"WriteUnitsPerSecond": writes}
        for index in table.get("GlobalSecondaryIndexes", []):
            index["WarmThroughput"] = ASKED | {"WriteUnitsPerSecond": of_index}

    clinic.changed("dynamodb", "DescribeTable", warmed)


@pytest.mark.parametrize("writes", [9000, 12000])
def test_the_throughput_that_was_asked_for_is_there(protected: Clinic, writes: int) -> None:
    asked(protected, 9000)
    reported(protected, writes=writes, of_index=writes)
    found = [*protected.tells(TABLES), *protected.tells(THROUGHPUT)]
    assert is_well(found), found
    assert "要求每秒写 9000" in found[-1].text


def test_the_throughput_that_is_not_there_yet(protected: Clinic) -> None:
    asked(protected, 9000)
    reported(protected, writes=9000, of_index=4000)
    fault = "✗ 数据表：contest-prod-participants 的索引 {} 的每秒预热写是 4000，应为 9000"
    text = protected.text(TABLES)
    assert [fault.format(name) in text for name in ("payouts-due", "participants-counted")] == [True, True]
    reported(protected, writes=4000, of_index=9000)
    tables = "、".join(f"{PREFIX}-{name}" for name in ("followers", "participants", "pool"))
    assert f"✗ 数据表：{tables} 的每秒预热写是 4000，应为 9000" in protected.text(TABLES)


def test_no_throughput_was_asked_for(protected: Clinic) -> None:
    assert protected.text(THROUGHPUT).startswith("! 预热吞吐：没有要求预热"), "nor is there a stack"
    asked(protected, 0)
    assert protected.text(THROUGHPUT).startswith("! 预热吞吐：没有要求预热")
    assert is_well(protected.tells(TABLES))


@pytest.mark.parametrize(("free", "mark"), [(50, "✓"), (49, "✗")])
def test_room_for_the_instances(clinic: Clinic, free: int, mark: str) -> None:
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": {"UnreservedConcurrentExecutions": free}})
    assert clinic.text(Check("并发配额", lambda target: deployment_checks.spare_concurrency(target, 50))).startswith(
        f"{mark} 并发配额"
    )


# Alarms


def heard_by(clinic: Clinic, confirmed: int) -> None:
    """moto counts no confirmations."""
    clinic.says("sns", "GetTopicAttributes", {"Attributes": {"SubscriptionsConfirmed": str(confirmed)}})


def test_alarms_that_are_well(clinic: Clinic) -> None:
    put_alarms(clinic)
    heard_by(clinic, 1)
    found = clinic.tells(ALARMS)
    assert is_well(found), found
    assert found[0].text == f"{len(alarm_names())} 个，都有通知"


def test_alarms_that_are_missing_deaf_or_ringing(clinic: Clinic) -> None:
    put_alarms(clinic)
    client = clinic.client("cloudwatch")
    client.delete_alarms(AlarmNames=[f"{PREFIX}-should-be-open"])
    put_alarm(clinic, f"{PREFIX}-callback-slow", [])
    client.set_alarm_state(AlarmName=f"{PREFIX}-tables-throttled", StateValue="ALARM", StateReason="x")
    heard_by(clinic, 0)
    assert clinic.text(ALARMS).splitlines() == [
        "✗ 告警：contest-prod-should-be-open 不存在。执行 ./contest --stage 环境名 up --alarms 主题ARN",
        "✗ 告警：contest-prod-callback-slow 的通知是 关，应为 开。执行 ./contest --stage 环境名 up --alarms 主题ARN",
        "! 告警：正在响：contest-prod-tables-throttled。告警说明里写有处理办法",
        "✗ 告警通知：wake-up 没有已确认的订阅，没有人会被叫醒。订阅该主题并确认",
    ]


# Rules


@pytest.fixture
def ruled(clinic: Clinic) -> Clinic:
    put_rules(clinic)
    return clinic


def test_rules_that_are_well_and_the_next_firing_is_told(ruled: Clinic) -> None:
    ruled.before_opening(hours=1)
    found = ruled.tells(RULES)
    assert is_well(found), found
    assert [one.text for one in found] == [
        "与竞赛配置一致",
        "sweep 每 1 分钟一次",
        "reconcile 下次触发 2020-07-08 09:30（上海时间）",
        "open_contest 下次触发 2020-07-08 00:00（上海时间）",
        "close_contest 下次触发 2020-07-15 00:00（上海时间）",
        "office 每 1 分钟一次",
    ]


def test_an_opening_that_is_past_fires_no_more(ruled: Clinic) -> None:
    assert "✓ 定时规则：open_contest 时间已过，不会再触发" in ruled.text(RULES)


def test_rules_that_are_not_there(clinic: Clinic) -> None:
    names = "、".join(
        f"{PREFIX}-{name}-event" for name in ("sweep", "reconcile", "open_contest", "close_contest", "office")
    )
    assert f"✗ 定时规则：{names} 不存在。执行 make deploy" in clinic.text(RULES)


def test_rules_with_a_fault(ruled: Clinic) -> None:
    client: Any = ruled.client("events")
    client.put_rule(Name="contest-prod-open_contest-event", ScheduleExpression="cron(0 16 8 7 ? 2020)")
    client.disable_rule(Name="contest-prod-sweep-event")
    client.remove_targets(Rule="contest-prod-close_contest-event", Ids=["1"])
    client.put_rule(Name="contest-prod-reconcile-event", ScheduleExpression="cron(0 0 ? * MON *)")
    text = ruled.text(RULES)
    for fault in (
        "open_contest-event 的时间是 cron(0 16 8 7 ? 2020)，应为 cron(0 16 7 7 ? 2020)",
        "contest-prod-sweep-event 的状态是 DISABLED，应为 ENABLED",
        "contest-prod-close_contest-event 的目标是 无，应为 contest-prod-close_contest",
        "contest-prod-reconcile-event 的时间是 cron(0 0 ? * MON *)，应为 cron(30 1 * * ? *)",
    ):
        assert f"{fault}。执行 make deploy" in text
    assert text.count("✗") == 4


# Functions


@pytest.fixture
def deployed(clinic: Clinic) -> Clinic:
    deploy_functions(clinic)
    return clinic


def in_a_vpc(answer: Any) -> None:
    answer["Configuration"]["VpcConfig"] = {"SubnetIds": ["subnet-1"]}


def test_functions_that_are_well(deployed: Clinic) -> None:
    deployed.changed("lambda", "GetFunction", in_a_vpc)
    found = [*deployed.tells(FUNCTIONS), *deployed.tells(TRIGGERS)]
    assert is_well(found), found
    assert "contest-prod-payouts → pay" in found[-1].text


def test_without_a_fixed_address_wechat_turns_functions_away(deployed: Clinic) -> None:
    text = deployed.text(FUNCTIONS)
    assert "✓ 函数：9 个" in text
    assert "! 出口地址：api_handler、pay" in text
    assert "infra/cloudformation/egress.yaml" in text


def test_no_function_is_deployed(clinic: Clinic) -> None:
    text = clinic.text(FUNCTIONS)
    assert text.startswith("✗ 函数：api_handler、pay、take_later、sweep")
    assert text.endswith(" 不存在。执行 make deploy STAGE=环境名")
    assert clinic.text(TRIGGERS).startswith(
        "✗ 队列触发：contest-prod-payouts → pay、contest-prod-later → take_later 不存在"
    )


def configured(name: str, **configuration: Any) -> Callable[[Any], None]:
    def changed(answer: Any) -> None:
        if answer["Configuration"]["FunctionName"] == name:
            answer["Configuration"].update(configuration)

    return changed


def no_reserve(answer: Any) -> None:
    answer.pop("Concurrency", None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (configured("contest-prod", State="Failed"), "api_handler 的状态是 Failed，应为 Active"),
        (configured("contest-prod-pay", LastUpdateStatus="InProgress"), "pay 的上次更新是 InProgress，应为 Successful"),
        (configured("contest-prod-sweep", CodeSha256="of the last one"), "各函数 的代码不是同一版本"),
        (no_reserve, "pay、take_later 的预留并发是 无，应为 10"),
        (
            configured("contest-prod-sweep", Environment={"Variables": {"STAGE": "prod", "CONTEST_NOW": "secret"}}),
            "sweep 的环境变量不同：CONTEST_NOW、PUBLIC_BASE_URL、RESOURCE_PREFIX、SECRETS_PATH",
        ),
    ],
)
def test_a_function_with_a_fault(deployed: Clinic, change: Callable[[Any], None], words: str) -> None:
    deployed.changed("lambda", "GetFunction", change)
    text = deployed.text(FUNCTIONS)
    assert f"✗ 函数：{words}" in text
    assert "secret" not in text


def first(change: Callable[[Any], Any]) -> Callable[[Any], None]:
    return lambda answer: change(answer["EventSourceMappings"][0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (first(lambda one: one.update(State="Disabled")), "的状态是 Disabled"),
        (
            first(lambda one: one.pop("ScalingConfig", None)),
            "contest-prod-later → take_later 的最大并发是 无，应为 10",
        ),
        (first(lambda one: one.update(EventSourceArn="arn:x:another")), "contest-prod-later → take_later 不存在"),
    ],
)
def test_a_trigger_with_a_fault(deployed: Clinic, change: Callable[[Any], None], words: str) -> None:
    deployed.changed("lambda", "ListEventSourceMappings", change)
    assert words in (text := deployed.text(TRIGGERS))
    assert "✗ 队列触发" in text


@pytest.mark.parametrize(
    ("total", "mark", "words"),
    [
        (1000, "✓", "账号 1000，未预留 974"),
        (500, "!", "少于建议的 1000"),
        (126, "!", "少于建议"),
        (125, "✗", "少于所需的 126"),
        (10, "✗", "少于"),
    ],
)
def test_the_quota(clinic: Clinic, total: int, mark: str, words: str) -> None:
    limit = {"ConcurrentExecutions": total, "UnreservedConcurrentExecutions": total - 26}
    clinic.says("lambda", "GetAccountSettings", {"AccountLimit": limit})
    text = clinic.text(QUOTA)
    assert text.startswith(f"{mark} 并发配额")
    assert words in text
