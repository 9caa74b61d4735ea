"""Compares tables, queues, the bucket and alarms: what our templates describe, and what AWS reports."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from infra.operator.cloud.aws_clients import Clients
from infra.operator.comparison import BY_HAND, UP, UP_ALARMS, Comparison, Settings
from infra.operator.operator_errors import unless_missing
from infra.project import TEMPLATES
from infra.template import BUCKET, TABLE, queues, read_template, resources
from infra.template import bucket as template_bucket

_THROUGHPUT = {"写": "WriteUnitsPerSecond", "读": "ReadUnitsPerSecond"}


def tables(clients: Clients, prefix: str, parameters: Mapping[str, str]) -> Comparison:
    """`parameters` are the deployed stack's."""
    found = resources(read_template(), TABLE, **{**parameters, "Prefix": prefix})
    expected = {one["TableName"]: {**_states(one), **_guards(one), **_warmth(one)} for one in found}
    return Comparison(expected, lambda name: _table(clients("dynamodb"), name, expected[name]), UP, BY_HAND)


def local_tables(clients: Clients, prefix: str) -> Comparison:
    """Compares states only: the local engine has no backups, throughput or deletion protection."""
    expected = {one["TableName"]: _states(one) for one in resources(read_template(), TABLE, Prefix=prefix)}
    return Comparison(expected, lambda name: _table(clients("dynamodb"), name, {}), UP, BY_HAND)


def _states(table: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the expected states of a template's table and its indexes: only ACTIVE ones can be used."""
    return {"状态": "ACTIVE", **{f"索引 {one['IndexName']} 的状态": "ACTIVE" for one in _indexes(table)}}


def _guards(table: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "计费方式": table["BillingMode"],
        "删除保护": table["DeletionProtectionEnabled"],
        "时间点恢复": table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"],
    }


def _warmth(table: Mapping[str, Any]) -> dict[str, int]:
    """Returns the warm throughput of the table and its indexes, where set."""
    parts = {"": table, **{f"索引 {one['IndexName']} 的": one for one in _indexes(table)}}
    return {
        f"{name}每秒预热{words}": int(part["WarmThroughput"][key])
        for name, part in parts.items()
        for words, key in _THROUGHPUT.items()
        if key in part.get("WarmThroughput", {})
    }


def _indexes(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(table.get("GlobalSecondaryIndexes", []))


def _table(dynamodb: Any, name: str, expected: Settings) -> Settings | None:
    table = unless_missing(lambda: dynamodb.describe_table(TableName=name)["Table"])
    if table is None:
        return None
    found = {"状态": table["TableStatus"]}
    # An emulator may report no state, unlike AWS. A missing state does not count as ACTIVE.
    found |= {f"索引 {one['IndexName']} 的状态": one.get("IndexStatus", "未报告") for one in _indexes(table)}
    if expected:
        backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        found["计费方式"] = table.get("BillingModeSummary", {}).get("BillingMode")
        found["删除保护"] = bool(table.get("DeletionProtectionEnabled"))
        found["时间点恢复"] = recovery == "ENABLED"
        # A higher value than requested is not a difference.
        found |= {key: min(units, expected.get(key, units)) for key, units in _warmth(table).items()}
    return found


def queue_settings(clients: Clients, prefix: str) -> Comparison:
    expected = {
        one.name: {
            "死信队列": one.dead_letter or None,
            "最多接收次数": one.max_receives or None,
            "可见性超时（秒）": one.attributes.get("VisibilityTimeout", "30"),
        }
        for one in queues(prefix)
    }
    return Comparison(expected, lambda name: _queue(clients("sqs"), name), UP, BY_HAND)


def _queue(sqs: Any, name: str) -> Settings | None:
    found = queue_attributes(sqs, name)
    if found is None:
        return None
    redrive = json.loads(found.get("RedrivePolicy", "{}"))
    return {
        "死信队列": str(redrive.get("deadLetterTargetArn", "")).rsplit(":", 1)[-1] or None,
        "最多接收次数": int(redrive.get("maxReceiveCount", 0)) or None,
        "可见性超时（秒）": found.get("VisibilityTimeout"),
    }


def queue_attributes(sqs: Any, name: str) -> Mapping[str, str] | None:
    """Returns None when there is no such queue."""
    url = unless_missing(lambda: sqs.get_queue_url(QueueName=name)["QueueUrl"])
    return url and sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]


def bucket(clients: Clients, prefix: str, account: str) -> Comparison:
    given = {"Prefix": prefix, "AWS::AccountId": account}
    (found,) = resources(read_template(), BUCKET, **given)
    (encryption,) = found["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    expected = {
        "公开访问的阻止": found["PublicAccessBlockConfiguration"],
        "加密": encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "自动删除": {
            one["Id"]: (one.get("Prefix", ""), one["ExpirationInDays"])
            for one in found["LifecycleConfiguration"]["Rules"]
        },
        "明文 HTTP": "拒绝",
    }
    return Comparison({str(found["BucketName"]): expected}, lambda name: _bucket(clients("s3"), name), UP, BY_HAND)


def local_bucket(clients: Clients, prefix: str) -> Comparison:
    """Checks only that it exists: the local server has none of the settings."""
    name = template_bucket(prefix).name
    return Comparison({name: {}}, lambda name: unless_missing(lambda: clients("s3").head_bucket(Bucket=name)), UP, UP)


def _bucket(s3: Any, name: str) -> Settings | None:
    if unless_missing(lambda: s3.head_bucket(Bucket=name)) is None:
        return None
    blocked = unless_missing(lambda: s3.get_public_access_block(Bucket=name)) or {}
    encryption = unless_missing(lambda: s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"])
    rules = unless_missing(lambda: s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]) or []
    policy = json.loads(unless_missing(lambda: s3.get_bucket_policy(Bucket=name)["Policy"]) or '{"Statement": []}')
    by_default = [one["ApplyServerSideEncryptionByDefault"] for one in (encryption or {"Rules": []})["Rules"]]
    return {
        "公开访问的阻止": blocked.get("PublicAccessBlockConfiguration", {}),
        "加密": next((one["SSEAlgorithm"] for one in by_default), None),
        "自动删除": {one["ID"]: _deletion(one) for one in rules if one["Status"] == "Enabled"},
        "明文 HTTP": "拒绝" if _denies_plain_http(policy["Statement"]) else "允许",
    }


def _deletion(rule: Mapping[str, Any]) -> tuple[str, int | None]:
    """Returns the prefix of the files that the rule deletes, which AWS reports in one of two places, and after how many
    days."""
    prefix = rule.get("Filter", {}).get("Prefix", rule.get("Prefix", ""))
    return prefix, rule.get("Expiration", {}).get("Days")


def _denies_plain_http(statements: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> bool:
    """Of a policy made by hand, `statements` may be a single one."""
    wanted = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    listed = [statements] if isinstance(statements, Mapping) else statements
    return any(wanted.items() <= one.items() for one in listed)


def alarms(clients: Clients, prefix: str) -> Comparison:
    template = read_template(TEMPLATES / "alarms.yaml")
    wanted = resources(template, "AWS::CloudWatch::Alarm", Prefix=prefix, AlarmTopic="")
    names = [str(one["AlarmName"]) for one in wanted]
    found = {alarm["AlarmName"]: alarm for alarm in described_alarms(clients("cloudwatch"), names)}

    def read(name: str) -> Settings | None:
        alarm = found.get(name)
        return alarm and {"通知": bool(alarm["ActionsEnabled"] and alarm["AlarmActions"])}

    return Comparison({name: {"通知": True} for name in names}, read, UP_ALARMS, UP_ALARMS)


def described_alarms(cloudwatch: Any, names: list[str]) -> list[Mapping[str, Any]]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNames=names)
    return [alarm for page in pages for alarm in page["MetricAlarms"]]
