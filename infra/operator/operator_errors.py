"""What can go wrong with a command, in words for the operator."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, WaiterError

CREDENTIALS = "没有可用的云账号凭证，或凭证已失效：请设置 AWS_PROFILE，或重新取得凭证。"
_WRONG_CREDENTIALS = frozenset(
    "ExpiredToken ExpiredTokenException InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch"
    " UnrecognizedClientException InvalidAccessKeyId AuthFailure IncompleteSignature".split()
)
_MISSING = frozenset(
    "ResourceNotFoundException NotFoundException NoSuchEntity QueueDoesNotExist"
    " AWS.SimpleQueueService.NonExistentQueue".split()
)
DEPLOY = "执行 make deploy STAGE=环境名"
SECRETS = "重新存入 SSM（见 docs/deploy.md）"
"""What to do, where several errors say the same."""
NOT_ALLOWED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})

T = TypeVar("T")


class OperatorError(Exception):
    """The command is refused or has failed. The text is for the operator; running the command again is safe."""


def unless_missing(call: Callable[[], T]) -> T | None:
    """AWS's answer; None when the thing does not exist."""
    try:
        return call()
    except ClientError as error:
        if code_of(error) in _MISSING:
            return None
        raise


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", ""))


def aws_failure(error: BotoCoreError | ClientError) -> str:
    """One line: what AWS refused, or why it could not be asked."""
    if isinstance(error, ClientError):
        code, operation = code_of(error), error.operation_name
        if code in _WRONG_CREDENTIALS:
            return CREDENTIALS
        if "AccessDenied" in code or code == "UnauthorizedOperation":
            return f"当前凭证没有权限执行 {operation}。"
        return f"AWS 拒绝了 {operation}（{code}）：{message_of(error)}"
    if isinstance(error, NoRegionError):
        return "没有指定区域：请设置 AWS_DEFAULT_REGION，如 cn-north-1。"
    if isinstance(error, WaiterError):
        return "AWS 还在处理，这里等不及了。请稍后再执行，会接着做。"
    if isinstance(error, NoCredentialsError) or "Credential" in type(error).__name__:
        return CREDENTIALS
    return f"不能连接 AWS（{type(error).__name__}），请检查网络和区域后重试；重复执行是安全的。"
