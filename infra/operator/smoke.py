"""The smoke payment: one real yuan to an operator, and what WeChat Pay's answer means for the opening night."""

import argparse
from datetime import datetime

from chalicelib.adapters.http.render import moment
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.domain.prizes import yuan
from chalicelib.domain.smoke import SmokeShown, SmokeTold
from chalicelib.wiring import Services
from infra.operator import probe
from infra.operator.probe import ProbeFailed
from infra.operator.terminal import who

REFUSALS = {
    "smoke_other_person": "上一笔体验红包是发给另一位的：先用那位的 OPENID 查清结果，了结之后加 --again 才能发给别人。",
    "smoke_not_ended": (
        "上一笔体验红包还没有了结（领取、退回或失败），不能换新单号，发给别人也不行：去掉 --again，"
        "用上一笔的 OPENID 再执行，按提示处理。"
    ),
    "smoke_no_follower": "这个 OPENID 没有关注本公众号，或不是本公众号的 OPENID：没有发出任何红包。",
    "smoke_changed": "另一位操作员刚刚也执行了这个命令：请再执行一次，查看结果。不会重复付款。",
}
SENT = frozenset({Reply.ACCEPTED, Reply.SENT, Reply.RECEIVED})
_OPEN_IT = "微信支付已发出，请本人在24小时内打开；之后再执行同一命令，可查到是否已领取。"
ENDS = {
    Reply.ACCEPTED: _OPEN_IT,
    Reply.SENT: _OPEN_IT,
    Reply.RECEIVED: "本人已领取。要再发一笔，加上 --again。",
    Reply.SENDING: "微信支付已受理，还在处理：20分钟后再执行同一命令查询。",
    Reply.REFUNDING: "24小时内没有打开，钱正在退回商户。",
    Reply.REFUNDED: "24小时内没有打开，钱已退回商户。要再发一笔，加上 --again。",
    Reply.FAILED: "微信支付说它发放失败，钱没有付出。查明原因后，加上 --again 用新单号再发一笔。",
}
PROVED = "证书、密钥、商户号和付款现在都可用，发出它的机器的出口地址也可用（函数；加了 --here 则是本机）。"
ONLY_ASKED = (
    "这次只是查询：查询现在可用；发送由 {} 开始的这一笔证明，此后改过的证书、密钥、调用 IP 没有证明。"
    "要证明现在能发送，等它了结（本人打开，或24小时后退回）再加上 --again。"
)
NOT_ASKED = "这是上一笔的结果，它开始于 {}。这次没有问微信支付：加上 --again 再发一笔，才能证明现在可用。"
SAME_NUMBER = "处理之后再执行同一命令：先查询，再用原单号重发，不会重复付款。"
LOST = "可能已经发出：请过两分钟再执行同一命令，不要加 --again。会先查询，再决定是否用原单号重发，不会重复付款"
SAME_TERMS = (
    "这一笔的参数已随单号固定，改配置对它无效，再执行也是同样的应答。改正之后要再试，"
    "请用另一份竞赛文件（CONTEST_FILE，id 不同）加 --here 执行，或等商户平台上能查到这一笔的结果。"
)
IN_THE_TERMS = frozenset({"PARAM_ERROR", "XML_ERROR", "OPENID_ERROR"})
"""What is wrong is in the order itself, which is frozen with its number: sent again, it is as wrong."""
_USER = ("这位用户今天领取的个数或金额已到上限", "明天再试，或在商户平台调整上限")
_DAY = (
    "商户今天的发放已到上限",
    "在商户平台“现金红包”的产品设置中提高每日上限，使它不低于一天可能发出的金额",
)
_APP = ("AppID 不对，或没有与商户号绑定", "检查 WECHAT_APP_ID，并在商户平台“AppID账号管理”中绑定公众号")
HINTS = {
    "PROCESSING": ("微信支付正在处理", "20分钟后再执行同一命令查询"),
    "FREQ_LIMIT": ("请求太频繁", "过1分钟再试"),
    "SECOND_OVER_LIMITED": ("超过商户每秒的发放上限", "过1分钟再试"),
    "NOTENOUGH": ("商户可用余额不足", "在商户平台充值到运营账户；开幕之前要备足全部预算"),
    "SENDNUM_LIMIT": _USER,
    "RCVDAMOUNT_LIMIT": _USER,
    "SENDAMOUNT_LIMIT": _DAY,
    "DAY_OVER_LIMITED": _DAY,
    "CA_ERROR": (
        "商户证书不对或没有带上",
        "检查 WECHAT_PAY_CERT 和 WECHAT_PAY_CERT_KEY：同一商户号的 API 证书，没有过期，PEM 全文",
    ),
    "SIGN_ERROR": ("签名不对", "检查 WECHAT_PAY_KEY：商户平台“API安全”中的 APIv2 密钥，32位"),
    "ILLEGAL_APPID": _APP,
    "API_METHOD_CLOSED": ("商户没有开通用接口发放现金红包", "在商户平台“产品中心”开通现金红包，并允许用 API 发放"),
    "MSGAPPID_ERROR": _APP,
    "ACCEPTMODE_ERROR": ("商户的受理模式不能这样发放", "确认 WECHAT_MCH_ID 是普通商户号，不是服务商的"),
    "XML_ERROR": ("微信支付读不懂请求", "检查 contest.toml 的 [packet] 中有无特殊字符；否则请联系开发者"),
    "PARAM_ERROR": (
        "参数有误",
        "检查 contest.toml 的 [packet]：各项长度、client_ip、scene_id（2023年9月后开户的商户必须留空）",
    ),
    "MONEY_LIMIT": (
        "金额不在商户允许的范围内",
        "在商户平台“现金红包”的产品设置中，使金额范围包括1元和方案中的最大红包",
    ),
    "FATAL_ERROR": ("同一单号的参数与以前不同", "不要再执行；请在商户平台查这个单号，并联系开发者"),
    "NO_AUTH": (
        "商户没有权限，或被风险控制拦下",
        "在商户平台“现金红包”的产品设置中，把函数的出口地址（加了 --here 则是本机的）加入调用 IP；"
        "查看有无风险提示；也可能是这位用户的微信账号异常",
    ),
    "OPENID_ERROR": ("OPENID 与公众号不匹配", "确认 OPENID 属于 WECHAT_APP_ID 这个公众号"),
    "SYSTEMERROR": ("微信支付系统繁忙，可能已经发出", "过几分钟再执行同一命令查询"),
    "SEND_FAILED": ("发放失败，尚未确认", "过几分钟再执行同一命令查询"),
    "SSLError": ("没有连通：TLS 证书问题", "检查 WECHAT_PAY_CERT 和 WECHAT_PAY_CERT_KEY 是否成对、是 PEM 全文"),
}
"""err_code, or the error on the way to WeChat Pay -> what it means, and what to do."""
UNKNOWN = (
    "没有明确的应答，可能已经发出",
    "检查网络和证书（WECHAT_PAY_CERT、WECHAT_PAY_CERT_KEY），过几分钟再执行同一命令查询",
)


def pay(services: Services, arguments: argparse.Namespace) -> int:
    """Exit status 0 only when WeChat Pay says now that it has accepted or sent it."""
    if services.settings.is_local or arguments.here:
        told = services.pay_smoke(arguments.openid, who(arguments), arguments.again).shown
    else:
        told = _by_the_function(services, arguments)
    print(line(told.payment))
    # One that nobody was asked about has ended: how, its status tells.
    print(_meaning(told.payment, told.answer or Answer(Reply(told.payment.status.value)), services.clock()))
    if told.answer is None:
        print(NOT_ASKED.format(moment(told.payment.begun_at)))
        return 1
    if told.answer.reply not in SENT:
        return 1
    print(PROVED if told.has_sent else ONLY_ASKED.format(moment(told.payment.begun_at)))
    return 0


def _by_the_function(services: Services, arguments: argparse.Namespace) -> SmokeTold:
    """Raises ProbeFailed, which says whether money may be on its way."""
    prefix, contest_id = services.settings.prefix, services.contest.id
    try:
        return probe.pay_smoke(prefix, contest_id, arguments.openid, who(arguments), arguments.again)
    except ProbeFailed as failed:
        remedy = LOST if failed.has_run else f"没有发出任何红包。{failed.remedy}"
        raise ProbeFailed(failed.what, remedy) from None


def line(payment: SmokeShown) -> str:
    reason = f" {payment.reason}" if payment.reason else ""
    amount = yuan(payment.amount_fen)
    return f"体验红包  {payment.mch_billno}  {amount}元  {payment.status.value}{reason}  {moment(payment.begun_at)}"


def _meaning(payment: SmokeShown, answer: Answer, now: datetime) -> str:
    if answer.reply in ENDS:
        return ENDS[answer.reply]
    if answer.reply is Reply.NOT_FOUND:
        return _not_found(payment, now)
    what, then = HINTS.get(answer.code, UNKNOWN)
    told = f"微信支付的应答：{answer.code or '无'}。{what}。{then}。"
    if answer.code == "FATAL_ERROR":
        return told
    return f"{told}\n{SAME_TERMS if answer.code in IN_THE_TERMS else SAME_NUMBER}"


def _not_found(payment: SmokeShown, now: datetime) -> str:
    """Asked about, and nothing sent again."""
    if payment.waits_until and now < payment.waits_until:
        return f"微信支付还没有这个单号，但上一次发送可能仍在途中：{moment(payment.waits_until)} 之后再执行同一命令。"
    return "微信支付说没有这个单号，与我方的记录不符：不会再发，请在商户平台查这个单号。"
