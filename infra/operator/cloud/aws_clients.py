"""The account that the operator's credentials lead to."""

from collections.abc import Callable
from typing import Any

import boto3

Clients = Callable[[str], Any]
"""Makes a boto3 client of a service."""


def clients(service: str, **options: Any) -> Any:
    """With the operator's own credentials and, unless `options` name another, region."""
    make: Any = boto3.client  # its stubs know services by literal names only
    return make(service, **options)


def say_where(made: Clients, stage: str, prefix: str) -> None:
    """Tells the operator where they are about to work; with wrong credentials this is where it ends."""
    sts = made("sts")
    account = sts.get_caller_identity()["Account"]
    print(f"账号 {account}，区域 {sts.meta.region_name}，环境 {stage}（前缀 {prefix}）", flush=True)
