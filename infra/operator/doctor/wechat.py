"""The account's credentials on WeChat's platform, asked for from this machine and left with nobody."""

from collections.abc import Iterator

from chalicelib.adapters.dynamodb.credentials import DynamoCredentials
from chalicelib.adapters.render import moment
from chalicelib.adapters.wechat import WeChatRefused
from infra.operator.account import refused_by_wechat
from infra.operator.doctor.finding import About, Finding
from infra.operator.doctor.site import Site

TOKEN, TICKET, SHARED = About("微信凭证"), About("JS-SDK 票据"), About("共用的凭证")
REMEDIES = {
    40013: "核对 SSM 中的 WECHAT_APP_ID",
    40125: "在公众平台核对或重置 AppSecret，再存入 SSM",
    40164: "在公众平台“基本配置”的 IP 白名单中加入本机的出口地址；函数的固定出口（infra/egress.yaml）也须在其中",
    40243: "在公众平台解冻 AppSecret",
    45009: "等到明天，或在公众平台清零调用次数",
    48001: "在公众平台“接口权限”中查看；须为已认证的服务号",
}


def token(site: Site) -> Iterator[Finding]:
    """Any call needs one; the menu is read again by other checks."""
    try:
        _ = site.menu
    except WeChatRefused as refused:
        yield _refusal(TOKEN, refused)
    else:
        yield TOKEN.ok("本机能取得 access_token，IP 白名单放行")


def ticket(site: Site) -> Iterator[Finding]:
    try:
        site.wechat.ticket()
    except WeChatRefused as refused:
        yield _refusal(TICKET, refused)
    else:
        yield TICKET.ok("能取得")


def shared(site: Site) -> Iterator[Finding]:
    """What the functions last got for themselves: from their own address, not from this machine's."""
    _ = site.services.connection
    store, now = DynamoCredentials(site.settings.app_id), site.now()
    for name in ("access_token", "jsapi_ticket"):
        found = store.read(name)
        if found is None:
            yield SHARED.untold(f"{name}：函数还没有取过")
        elif found.expires_at <= now:
            yield SHARED.untold(f"{name}：{moment(found.expires_at)} 已过期，用到时会换新")
        else:
            yield SHARED.ok(f"{name}：有效至 {moment(found.expires_at)}，到期前 5 分钟自动换新")


def _refusal(about: About, refused: WeChatRefused) -> Finding:
    remedy = REMEDIES.get(refused.errcode or 0, "对照微信文档的错误码处理")
    return about.wrong(refused_by_wechat(refused).rstrip("。"), remedy)
