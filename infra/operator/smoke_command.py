"""The smoke payment: sends real money to an operator, and explains what the outcome proves."""

import argparse
import sys

from chalicelib.adapters.http.render import moment
from chalicelib.domain.claims import PAID, Claim, PayoutStatus
from chalicelib.domain.payouts import Reason
from chalicelib.domain.prizes import yuan
from chalicelib.domain.smoke import MOST
from chalicelib.usecases.smoke_payments import PATIENCE
from chalicelib.wiring import Services
from infra.operator.terminal import who

REFUSALS = {
    "smoke_under_way": "上一笔体验红包还在途中，不能再发一笔：去掉 --again，用上一笔的 OPENID 再执行，按提示处理。",
    "smoke_other_person": "上一笔体验红包是发给另一位的：用那位的 OPENID 执行可查看结果；要发给这一位，加上 --again。",
    "smoke_other_amount": "上一笔体验红包不是这个金额：去掉 --amount 可查看结果；要按这个金额另发一笔，加上 --again。",
    "smoke_amount": "体验红包的金额要在1元和本场竞赛最大的红包之间：没有发出任何红包。",
    "smoke_ceiling": f"一场竞赛至多发 {MOST} 笔体验红包，已经发满：没有发出任何红包。",
    "smoke_no_follower": (
        "已知的关注者中没有这个 OPENID：没有发出任何红包。"
        "请本人先关注公众号（已关注的，请在微信里打开一次活动页面），再执行。"
    ),
    "smoke_not_ours": "上一笔体验红包的单号在微信支付中是另一笔付款，不能再发：加上 --again 另发一笔。",
    "smoke_changed": "另一位操作员刚刚也执行了这个命令：请再执行一次，查看结果。不会重复付款。",
}
PROVED = "微信支付已发出，请本人在24小时内打开。证书、密钥、商户号和付款现在都可用，函数的出口地址也可用。"
NOT_PROVED = "这一笔开始于 {}，这次没有发送，不能证明现在可用：加上 --again 再发一笔。"
NO_OUTCOME = (
    f"{PATIENCE:.0f}秒内还没有结果。函数 pay 会继续，任务丢失时一分钟一次的清扫会补上：过两分钟再执行同一命令查看，"
    "不要加 --again。仍没有结果，请看函数 pay 的日志和 ./contest doctor。"
)
FAILED = "微信支付说它发放失败，钱没有付出。查明原因后，加上 --again 再发一笔。"
SAME_NUMBER = "处理之后再执行同一命令：先查询，再用原单号重发，不会重复付款。"
OTHER_NUMBER = "参数已随单号固定，改正之后过两分钟，请加上 --again 另发一笔。"
ASKED_LATER = "函数 pay 会自动查询，需要时用原单号重发：{}再执行同一命令查看，不要加 --again。"
CODE = "微信支付的代码在函数 pay 的日志中："
HINTS = {
    Reason.DOUBTFUL: "没有明确的应答，可能已经发出。请检查网络和证书（WECHAT_PAY_CERT、WECHAT_PAY_CERT_KEY）。"
    + ASKED_LATER.format("过几分钟"),
    Reason.PROCESSING: "微信支付正在处理。" + ASKED_LATER.format("20分钟后"),
    Reason.UNDER_WAY: "微信支付已受理，还在处理。" + ASKED_LATER.format("20分钟后"),
    Reason.BACK_OFF: "请求太频繁。" + ASKED_LATER.format("几分钟后"),
    Reason.BALANCE: f"商户可用余额不足：在商户平台充值到运营账户；开幕之前要备足全部预算。{SAME_NUMBER}",
    Reason.USER_LIMIT: f"这位用户今天领取的个数或金额已到上限：明天再试，或在商户平台调整上限。{SAME_NUMBER}",
    Reason.DAY_LIMIT: (
        "商户今天的发放已到上限：在商户平台“现金红包”的产品设置中提高每日上限，"
        f"使它不低于一天可能发出的金额。{SAME_NUMBER}"
    ),
    Reason.CONFIGURATION: (
        f"商户的配置不对。{CODE}CA_ERROR 检查证书 WECHAT_PAY_CERT 和 WECHAT_PAY_CERT_KEY（同一商户号，没有过期，"
        "PEM 全文）；SIGN_ERROR 检查 WECHAT_PAY_KEY（APIv2 密钥，32位）；ILLEGAL_APPID、MSGAPPID_ERROR 检查 "
        "WECHAT_APP_ID，并在商户平台绑定公众号；API_METHOD_CLOSED 开通现金红包，并允许用 API 发放；ACCEPTMODE_ERROR "
        f"确认是普通商户号，不是服务商的；XML_ERROR 检查 contest.toml 的 [packet] 中有无特殊字符。{SAME_NUMBER}"
    ),
    Reason.INSPECT: f"微信支付不接受。{CODE}MONEY_LIMIT 在商户平台放宽红包金额的范围，使它包括最大的红包；"
    f"PARAM_ERROR 检查 contest.toml 的 [packet]（长度、client_ip、scene_id），{OTHER_NUMBER}",
    Reason.NOT_OURS: "微信支付中这个单号是另一笔付款：加上 --again 另发一笔。",
    Reason.RISK_CONTROL: (
        "商户没有权限，或被风险控制拦下：在商户平台“现金红包”的产品设置中，把函数的出口地址加入调用 IP；"
        f"查看有无风险提示；也可能是这位用户的微信账号异常。{SAME_NUMBER}"
    ),
    Reason.OPENID: f"OPENID 与公众号不匹配：确认它属于 WECHAT_APP_ID 这个公众号。{OTHER_NUMBER}",
}
"""Why WeChat Pay has not sent the packet -> what to do."""


def pay(services: Services, arguments: argparse.Namespace) -> int:
    """Returns exit status 0 only if WeChat Pay accepted the payment in this run."""
    smoke = services.smoke_payments
    started = smoke.start_smoke_payment(arguments.openid, arguments.amount, who(arguments), arguments.again)
    print("等待结果……", file=sys.stderr)
    payment = smoke.wait_for_outcome(started)
    proved = payment.status in PAID and payment.sends > started.sends  # a query does not prove that sending works
    print(line(payment))
    print(PROVED if proved else meaning(payment, payment.revision > started.revision))
    return 0 if proved else 1


def line(payment: Claim) -> str:
    order = payment.order
    reason = f" {payment.reason}" if payment.reason else ""
    amount, begun = yuan(order.amount_fen), moment(payment.claimed_at)
    return f"体验红包  {order.mch_billno}  {amount}元  {payment.status.value}{reason}  {begun}"


def meaning(payment: Claim, has_changed: bool) -> str:
    """Explains the outcome of a payment that was not sent in this run."""
    if payment.status is PayoutStatus.FAILED and has_changed:
        return FAILED
    if payment.is_final or payment.status in PAID:
        return NOT_PROVED.format(moment(payment.claimed_at))
    reason = Reason(payment.reason)
    return HINTS[reason] if has_changed and reason in HINTS else NO_OUTCOME
