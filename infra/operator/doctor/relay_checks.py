"""Sends the account's own server a signed message through the relay, for `./contest doctor --relay`."""

import secrets
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from chalicelib.ports import CallbackRequest, RelayOutcome
from infra.operator import probe_client
from infra.operator.doctor.echo_message import echo_message
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target

RELAY = About("自有服务器")
NONE_NAMED = RELAY.wrong(
    "没有写明公众号自有的服务器", "在 contest.toml 的 [account] own_server 中写明，再部署；没有的不需要 --relay"
)
ADDRESS = "请让自有服务器的防火墙放行函数的出口地址（up --egress 会给出）"
OURSELVES = RELAY.wrong(
    "own_server 写的是本应用自己的地址", "请写公众号原有服务器的地址（接入之前微信后台所填的），再部署"
)
REMEDIES = {
    "unreachable": ("连不上", f"{ADDRESS}；检查域名、证书"),
    "timeout": ("没有及时回答", "它须在 3.5 秒内回答"),
    "broken": ("中途断开", "查看自有服务器的日志"),
    "status": ("回答的状态码不是 200", "多半是签名不符：令牌、密钥须与它现在用的相同；查看自有服务器的日志"),
    "content": ("回答的不是微信的 XML", "检查 own_server 的路径；查看自有服务器的日志"),
    "too_large": ("回答超过 64 KB", "查看自有服务器的日志"),
}
"""By the reason of the metric RelaysFailed."""
NO_REPLY = "它可能不认识这条测试，也可能不认我们的签名：改地址之前，请核对令牌、密钥与它现在用的相同"


def relay(target: Target) -> Iterator[Finding]:
    if target.services.own_server_url.rstrip("/") == f"{target.url}/wechat":
        yield OURSELVES  # we refuse what we have relayed
        return
    outcome = _outcome(target)
    if outcome is None:
        yield NONE_NAMED
    elif outcome.failure:
        what, remedy = REMEDIES.get(outcome.failure, (f"没有回答（{outcome.failure}）", "查看自有服务器的日志"))
        yield RELAY.wrong(what, remedy + _about_port(target))
    elif outcome.has_reply:
        yield RELAY.ok(f"{_sender(target)}转发的测试，{outcome.milliseconds} 毫秒得到回复")
    else:
        yield RELAY.warning(f"{_sender(target)}转发的测试，{outcome.milliseconds} 毫秒得到“不回复”", NO_REPLY)


def _outcome(target: Target) -> RelayOutcome | None:
    """None if no own server is named. Raises ProbeFailed."""
    query, body = echo_message(target.settings, target.now(), secrets.token_hex(8))
    if target.asks_the_function:
        return probe_client.check_relay(target.prefix, target.contest.id, query, body)
    check = target.services.relay_check
    sent = CallbackRequest(query, body.encode(), {"Content-Type": "text/xml"}, time.monotonic())
    return check.check_relay(sent) if check else None


def _sender(target: Target) -> str:
    return "函数" if target.asks_the_function else "本机"


def _about_port(target: Target) -> str:
    """The security group of the fixed egress lets out port 443 alone."""
    port = urlsplit(target.services.own_server_url).port or 443
    on_egress = target.config["stages"].get(target.stage, {}).get("subnet_ids")
    return f"；固定出口只放行 443 端口，而它在 {port} 端口" if on_egress and port != 443 else ""
