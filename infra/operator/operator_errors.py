"""Explains errors to the operator: what happened, and what to do."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoRegionError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
    WaiterError,
)
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import NewerVersion, TryAgain, WeChatRefused
from chalicelib.domain.operator_refusals import WECHAT_REFUSALS

DEPLOY = "执行 make deploy STAGE=环境名"
SECRETS = "重新存入 SSM（见 docs/deploy.md）"
NOT_ALLOWED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"})
_CREDENTIALS = ("没有可用的云账号凭证，或凭证已失效", "请设置 AWS_PROFILE，或重新取得凭证")
_PROFILE = ("没有 AWS_PROFILE 所写的配置", "请改正 AWS_PROFILE，或用 aws configure --profile 建立它")
_REGION = ("没有指定区域", "请设置 AWS_DEFAULT_REGION，如 cn-north-1")
ENGLISH = {
    _CREDENTIALS: " / No valid AWS credentials: set AWS_PROFILE, or renew them.",
    _PROFILE: " / No such AWS profile: correct AWS_PROFILE, or create it with aws configure.",
    _REGION: " / No AWS region: set AWS_DEFAULT_REGION, such as cn-north-1.",
}
"""The missing parts, in English too, for new operators who cannot read the Chinese line."""
_WRONG_CREDENTIALS = frozenset(
    "ExpiredToken ExpiredTokenException InvalidClientTokenId InvalidSignatureException SignatureDoesNotMatch"
    " UnrecognizedClientException InvalidAccessKeyId AuthFailure IncompleteSignature".split()
)
_NO_LOGIN = (ProfileNotFound, SSOError, TokenRetrievalError)
"""Errors about credentials whose names do not say so."""
_MISSING = frozenset(
    "ResourceNotFoundException NotFoundException NoSuchEntity QueueDoesNotExist"
    " AWS.SimpleQueueService.NonExistentQueue 404 NoSuchBucketPolicy NoSuchLifecycleConfiguration"
    " NoSuchPublicAccessBlockConfiguration ServerSideEncryptionConfigurationNotFoundError".split()
)

T = TypeVar("T")
Explanation = tuple[str, str]
"""What happened, and what to do; neither ends with a full stop."""


class OperatorError(Exception):
    """The command was refused or failed. The text is for the operator; the command can safely be run again."""


def explain(error: Exception, details: bool = False) -> Explanation | None:
    """Explains an error common to all commands; None for any other. `details` adds AWS's own message."""
    match error:
        case WeChatRefused():
            return explain_wechat(error.errcode)
        case NewerVersion():
            return "有记录由更新的版本写入，本版本不能处理，未作任何更改", "请用部署的那个版本执行"
        case TryAgain(__cause__=Exception() as cause) if is_about_credentials(cause):
            return explain(cause, details)
        case TryAgain():
            return "数据库或微信没有应答，或正忙", "请稍后重试；重复执行是安全的"
        case PynamoDBException(cause=Exception() as cause) if is_about_credentials(cause):
            return explain(cause, details)
        case PynamoDBException():
            return f"数据库拒绝了请求（{type(error).__name__}）", "请检查地区、表名前缀和权限"
        case ClientError():
            return _explain_refusal(error, details)
        case NoRegionError():
            return _REGION
        case ProfileNotFound():
            return _PROFILE
        case WaiterError():
            return "AWS 还在处理，这里等不及了", "请稍后再执行，会接着做"
        case BotoCoreError() if is_about_credentials(error):
            return _CREDENTIALS
        case BotoCoreError():
            return f"AWS 没有应答（{type(error).__name__}）", "请检查地区、凭证和网络后重试；重复执行是安全的"
    return None


def is_about_credentials(error: Exception) -> bool:
    """Returns whether AWS's credentials are missing, expired or without the right."""
    match error:
        case ClientError():
            return code_of(error) in _WRONG_CREDENTIALS | NOT_ALLOWED
        case TryAgain(__cause__=Exception() as cause):
            return is_about_credentials(cause)
        case PynamoDBException():
            return isinstance(error.cause, ClientError | BotoCoreError) and is_about_credentials(error.cause)
        case BotoCoreError():
            return isinstance(error, _NO_LOGIN) or "Credential" in type(error).__name__
    return False


def explain_wechat(errcode: int | None) -> Explanation:
    why, remedy = WECHAT_REFUSALS.get(errcode or 0, ("原因不明", "请对照微信文档的错误码处理"))
    return f"微信拒绝了请求：错误码 {errcode}，{why}", remedy


def _explain_refusal(error: ClientError, details: bool) -> Explanation:
    code = code_of(error)
    if code in _WRONG_CREDENTIALS:
        return _CREDENTIALS
    if code in NOT_ALLOWED:
        return f"当前凭证没有权限执行 {error.operation_name}", "请换有权的凭证"
    message = f"：{message_of(error)}" if details else ""
    return f"AWS 拒绝了 {error.operation_name}（{code}）{message}", "请检查地区、前缀和凭证"


def unless_missing(call: Callable[[], T]) -> T | None:
    """Returns the call's result; None when AWS reports that the resource does not exist."""
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
