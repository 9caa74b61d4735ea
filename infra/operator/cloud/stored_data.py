"""Counts the data of a deployment, checks that it may be deleted, and deletes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.domain.contest import Contest, Phase
from infra import template
from infra.operator.cloud.aws_clients import Clients
from infra.operator.operator_errors import OperatorError, unless_missing
from infra.provision import delete_all, delete_bucket

PAYOUTS_DUE = "payouts-due"
"""The index that holds only the claims whose payout is not final."""


@dataclass(frozen=True, slots=True)
class Census:
    """`items` by table, for the tables that exist; `unpaid` counts payouts that are not final, of any contest."""

    items: Mapping[str, int]
    unpaid: int


def tables(clients: Clients, prefix: str) -> list[str]:
    """Returns the names of the tables that exist, empty or not."""
    names = clients("dynamodb").get_paginator("list_tables").paginate()
    there = {name for page in names for name in page["TableNames"]}
    return [name for name in _names(prefix) if name in there]


def census(clients: Clients, prefix: str) -> Census:
    """Counts every item by a scan: the count that DescribeTable reports may be six hours old."""
    dynamodb = clients("dynamodb")
    counted = {name: _count(dynamodb, TableName=name) for name in _names(prefix)}
    return Census({name: count for name, count in counted.items() if count is not None}, unpaid(clients, prefix))


def unpaid(clients: Clients, prefix: str) -> int:
    """Counts the payouts that are not final."""
    return _count(clients("dynamodb"), TableName=f"{prefix}-participants", IndexName=PAYOUTS_DUE) or 0


def refuse_unless_over(contest: Contest, now: datetime, owed: int) -> None:
    """Raises OperatorError while the contest is open or payouts are owed. No option overrides this."""
    if contest.window.phase(now) is Phase.OPEN:
        raise OperatorError(
            f"竞赛 {contest.id} 正在进行，不删除数据。要提前结束，请改 contest.toml 的 closes_at 并部署；"
            "若部署的是另一场竞赛，请用 CONTEST_FILE 指明它的配置文件。"
        )
    if owed:
        raise OperatorError(
            f"还有 {owed} 笔发放没有最终结果，不删除数据。请等发放完成；用 ./contest payouts 查看，"
            "停住的用 payouts retry、renew 或 settle 了结。"
        )


def remove(clients: Clients, prefix: str, account: str) -> None:
    """Deletes the tables, queues, log groups and bucket that the deleted stack retained. Missing ones are no error."""
    dynamodb, names = clients("dynamodb"), _names(prefix)
    for name in names:
        _unprotect(dynamodb, name)
    delete_all(dynamodb, clients("sqs"), prefix)
    for name in names:
        dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 300})
    delete_bucket(clients("s3"), template.bucket(prefix, account).name)
    _delete_log_groups(clients("logs"), template.log_groups(prefix))


def _names(prefix: str) -> list[str]:
    return [str(arguments["TableName"]) for arguments in template.tables(prefix)]


def _unprotect(dynamodb: Any, name: str) -> None:
    found = unless_missing(lambda: dynamodb.describe_table(TableName=name)["Table"])
    if found is None or found["TableStatus"] == "DELETING" or not found.get("DeletionProtectionEnabled"):
        return
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 2, "MaxAttempts": 300})


def _delete_log_groups(logs: Any, names: Sequence[str]) -> None:
    for name in names:
        unless_missing(partial(logs.delete_log_group, logGroupName=name))


def _count(dynamodb: Any, **where: str) -> int | None:
    """Returns None when there is no such table."""
    pages = dynamodb.get_paginator("scan").paginate(**where, Select="COUNT")
    return unless_missing(lambda: sum(int(page["Count"]) for page in pages))
