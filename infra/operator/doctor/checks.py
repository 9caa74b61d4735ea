"""All that `./contest doctor` looks at, in the order in which it is told."""

import argparse
import os

from infra.operator.deployment import use_deployment
from infra.operator.doctor import (
    alarms,
    clocks,
    configured,
    contest,
    earlier,
    functions,
    gateway,
    menu,
    merchant,
    public,
    rules,
    storage,
    tls,
    wechat,
)
from infra.operator.doctor.running import SECONDS, Check, findings, report
from infra.operator.doctor.site import Site
from infra.operator.errors import OperatorError
from infra.operator.probe import READ_SECONDS

NO_LAMBDA, NO_EVENTS = "函数在本机就是应用进程", "定时任务由本机进程代替"
NO_GATEWAY, NO_WATCH = "API Gateway 由本机进程代替", "CloudWatch 只在云端"

BANK, PLAN, POOL = Check("题库", contest.bank), Check("红包方案", contest.plan), Check("奖池", contest.pool)
TABLES, QUOTA = Check("数据表", storage.tables), Check("并发配额", functions.quota, NO_LAMBDA)
PROBE = READ_SECONDS + SECONDS
"""A function that does not answer must be told as that."""
MENU = Check("公众号菜单", menu.menu, seconds=PROBE)
CHECKS = (
    Check("竞赛配置", configured.contest_file),
    Check("设置与密钥", configured.settings),
    Check("微信凭证", wechat.token, seconds=PROBE),
    Check("JS-SDK 票据", wechat.ticket, seconds=PROBE),
    Check("共用的凭证", wechat.shared),
    Check("公网地址", public.health),
    Check("TLS 证书", tls.certificate),
    Check("线上的竞赛配置", public.contest),
    Check("消息回调", public.door),
    Check("网页授权", public.oauth),
    Check("函数到微信", public.back),
    Check("网关自身的回答", public.unknown_path),
    Check("网关设置", gateway.answers, NO_GATEWAY),
    Check("时钟", clocks.clocks),
    Check("商户证书", merchant.certificate),
    TABLES,
    Check("队列", storage.queues),
    Check("函数", functions.functions, NO_LAMBDA),
    QUOTA,
    Check("队列触发", functions.mappings, NO_LAMBDA),
    Check("定时规则", rules.rules, NO_EVENTS),
    Check("告警", alarms.alarms, NO_WATCH),
    BANK,
    PLAN,
    POOL,
    Check("其他竞赛的发放", earlier.unpaid),
    Check("商户余额", merchant.balance),
    Check("已有关注者", contest.baseline),
    MENU,
    Check("开始前保密", menu.embargo),
    Check("开关", contest.switches),
    Check("开幕闭幕记录", contest.records),
    Check("提示", contest.rules),
)


def show(arguments: argparse.Namespace) -> int:
    """Exit status 1 when anything is wrong. Changes nothing."""
    return report(findings(CHECKS, chosen_site(arguments)))


def chosen_site(arguments: argparse.Namespace) -> Site:
    """Raises OperatorError when no deployment is meant: there is nothing to look at."""
    use_deployment(arguments.stage)
    if not os.environ.get("STAGE"):
        raise OperatorError("没有指明部署环境：本机请先运行 make run；云端请写明环境，如 --stage prod。")
    return Site(os.environ, here=arguments.here)
