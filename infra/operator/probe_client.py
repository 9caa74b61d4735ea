"""Invokes deployed functions. `probe` calls WeChat, and the own server, from the functions' own address.

The SDK does not retry an invoke: only one may run at a time, so a retry would be refused while the first runs.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.http.probe_answers import platform_answers, relay_outcome
from chalicelib.ports import PlatformAnswers, RelayOutcome
from infra.operator.operator_errors import DEPLOY, NOT_ALLOWED, SECRETS, code_of

READ_SECONDS = 120
"""Exceeds the function's timeout and cold start: after a read timeout the function has ended."""
HERE = "或加 --here，从本机检查"
OF_ANOTHER_VERSION = ("函数 probe 与本命令的版本不同", "请用部署的那个版本执行，" + HERE)
Event = Mapping[str, Any]


class ProbeFailed(Exception):
    """There is no usable answer. `what` and `remedy` are for the operator, without a full stop."""

    def __init__(self, what: str, remedy: str, has_run: bool = True, denied: bool = False) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy
        self.has_run, self.denied = has_run, denied
        """`has_run`: the function may have run anyway. `denied`: the credentials may not invoke it."""


def check_wechat(prefix: str, contest_id: str) -> PlatformAnswers:
    """Checks WeChat through the deployment's function `probe`. Raises ProbeFailed."""
    body = _probe_answer(prefix, {"contest": contest_id, "check": "wechat"})
    try:
        return platform_answers(body)
    except LookupError:
        raise ProbeFailed(*OF_ANOTHER_VERSION) from None


def check_relay(prefix: str, contest_id: str, query: str, body: str) -> RelayOutcome | None:
    """Passes the signed message on through `probe`. None if the contest has no own server. Raises ProbeFailed."""
    event = {"contest": contest_id, "check": "relay", "query": query, "body": body}
    answer = _probe_answer(prefix, event)
    if answer["outcome"] == "no_own_server":
        return None
    try:
        return relay_outcome(answer)
    except LookupError:
        raise ProbeFailed(*OF_ANOTHER_VERSION) from None


def _probe_answer(prefix: str, event: Event) -> Mapping[str, Any]:
    body = invoke(f"{prefix}-probe", event)
    match body:
        case {"outcome": "told" | "no_own_server"}:
            return dict(body)
        case {"outcome": "settings", "problems": [*problems]}:
            what = f"函数的设置与密钥有误：{'，'.join(map(str, problems))}"
            raise ProbeFailed(what, f"{SECRETS}，再{DEPLOY}", has_run=False)
        case {"outcome": "other_contest"}:
            raise ProbeFailed(
                f"部署的不是竞赛 {event['contest']}", "请用部署的那份竞赛文件执行，或重新部署，" + HERE, has_run=False
            )
        case {"outcome": "unknown_check"}:
            raise ProbeFailed(*OF_ANOTHER_VERSION, has_run=False)
    raise ProbeFailed(*OF_ANOTHER_VERSION)


def invoke(name: str, event: Event) -> Any:
    """Invokes the function and returns its JSON. Raises ProbeFailed."""
    try:
        answer = lambda_client().invoke(FunctionName=name, Payload=json.dumps(event))
        payload = answer["Payload"].read()
    except ClientError as error:
        raise _refusal(name, error) from None
    except BotoCoreError as error:
        what = f"没有得到函数 {name} 的应答（{type(error).__name__}）"
        raise ProbeFailed(what, "请检查地区、凭证和网络后再试，" + HERE) from None
    if answer.get("FunctionError"):
        raise ProbeFailed(f"函数 {name} 中途出错", "请看它的日志；" + HERE)
    try:
        return json.loads(payload)
    except ValueError:
        raise ProbeFailed(*OF_ANOTHER_VERSION) from None


def _refusal(name: str, error: ClientError) -> ProbeFailed:
    code = code_of(error)
    if code == "ResourceNotFoundException":
        return ProbeFailed(f"没有部署函数 {name}", f"{DEPLOY}，{HERE}", has_run=False)
    if code == "TooManyRequestsException":
        # Only one runs at a time: another operator's, or an earlier one that timed out here.
        return ProbeFailed(f"函数 {name} 正忙，同时只做一件", "请过两分钟再试", has_run=False)
    if code in NOT_ALLOWED:
        return ProbeFailed(
            "当前凭证无权调用 Invoke", f"请换有权调用函数 {name} 的凭证，{HERE}", has_run=False, denied=True
        )
    return ProbeFailed(f"AWS 拒绝了调用函数 {name}（{code}）", "请检查地区和凭证后再试，" + HERE)


def lambda_client() -> Any:
    import boto3  # slow to import; other commands do not need it
    from botocore.config import Config

    once = Config(connect_timeout=4, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1})
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return boto3.client("lambda", region_name=region, config=once)
