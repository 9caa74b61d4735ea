"""Checks WeChat's platform: requests new credentials from the functions' address, without storing them."""

from collections.abc import Iterator

from chalicelib.adapters.http.render import moment
from chalicelib.domain.errors import TryAgain
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import explain_wechat

TOKEN, TICKET, SHARED = About("微信凭证"), About("JS-SDK 票据"), About("共用的凭证")
NOT_WHITELISTED = 40164
FUNCTIONS_ADDRESS = "函数的出口地址；固定出口见 infra/cloudformation/egress.yaml（up --egress 会给出地址）"


def token(target: Target) -> Iterator[Finding]:
    """Requests an access token, which every call needs and WeChat issues only to whitelisted addresses."""
    by_function, here = "函数能取得 access_token，其出口地址在 IP 白名单中", "本机能取得 access_token"
    yield _platform_finding(target, TOKEN, target.wechat.token, by_function if target.asks_the_function else here)


def ticket(target: Target) -> Iterator[Finding]:
    yield _platform_finding(target, TICKET, target.wechat.ticket, "能取得")


def shared(target: Target) -> Iterator[Finding]:
    """Reports the credentials that the functions last stored, obtained from their own address."""
    store, now = target.services.ports.credentials, target.now()
    for name in ("access_token", "jsapi_ticket"):
        found = store.read_credential(name)
        if found is None:
            yield SHARED.unknown(f"{name}：函数还没有取过")
        elif found.expires_at <= now:
            yield SHARED.unknown(f"{name}：{moment(found.expires_at)} 已过期，用到时会换新")
        else:
            yield SHARED.ok(f"{name}：有效至 {moment(found.expires_at)}，到期前 5 分钟自动换新")


def _platform_finding(target: Target, about: About, errcode: int | None, well: str) -> Finding:
    """Returns the finding for WeChat's errcode. Raises TryAgain when WeChat did not answer."""
    if errcode is None:
        raise TryAgain
    if errcode == 0:
        return about.ok(well)
    ours = FUNCTIONS_ADDRESS if target.asks_the_function else "本机的出口地址；函数的出口地址也须在其中"
    what, remedy = explain_wechat(errcode)
    return about.wrong(what, remedy + ours if errcode == NOT_WHITELISTED else remedy)
