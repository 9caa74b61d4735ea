"""`./contest secrets put`: stores one secret of a stage, which is neither shown nor logged."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

from typer import Argument, BadParameter

from infra.operator.command_line import Noun, flags
from infra.operator.terminal import By, WhyIfAny, signed
from infra.project import CHECKOUT

MOST_BYTES = 4096
"""The size of a standard parameter."""
secrets = Noun("secrets", "密钥，存在 SSM / secrets in Parameter Store", "部署 / the deployment")


@secrets.changes("put")
def put(
    name: Annotated[str, Argument(metavar="NAME", help="如 WECHAT_TOKEN / such as WECHAT_TOKEN")],
    reason: WhyIfAny = "",
    by: By = None,
) -> None:
    """存入一项密钥，从标准输入或不回显地输入 / store one secret

    Reads the value from stdin, or asks for it without an echo. Replaces an earlier value. PEM texts of several lines
    come from a file: `./contest secrets put WECHAT_PAY_CERT_KEY --yes < key.pem`.
    """
    from chalicelib.domain.operator_log import LogEntry
    from infra.operator.cloud import aws_clients
    from infra.operator.cloud.stack_log import log_stack_act, now
    from infra.operator.confirmation import consent
    from infra.operator.deployment import use_cloud_deployment

    _check_name(name)
    wanted = use_cloud_deployment(flags.stage, CHECKOUT)
    caller = aws_clients.print_account(aws_clients.clients, wanted.stage, wanted.prefix)
    value = _read(name)
    full = _path(name, wanted.secrets_path) + name
    consent(f"部署 {wanted.prefix}：存入 {full}，替换原有的？")
    entry = LogEntry(now(), signed(caller.name, by), "secrets put", name, reason=reason)
    log_stack_act(aws_clients.clients, wanted.prefix, entry)
    _store(aws_clients.clients("ssm"), full, value)
    print(
        f"已存入 {full}（SecureString）。运行中的函数仍用旧的值：改 config.json 中的 SECRETS_REVISION，再 make deploy。"
    )


def _check_name(name: str) -> None:
    known = _known()
    if name not in known:
        raise BadParameter(f"{name}；可选：{'、'.join(known)}", param_hint="NAME")


def _known() -> list[str]:
    from chalicelib.settings import OPTIONAL_NAMES
    from infra.operator.cloud.stored_secrets import ALL_NAMES

    return list(dict.fromkeys((*ALL_NAMES, *OPTIONAL_NAMES)))


def _path(name: str, secrets_path: str) -> str:
    """The path that only functions that pay may read, for what paying takes."""
    from chalicelib.pay_settings import PAY_SECRET_NAMES, pay_path

    path = pay_path(secrets_path) if name in PAY_SECRET_NAMES else secrets_path
    return path.rstrip("/") + "/"


def _read(name: str) -> str:
    """Raises OperatorError, with what is wrong and never with the value."""
    from getpass import getpass

    from infra.operator.operator_errors import OperatorError

    # A newline at the end belongs to the file, not to the value; a text of several lines is PEM and stays as it is.
    given = getpass(f"{name}（不回显）：") if sys.stdin.isatty() else sys.stdin.read()
    value = given if "\n" in given.strip() else given.strip()
    if faults := list(_faults(name, value)):
        raise OperatorError(f"{name} {'，'.join(faults)}：没有存入。")
    return value


def _faults(name: str, value: str) -> Iterator[str]:
    from infra.operator.doctor.configuration_checks import malformed

    if not value:
        yield "是空的"
        return
    if len(value.encode()) > MOST_BYTES:
        yield f"超过 {MOST_BYTES} 字节"
    yield from (words for _, words in malformed({name: value}))
    if name.endswith(("_CERT", "_CERT_KEY", "_PUBLIC_KEY")) and "-----BEGIN " not in value:
        yield "不是 PEM 全文（-----BEGIN …）"
    if name == "WECHAT_AES_KEY" and len(value) != 43:
        yield "应为 43 个字符"
    if name == "WECHAT_MODE" and value not in ("safe", "plain"):
        yield "应为 safe"
    if name == "SESSION_KEYS" and min(map(len, (key.strip() for key in value.split(",")))) < 32:
        yield "每个至少 32 个字符"


def _store(ssm: Any, full: str, value: str) -> None:
    """Stores the value. AWS's error repeats a value that it refuses, so only the error's code is shown."""
    from botocore.exceptions import ClientError

    from infra.operator.operator_errors import OperatorError, code_of, is_about_credentials

    try:
        ssm.put_parameter(Name=full, Value=value, Type="SecureString", Overwrite=True)
    except ClientError as error:
        if is_about_credentials(error):
            raise
        raise OperatorError(f"AWS 没有存入 {full}（{code_of(error)}）。") from None
