"""Where the models' tables are, and the connections to them."""

import os
from functools import cached_property
from typing import Any

import pynamodb.connection.base
from pynamodb.connection import Connection
from pynamodb.constants import NONE

from chalicelib.adapters import aws
from chalicelib.adapters.store.models import TABLES
from chalicelib.adapters.store.table_meta import (
    CALLBACK_CONNECT_SECONDS,
    CALLBACK_READ_SECONDS,
    CONNECT_SECONDS,
    READ_SECONDS,
    RETRIES,
)

_pynamodb: Any = pynamodb.connection.base
# By default PynamoDB makes a session per model, at 60 ms each in the first request that uses it.
_pynamodb.get_session = aws.session
# It also requests each call's consumed capacity, to log it at DEBUG: the longest part of the answer, unused.
_pynamodb.TOTAL = NONE


class Tables:
    """One deployment's tables. The constructor points the models at them; adapters that use only models take this.

    Region and endpoint come from the environment (AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB or AWS_ENDPOINT_URL).
    """

    def __init__(self, prefix: str) -> None:
        aws.renew()
        region, host = _place()
        for suffix, models in TABLES.items():
            for model in models:
                meta: Any = model.Meta
                meta.table_name, meta.region, meta.host = f"{prefix}-{suffix}", region, host
                model._connection = None

    @cached_property
    def connection(self) -> Connection:
        """The connection for transactions over several tables."""
        return _connect(CONNECT_SECONDS, READ_SECONDS, RETRIES)

    @cached_property
    def commit_connection(self) -> Connection:
        """For writes that a pause must stop (I7). The client never retries: each try checks the pause."""
        return _connect(CONNECT_SECONDS, READ_SECONDS, 0)

    @cached_property
    def callback_connection(self) -> Connection:
        """The connection for WeChat's callback. It does not retry: the queue and WeChat's repeats do."""
        return _connect(CALLBACK_CONNECT_SECONDS, CALLBACK_READ_SECONDS, 0)


def _connect(connect_seconds: float, read_seconds: float, retries: int) -> Connection:
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
