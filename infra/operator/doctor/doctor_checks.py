"""`./contest doctor`: all its checks, in the order of the report."""

from infra.operator.doctor import (
    address_checks,
    configuration_checks,
    contest_checks,
    deployment_checks,
    gateway_checks,
    menu_checks,
    money_checks,
    relay_checks,
    transfer_checks,
    wechat_checks,
)
from infra.operator.doctor.check_runner import SECONDS, Check
from infra.operator.probe_client import READ_SECONDS

NO_LAMBDA, NO_EVENTS = "函数在本机就是应用进程", "定时任务由本机进程代替"
NO_GATEWAY, NO_WATCH = "API Gateway 由本机进程代替", "CloudWatch 只在云端"

BANK, PLAN, POOL = (
    Check("题库", contest_checks.bank),
    Check("红包方案", contest_checks.plan),
    Check("奖池", contest_checks.pool),
)
TABLES, QUOTA = Check("数据表", deployment_checks.tables), Check("并发配额", deployment_checks.quota, NO_LAMBDA)
PROBE = READ_SECONDS + SECONDS
"""Long enough for the function's own timeout to be reported."""
MENU = Check("公众号菜单", menu_checks.menu, seconds=PROBE)
RELAY = Check("自有服务器", relay_checks.relay, seconds=PROBE)
"""Only if asked for: the own server gets a message of it."""
CHECKS = (
    Check("竞赛配置", configuration_checks.contest_file),
    Check("设置与密钥", configuration_checks.settings),
    Check("微信凭证", wechat_checks.token, seconds=PROBE),
    Check("JS-SDK 票据", wechat_checks.ticket, seconds=PROBE),
    Check("共用的凭证", wechat_checks.shared),
    Check("公网地址", address_checks.health),
    Check("TLS 证书", gateway_checks.certificate),
    Check("线上的竞赛配置", address_checks.contest),
    Check("消息回调", address_checks.callback),
    Check("网页授权", address_checks.oauth),
    Check("函数到微信", address_checks.code_exchange),
    Check("网关自身的回答", gateway_checks.unknown_path),
    Check("网关设置", gateway_checks.answers, NO_GATEWAY),
    Check("商户证书", money_checks.certificate),
    Check("转账密钥", transfer_checks.keys),
    Check("商家转账", transfer_checks.product),
    TABLES,
    Check("队列", deployment_checks.queues),
    Check("工作台的桶", deployment_checks.bucket),
    Check("函数", deployment_checks.functions, NO_LAMBDA),
    QUOTA,
    Check("队列触发", deployment_checks.triggers, NO_LAMBDA),
    Check("定时规则", deployment_checks.rules, NO_EVENTS),
    Check("告警", deployment_checks.alarms, NO_WATCH),
    BANK,
    PLAN,
    POOL,
    Check("其他竞赛的发放", money_checks.unpaid),
    Check("商户余额", money_checks.balance),
    Check("已有关注者", contest_checks.baseline),
    MENU,
    Check("开始前保密", menu_checks.embargo),
    Check("开关", contest_checks.switches),
    Check("搁置的红包", contest_checks.parked),
    Check("开幕闭幕记录", contest_checks.records),
)
