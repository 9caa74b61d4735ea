"""The tables as PynamoDB models. `infra/resources.yaml` defines the tables; a test holds these models against it.

Times are integers: unix milliseconds, but `event_at`, WeChat's CreateTime, in seconds.
"""

import os
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, NumberSetAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.models import Model

CONNECT_SECONDS, READ_SECONDS, RETRIES = 1.0, 2.0, 2
"""PynamoDB's own defaults (15 s, 30 s) would outlast the request."""


class _Meta:
    table_name = ""
    region = "us-east-1"
    host: str | None = None
    connect_timeout_seconds = CONNECT_SECONDS
    read_timeout_seconds = READ_SECONDS
    max_retry_attempts = RETRIES


class FollowerRow(Model):
    class Meta(_Meta):
        pass

    openid = UnicodeAttribute(hash_key=True)
    subscribed = BooleanAttribute()
    event_at = NumberAttribute(null=True)
    first_seen_at = NumberAttribute(null=True)
    early = BooleanAttribute(null=True)


class PayoutsDue(GlobalSecondaryIndex["ParticipantRow"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "payouts-due"
        projection = KeysOnlyProjection()

    due_shard = UnicodeAttribute(hash_key=True)
    due_at = NumberAttribute(range_key=True)


class ParticipantRow(Model):
    """`what` tells the kind: `me`, `attempt#A`, `pass#A` or `claim#A`; each kind has its own attributes."""

    class Meta(_Meta):
        pass

    who = UnicodeAttribute(hash_key=True)
    what = UnicodeAttribute(range_key=True)
    version = NumberAttribute(default=1)

    # me
    attempts = NumberAttribute(null=True)
    scores = NumberSetAttribute(null=True)
    granted = NumberAttribute(null=True)
    spent = NumberAttribute(null=True)
    on_hold = BooleanAttribute(null=True)
    unit = UnicodeAttribute(null=True)
    submitted_at = NumberAttribute(null=True)

    # attempt#A
    answers = UnicodeAttribute(null=True)
    passed = BooleanAttribute(null=True)
    graded_at = NumberAttribute(null=True)

    # claim#A
    claim_id = UnicodeAttribute(null=True)
    plan_id = UnicodeAttribute(null=True)
    number = NumberAttribute(null=True)
    amount_fen = NumberAttribute(null=True)
    send_order = UnicodeAttribute(null=True)
    claimed_at = NumberAttribute(null=True)
    status = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    sends = NumberAttribute(null=True)
    revision = NumberAttribute(null=True)
    due_shard = UnicodeAttribute(null=True)
    due_at = NumberAttribute(null=True)

    payouts_due = PayoutsDue()


class PacketRow(Model):
    class Meta(_Meta):
        pass

    shard = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)
    amount_fen = NumberAttribute()


class SwitchesRow(Model):
    class Meta(_Meta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True, default="switches")
    paused = BooleanAttribute(null=True)
    payouts_stopped = BooleanAttribute(null=True)
    active_plan = UnicodeAttribute(null=True)
    commitment = UnicodeAttribute(null=True)
    exhausted = BooleanAttribute(null=True)
    free_packets = NumberAttribute(null=True)
    opened_at = NumberAttribute(null=True)
    closed_at = NumberAttribute(null=True)


class PlanRow(Model):
    class Meta(_Meta):
        pass

    contest_id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True, default="plan")
    plan_id = UnicodeAttribute()
    seed = UnicodeAttribute()
    salt = UnicodeAttribute()
    state = UnicodeAttribute()
    budget_fen = NumberAttribute()
    packets = NumberAttribute()
    min_fen = NumberAttribute()
    max_fen = NumberAttribute()
    few_percent = NumberAttribute()


TABLES: dict[str, tuple[type[Model], ...]] = {
    "followers": (FollowerRow,),
    "participants": (ParticipantRow,),
    "pool": (PacketRow,),
    "control": (SwitchesRow, PlanRow),
}
"""The end of each table's name -> the models on it."""


def configure(prefix: str) -> Connection:
    """Points the models at one deployment's tables. Returns the connection that transactions over several tables use.

    Region and endpoint come from the environment (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL).
    """
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    host = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL")
    for suffix, models in TABLES.items():
        for model in models:
            meta: Any = model.Meta
            meta.table_name, meta.region, meta.host = f"{prefix}-{suffix}", region, host
            model._connection = None
    return Connection(
        region=region,
        host=host,
        connect_timeout_seconds=CONNECT_SECONDS,
        read_timeout_seconds=READ_SECONDS,
        max_retry_attempts=RETRIES,
    )
