"""The tables and queues, held against `infra/cloudformation/resources.yaml`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.operator.doctor.findings import About, Fault, Finding
from infra.operator.doctor.remedies import DATA_STACK
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import code_of
from infra.template import Queue, wanted

TABLES, QUEUES, DEAD = About("数据表"), About("队列"), About("死信队列")


def tables(target: Target) -> Iterator[Finding]:
    ours = wanted(target.prefix).tables
    found = {table["TableName"]: described(target, table["TableName"]) for table in ours}
    faults = [fault for table in ours for fault in _table_faults(target, table, found[table["TableName"]])]
    throughput = "" if target.is_local else f"；{_throughput(found)}"
    yield from TABLES.of_all(faults, f"{len(found)} 张，均可用{throughput}")


def queues(target: Target) -> Iterator[Finding]:
    ours = wanted(target.prefix).queues
    there = {queue.name: _attributes(target, queue.name) for queue in ours}
    faults = [fault for queue in ours for fault in _queue_faults(queue, there[queue.name])]
    yield from QUEUES.of_all(faults, f"{len(there)} 个，死信队列已接好")
    ends = {queue.dead_letter for queue in ours if queue.dead_letter}
    waiting = {name: int((there[name] or {}).get("ApproximateNumberOfMessages", 0)) for name in sorted(ends)}
    full = [
        DEAD.wrong(f"{name} 有 {count} 条消息", "查明原因，修好后在 SQS 控制台重新投递（redrive）")
        for name, count in waiting.items()
        if count
    ]
    yield from DEAD.unless(full, "空")


def described(target: Target, name: str) -> Mapping[str, Any] | None:
    """The table, None when it is not there."""
    try:
        return dict(target.client("dynamodb").describe_table(TableName=name)["Table"])
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise


def _table_faults(target: Target, table: Mapping[str, Any], found: Mapping[str, Any] | None) -> Iterator[Fault]:
    name = table["TableName"]
    if found is None:
        yield Fault(name, "不存在", DATA_STACK)
        return
    if found["TableStatus"] != "ACTIVE":
        yield Fault(name, f"的状态是 {found['TableStatus']}", "等它变为 ACTIVE")
    # AWS always tells a state; whoever stands in its place may not, and what is not told is not taken for ACTIVE.
    states = {one["IndexName"]: one.get("IndexStatus", "状态未报告") for one in found.get("GlobalSecondaryIndexes", [])}
    for index in table.get("GlobalSecondaryIndexes", []):
        state = states.get(index["IndexName"], "不存在")
        if state != "ACTIVE":
            yield Fault(name, f"的索引 {index['IndexName']}：{state}", f"{DATA_STACK}，等它变为 ACTIVE")
    if not target.is_local:
        yield from _cloud_faults(target, name, found)


def _cloud_faults(target: Target, name: str, found: Mapping[str, Any]) -> Iterator[Fault]:
    if found.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
        yield Fault(name, "不是按需计费，开幕时会限流", DATA_STACK)
    if not found.get("DeletionProtectionEnabled"):
        yield Fault(name, "没有删除保护", DATA_STACK)
    backups = target.client("dynamodb").describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    if backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        yield Fault(name, "没有开启时间点恢复", DATA_STACK)


def _throughput(found: Mapping[str, Mapping[str, Any] | None]) -> str:
    """As AWS reports it; tables that nobody warmed have what every table begins with."""
    warm = {name: (table or {}).get("WarmThroughput") or {} for name, table in found.items()}
    told = [
        f"{name.rsplit('-', 1)[-1]} 写 {one['WriteUnitsPerSecond']} 读 {one['ReadUnitsPerSecond']}"
        for name, one in warm.items()
        if "WriteUnitsPerSecond" in one
    ]
    return f"每秒预热吞吐：{'，'.join(told)}" if told else "预热吞吐未报告"


def _attributes(target: Target, name: str) -> Mapping[str, str] | None:
    """The queue's, None when it is not there."""
    sqs = target.client("sqs")
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return None
    return dict(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"])


def _queue_faults(queue: Queue, there: Mapping[str, str] | None) -> Iterator[Fault]:
    if there is None:
        yield Fault(queue.name, "不存在", DATA_STACK)
        return
    if queue.dead_letter:
        redrive = json.loads(there.get("RedrivePolicy", "{}"))
        target = str(redrive.get("deadLetterTargetArn", "")).rsplit(":", 1)[-1]
        if (target, int(redrive.get("maxReceiveCount", 0))) != (queue.dead_letter, queue.max_receives):
            yield Fault(queue.name, "没有按模板接上死信队列", DATA_STACK)
    hidden = queue.attributes.get("VisibilityTimeout")
    if hidden and there.get("VisibilityTimeout") != hidden:
        yield Fault(queue.name, f"的可见性超时是 {there.get('VisibilityTimeout')} 秒，应为 {hidden}", DATA_STACK)
