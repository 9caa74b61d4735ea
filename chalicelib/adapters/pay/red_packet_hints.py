"""Instructions for operators when WeChat Pay has not sent a red packet, by reason and by WeChat Pay's codes."""

from chalicelib.domain.payout_reasons import Reason

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
    Reason.TERMS: f"参数不被接受：检查 contest.toml 的 [packet]（长度、client_ip、scene_id），{OTHER_NUMBER}",
    Reason.MONEY_LIMIT: f"在商户平台“现金红包”的产品设置中，使金额范围包括这个金额和方案中最大的红包。{SAME_NUMBER}",
    Reason.INSPECT: "微信支付不再知道这个单号：请在商户平台的账单中核对。",
    Reason.LOST: "微信支付收过这个单号，现在查不到或没有明确的应答：请在商户平台的账单中核对；重试只查询，不重发。",
    Reason.UNCLEAR: f"一天没有明确的应答：请在商户平台查这个单号。{SAME_NUMBER}",
    Reason.PAYER: (
        "它由另一商户号或公众号开始，现在的商户不能查询或补发：请在那个商户的账单中核对这个单号；要验证现在的商户，"
        "加上 --again 另发一笔。"
    ),
    Reason.UNCONFIRMED: "用户十次都没有确认收款：请联系本人，再人工了结。",
    Reason.NOT_OURS: "微信支付中这个单号是另一笔付款：加上 --again 另发一笔。",
    Reason.RISK_CONTROL: (
        "商户没有权限，或被风险控制拦下：在商户平台“现金红包”的产品设置中，把函数的出口地址加入调用 IP；"
        f"查看有无风险提示；也可能是这位用户的微信账号异常。{SAME_NUMBER}"
    ),
    Reason.OPENID: f"OPENID 与公众号不匹配：确认它属于 WECHAT_APP_ID 这个公众号。{OTHER_NUMBER}",
}
"""Reason why WeChat Pay has not sent the packet -> instruction."""
