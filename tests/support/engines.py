"""Local engines for tests. `tests/conftest.py` offers them as fixtures."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from infra.local.engines import LOGS, dynamodb_engine, sqs_engine
from infra.provision import create_tables, delete_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REGION = "cn-north-1"

FAKE_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}
"""Replaces the developer's own settings, so that no test can reach an AWS account."""

_LEAKING_PREFIXES = ("AWS_", "WECHAT_", "CONTEST_", "OWN_SERVER_")
_LEAKING_NAMES = frozenset(
    "STAGE RESOURCE_PREFIX PUBLIC_BASE_URL SECRETS_PATH SESSION_KEYS PORT SIMULATOR_PORT".split()
)


def leaks(name: str) -> bool:
    """Returns whether a variable of the developer's shell would change the application's behaviour."""
    return name.startswith(_LEAKING_PREFIXES) or name in _LEAKING_NAMES


def fresh_prefix() -> str:
    """Returns an unused table prefix: DynamoDB Local remembers request tokens even of deleted tables."""
    return f"t{uuid.uuid4().hex[:12]}"


def dynamodb_client(endpoint: str) -> "DynamoDBClient":
    """A low-level client of a local engine, with enough connections for a race of 50 threads."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(max_pool_connections=50, connect_timeout=2, read_timeout=10),
    )


@contextmanager
def fresh_tables(client: "DynamoDBClient") -> Iterator[str]:
    """Makes all tables of `resources.yaml`, empty, and yields their fresh prefix; deletes them afterwards."""
    prefix = fresh_prefix()
    create_tables(client, prefix)
    try:
        yield prefix
    finally:
        delete_tables(client, prefix)


@contextmanager
def dynamodb_local(logs: Path = LOGS) -> Iterator[str]:
    """The endpoint of a DynamoDB Local."""
    with dynamodb_engine(logs=logs) as engine:
        engine.wait()
        yield engine.endpoint


@contextmanager
def sqs_local(logs: Path = LOGS) -> Iterator[str]:
    """The endpoint of a stand-in for SQS and SSM."""
    with sqs_engine(logs=logs) as engine:
        engine.wait()
        yield engine.endpoint
