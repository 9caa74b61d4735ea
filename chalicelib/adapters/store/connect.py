"""Where the models' tables are, and the connections to them."""

import os
from typing import Any

import pynamodb.connection.base
from pynamodb.connection import Connection
from pynamodb.constants import NONE

from chalicelib.adapters import aws
from chalicelib.adapters.store.meta import (
    CALLBACK_CONNECT_SECONDS,
    CALLBACK_READ_SECONDS,
    CONNECT_SECONDS,
    READ_SECONDS,
    RETRIES,
)
from chalicelib.adapters.store.models import TABLES

_pynamodb: Any = pynamodb.connection.base
# Left to itself PynamoDB makes a session for every model, at 60 ms each in the first request that uses it.
_pynamodb.get_session = aws.session
# It asks with every call what that consumed, to log it at DEBUG: the answer's longest part, and nobody reads it.
_pynamodb.TOTAL = NONE


def configure(prefix: str) -> Connection:
    """Points the models at one deployment's tables. Returns the connection that transactions over several tables use.

    Region and endpoint come from the environment (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL).
    """
    aws.renew()
    region, host = _place()
    for suffix, models in TABLES.items():
        for model in models:
            meta: Any = model.Meta
            meta.table_name, meta.region, meta.host = f"{prefix}-{suffix}", region, host
            model._connection = None
    return _connection(CONNECT_SECONDS, READ_SECONDS, RETRIES)


def commit_connection() -> Connection:
    """For what a pause must stop (I7): no second try behind the back of whoever has to look at the pause before it."""
    return _connection(CONNECT_SECONDS, READ_SECONDS, 0)


def callback_connection() -> Connection:
    """For the transactions of WeChat's callback. It never retries: the queue and WeChat's own retries do."""
    return _connection(CALLBACK_CONNECT_SECONDS, CALLBACK_READ_SECONDS, 0)


def _connection(connect_seconds: float, read_seconds: float, retries: int) -> Connection:
    region, host = _place()
    return Connection(
        region=region,
        host=host,
        connect_timeout_seconds=connect_seconds,
        read_timeout_seconds=read_seconds,
        max_retry_attempts=retries,
    )


def _place() -> tuple[str, str | None]:
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    return region, os.environ.get("AWS_ENDPOINT_URL_DYNAMODB") or os.environ.get("AWS_ENDPOINT_URL")
