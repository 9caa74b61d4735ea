"""AWS clients with the operator's own credentials."""

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from infra.operator.operator_errors import is_about_credentials

SHORT = Config(connect_timeout=2, read_timeout=4, retries={"total_max_attempts": 2})
Clients = Callable[[str], Any]
"""Creates a boto3 client for a service."""


def clients(service: str, **options: Any) -> Any:
    """Creates a client with the operator's credentials, and their region unless `options` name another."""
    make: Any = boto3.client  # the stubs accept only literal service names
    return make(service, **options)


def account_if_known(made: Callable[..., Any]) -> tuple[str, str]:
    """Returns the account and the region. Fails here if the credentials are wrong.

    An STS that does not answer must not stop a command that does not need it.
    """
    sts = made("sts", config=SHORT)
    try:
        return str(sts.get_caller_identity()["Account"]), str(sts.meta.region_name)
    except BotoCoreError as error:
        if is_about_credentials(error):
            raise
        return "未知，STS 没有应答", str(sts.meta.region_name)


def print_account(made: Clients, stage: str, prefix: str) -> None:
    """Prints the account and region the command will work on. Fails here if the credentials are wrong."""
    sts = made("sts")
    account = sts.get_caller_identity()["Account"]
    print(f"账号 {account}，区域 {sts.meta.region_name}，环境 {stage}（前缀 {prefix}）", flush=True)
