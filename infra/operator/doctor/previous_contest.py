"""Whether another contest on the same tables still owes money: sweep and reconcile look at the deployed one alone."""

from collections.abc import Iterator

from chalicelib.adapters.store.models import SWITCHES
from chalicelib.adapters.store.row_values import due_shard_key
from chalicelib.domain.prizes import SHARDS
from infra.operator.cloud.stored_data import PAYOUTS_DUE
from infra.operator.doctor.findings import About, Finding, listed
from infra.operator.doctor.target import Target

ABOUT = About("其他竞赛的发放")
PAY_FIRST = "现在无人发放、对账：先以那场竞赛的 contest.toml 部署，等它的发放全部了结；或让本场竞赛另用 RESOURCE_PREFIX"


def unpaid(target: Target) -> Iterator[Finding]:
    """A few reads for each contest, whatever its size."""
    owing = [one for one in _others(target) if _owes(target, one)]
    faults = [ABOUT.wrong(f"{listed(owing)} 还有发放没有最终结果", PAY_FIRST)] if owing else []
    yield from ABOUT.unless(faults, "没有未了结的")


def _others(target: Target) -> list[str]:
    """Ids. Who could claim had an active plan, which stands in the contest's switches."""
    pages = (
        target.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=f"{target.prefix}-control",
            FilterExpression="#name = :switches",
            ProjectionExpression="contest_id",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues={":switches": {"S": SWITCHES}},
        )
    )
    ids = {str(item["contest_id"]["S"]) for page in pages for item in page["Items"]}
    return sorted(ids - {target.contest.id})


def _owes(target: Target, contest_id: str) -> bool:
    query = target.client("dynamodb").query
    return any(
        query(
            TableName=f"{target.prefix}-participants",
            IndexName=PAYOUTS_DUE,
            KeyConditionExpression="due_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": due_shard_key(contest_id, shard)}},
            Limit=1,
        )["Items"]
        for shard in range(SHARDS)
    )
