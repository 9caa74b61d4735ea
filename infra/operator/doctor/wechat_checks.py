"""WeChat's platform: its credentials, asked for anew from the functions' address and left with nobody."""

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
    """Any call needs one, and WeChat gives none to an address that is not on its whitelist."""
    well = "函数能取得 access_token，其出口地址在 IP 白名单中"
    yield _told(target, TOKEN, target.wechat.token, well if target.asks_the_function else "本机能取得 access_token")


def ticket(target: Target) -> Iterator[Finding]:
    yield _told(target, TICKET, target.wechat.ticket, "能取得")


def shared(target: Target) -> Iterator[Finding]:
    """What the functions last got for themselves: from their own address, not from this machine's."""
    store, now = target.services.ports.credentials, target.now()
    for name in ("access_token", "jsapi_ticket"):
        found = store.read_credential(name)
        if found is None:
            yield SHARED.untold(f"{name}：函数还没有取过")
        elif found.expires_at <= now:
            yield SHARED.untold(f"{name}：{moment(found.expires_at)} 已过期，用到时会换新")
        else:
            yield SHARED.ok(f"{name}：有效至 {moment(found.expires_at)}，到期前 5 分钟自动换新")


def _told(target: Target, about: About, errcode: int | None, well: str) -> Finding:
    """Raises TryAgain when WeChat was silent."""
    if errcode is None:
        raise TryAgain
    if errcode == 0:
        return about.ok(well)
    ours = FUNCTIONS_ADDRESS if target.asks_the_function else "本机的出口地址；函数的出口地址也须在其中"
    what, remedy = explain_wechat(errcode)
    return about.wrong(what, remedy + ours if errcode == NOT_WHITELISTED else remedy)
