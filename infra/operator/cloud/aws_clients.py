"""AWS clients with the operator's own credentials."""

import re
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials these are. `name` is the last part of the ARN: a user, or the session of a role."""

    account: str
    region: str
    name: str


def caller_if_known(made: Callable[..., Any]) -> Caller:
    """Fails here if the credentials are wrong. An STS that does not answer must not stop a command that does not need
    it: then the name is empty."""
    sts = made("sts", config=SHORT)
    try:
        return _caller(sts)
    except BotoCoreError as error:
        if is_about_credentials(error):
            raise
        return Caller("未知，STS 没有应答", str(sts.meta.region_name), "")


def print_account(made: Clients, stage: str, prefix: str) -> Caller:
    """Prints the account and region the command will work on. Fails here if the credentials are wrong."""
    found = _caller(made("sts"))
    print(f"账号 {found.account}，区域 {found.region}，环境 {stage}（前缀 {prefix}）", flush=True)
    return found


def _caller(sts: Any) -> Caller:
    found = sts.get_caller_identity()
    return Caller(str(found["Account"]), str(sts.meta.region_name), re.split("[:/]", found["Arn"])[-1])
