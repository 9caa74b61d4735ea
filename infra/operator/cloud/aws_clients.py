"""AWS clients with the operator's own credentials."""

from collections.abc import Callable
from typing import Any

import boto3

Clients = Callable[[str], Any]
"""Creates a boto3 client for a service."""


def clients(service: str, **options: Any) -> Any:
    """Creates a client with the operator's credentials, and their region unless `options` name another."""
    make: Any = boto3.client  # the stubs accept only literal service names
    return make(service, **options)


def print_account(made: Clients, stage: str, prefix: str) -> None:
    """Prints the account and region the command will work on. Fails here if the credentials are wrong."""
    sts = made("sts")
    account = sts.get_caller_identity()["Account"]
    print(f"账号 {account}，区域 {sts.meta.region_name}，环境 {stage}（前缀 {prefix}）", flush=True)
