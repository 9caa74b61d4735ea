"""The commands of `./contest` and their arguments."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.payout_reasons import RETRIED
from chalicelib.domain.prizes import fen_of
from infra.operator import (
    account_commands,
    audit_commands,
    bank_commands,
    payout_commands,
    plan_commands,
    run_command,
    smoke_command,
    status_command,
    switch_commands,
)
from infra.operator.cloud.down import down
from infra.operator.cloud.up import up
from infra.operator.doctor import doctor_command as doctor
from infra.operator.doctor import warm_command

Command = Callable[..., int | None]
"""Takes the services and the arguments, and returns the exit status; None is 0.

A command marked `alone` takes only the arguments; no deployment is selected for it.
"""
Steps = Any
"""The type `add_subparsers` returns, which has no public name."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exits with status 2."""
        self.exit(2, f"参数有误（{message}）。\n{self.format_usage()}用 --help 查看说明。\n")


def parser() -> argparse.ArgumentParser:
    top = _Parser(prog="contest", description="竞赛运维命令 / the operators' command")
    top.add_argument("--yes", action="store_true", help="对所有确认回答“是” / answer yes to questions")
    top.add_argument(
        "--stage", help="部署环境，默认取环境变量，或 make run 启动的 / default: STAGE, or the local stack"
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "status", "查看现状 / show the state", status_command.show)
    _doctor(commands)
    _add(commands, "pause", "暂停答题和领取 / pause", switch_commands.pause, "暂停竞赛？")
    _add(commands, "resume", "恢复 / resume", switch_commands.resume, "恢复竞赛？")
    held = _add(commands, "hold", "暂停某人领取 / put a participant on hold", switch_commands.hold, "确定？")
    freed = _add(commands, "release", "恢复某人领取 / release a participant", switch_commands.release, "确定？")
    for person in (held, freed):
        person.add_argument("openid", metavar="OPENID")
    plans = _group(commands, "plan", "红包方案 / the plan of packets")
    _add(plans, "lay", "生成红包，可重复执行 / lay the packets, safe to repeat", plan_commands.lay, "生成红包方案？")
    _add(plans, "activate", "启用方案，不可更改 / activate (final)", plan_commands.activate, "启用后不可更改，确定？")
    _add(plans, "discard", "放弃未启用的方案 / drop a plan not yet active", plan_commands.discard, "放弃未启用的方案？")
    _add(plans, "reveal", "结束后公开方案 / reveal after closing", plan_commands.reveal)
    # Without a step it lists payouts; a step's own defaults override these.
    listing = _add(commands, "payouts", "发放；不写步骤即按状态列出 / list payouts by state", payout_commands.show)
    listing.set_defaults(state=None)
    _payouts(listing.add_subparsers(metavar="STEP"))
    paid = _add(commands, "pay-smoke", "付真钱试发 / send a real payment", smoke_command.pay, "给这位真发一个红包？")
    paid.add_argument("openid", metavar="OPENID")
    paid.add_argument("--amount", type=fen_of, metavar="YUAN", help="金额（元），至多是最大的红包 / the amount")
    paid.add_argument("--again", action="store_true", help="上一笔不在途中，再发一笔 / send another")
    paid.add_argument("--by", help="操作人，默认当前用户 / who decides")
    menu = _group(commands, "menu", "公众号菜单 / the account's menu")
    _add(menu, "publish", "发布竞赛菜单 / publish the contest's menu", account_commands.publish_menu, "发布竞赛菜单？")
    _add(menu, "restore", "恢复原来的菜单 / restore the saved menu", account_commands.restore_menu, "恢复原来的菜单？")
    by_hand = _add(commands, "run", "手工运行定时函数，可重复 / run a scheduled function", run_command.run, "运行？")
    by_hand.add_argument("function", choices=run_command.FUNCTIONS)
    baseline = _add(commands, "import-followers", "导入关注者 / import the baseline", account_commands.import_followers)
    baseline.set_defaults(changes=True)
    baseline.add_argument("--again", action="store_true", help="从头再来 / from the first page")
    _add(commands, "units", "各单位参与人数 / participants by unit", account_commands.units)
    codes = _add(
        commands, "print-codes", "各单位二维码 / the units' codes", account_commands.print_codes, "生成二维码？"
    )
    codes.add_argument("folder", help="存放目录 / output directory")
    codes.add_argument("--for-printer", action="store_true", help="开始之前，仅供印刷厂 / before opening, logged")
    codes.add_argument("--by", help="操作人，默认当前用户 / who decides")
    _add(commands, "audit", "核对账目 / check the books", audit_commands.show)
    _add(commands, "check", "检查竞赛配置与题库 / check contest file and bank", bank_commands.check_files).set_defaults(
        alone=True
    )
    _bank(_group(commands, "bank", "题库 / the question bank"))
    verify = _add(commands, "verify-plan", "验证公开的方案 / verify a revealed plan", audit_commands.verify_plan)
    verify.set_defaults(alone=True)
    verify.add_argument("file", help="plan reveal 的输出 / the output of plan reveal")
    verify.add_argument("--commitment", required=True, help="活动前公布的承诺值 / as published")
    verify.add_argument("--budget-fen", type=int, help="总预算（分） / the budget in fen")
    _cloud(commands)
    return top


def _cloud(commands: Steps) -> None:
    put_up = _add(commands, "up", "在云上建好或更新，可重复执行 / create or update, safe to repeat", up, "部署到云？")
    put_up.add_argument("--url", help="对外的网址，如 https://quiz.example / public address")
    put_up.add_argument("--alarms", metavar="TOPIC_ARN", help="告警通知的 SNS 主题 / SNS topic for alarms")
    put_up.add_argument("--egress", action="store_true", help="固定的出口地址 / fixed egress IP for WeChat's whitelist")
    put_up.add_argument("--warm-writes", type=int, metavar="N", help="预热：每秒写入 / warm writes per second")
    put_up.add_argument("--warm-reads", type=int, metavar="N", help="预热：每秒读取 / warm reads per second")
    take_down = _add(
        commands, "down", "拆除，保留数据 / remove, keep the data", down, "拆除函数和接口，活动随即停止；确定？"
    )
    take_down.add_argument("--delete-data", metavar="PREFIX", help="连同数据，写明前缀 / delete data too; the prefix")
    take_down.add_argument("--really", metavar="PREFIX", help="再次写明前缀，代替询问 / prefix again, for scripts")
    for command in (put_up, take_down):
        command.set_defaults(alone=True)


def _bank(steps: Steps) -> None:
    """Adds the commands on the bank's file, and on what was answered."""
    files = [
        _add(steps, "template", "空白的 Excel 模板 / an empty Excel file to fill in", bank_commands.template),
        _add(steps, "import", "用 Excel 文件替换题库 / replace the bank by an Excel file", bank_commands.replace),
        _add(steps, "export", "把题库写成 Excel 文件 / write the bank as an Excel file", bank_commands.export),
    ]
    for step in files:
        step.add_argument("file", type=Path, metavar="FILE.xlsx")
    checked = _add(steps, "check", "检查并统计题库 / check and count the bank", bank_commands.check)
    checked.add_argument("--strict", action="store_true", help="有未核对的题即失败 / fail while a question is open")
    left = _add(steps, "open", "待核对的题 / the questions to sign off", bank_commands.show_open)
    for step in (*files, checked, left):
        step.set_defaults(alone=True)
    _add(steps, "stats", "各题的作答，可疑的在前 / answers to each question", bank_commands.stats)


def _payouts(steps: Steps) -> None:
    _add(steps, "stop", "停止发放，已领取的不丢失 / stop payouts", switch_commands.stop_payouts, "停止发放红包？")
    _add(steps, "start", "恢复发放 / start payouts", switch_commands.start_payouts, "恢复发放红包？")
    _add(steps, "list", "按状态列出 / list by state", payout_commands.show).add_argument(
        "--state", choices=[status.value for status in PayoutStatus]
    )
    _add(steps, "log", "查看处理记录 / the log of decisions", payout_commands.log)
    compared = _add(steps, "reconcile", "与微信支付对账 / reconcile", payout_commands.reconcile)
    compared.set_defaults(changes=True)
    compared.add_argument("--statement", help="商户平台导出的对账单（CSV） / merchant statement")
    _add(steps, "finish", "了结原商户号已开始的 / finish a former payer's", payout_commands.finish, "查询并补发？")
    decisions = [
        _add(steps, "resume", "解除暂缓并继续 / lift the hold", payout_commands.resume, "解除暂缓，继续发放？"),
        _add(steps, "retry", "原单号重试 / retry a parked one", payout_commands.retry, "用原单号重试？"),
        _add(steps, "renew", "换新单号重发 / send under a new number", payout_commands.renew, "换新单号重发？"),
        _add(steps, "settle", "人工了结 / settle a parked one", payout_commands.settle, "确定了结？"),
    ]
    for decision in decisions:
        decision.add_argument("--by", help="操作人，默认当前用户 / who decides")
    named = "领取编号或商户单号 / claim id or bill number"
    for decision in decisions[2:]:
        decision.add_argument("claim", metavar="CLAIM", help=named)
    which = decisions[1].add_mutually_exclusive_group(required=True)
    which.add_argument("claim", metavar="CLAIM", nargs="?", help=named)
    which.add_argument("--reason", choices=sorted(RETRIED), help="因此搁置的全部 / all parked for this reason")
    decisions[1].add_argument("--new-terms", action="store_true", help="换成现在的参数 / with today's terms")
    decisions[-1].add_argument("--as", dest="as_", choices=["received", "failed"], required=True)
    decisions[-1].add_argument("--note", required=True, help="原因 / why")
    decisions[-1].add_argument("--statement-checked", action="store_true", help="账单中没有 / not in the statement")


def _add(commands: Steps, name: str, text: str, command: Command, question: str = "") -> argparse.ArgumentParser:
    """Adds a command. `question` is its confirmation prompt; `--yes` may come before or after the command's name.

    A command whose `changes` is set first prints its deployment on stderr.
    """
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--yes", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.set_defaults(command=command, question=question, changes=bool(question), alone=False)
    return parser


def _group(commands: Steps, name: str, text: str) -> Steps:
    return commands.add_parser(name, help=text).add_subparsers(required=True, metavar="STEP")


def _doctor(commands: Steps) -> None:
    """Adds `doctor` and `warm`, which select the deployment themselves: its secrets may be missing."""
    check = _add(commands, "doctor", "检查一切，不做改动 / check everything, change nothing", doctor.show)
    warming = _add(commands, "warm", "开幕前几分钟预热 / warm up minutes before the opening", warm_command.show)
    for command in (check, warming):
        command.set_defaults(alone=True)
        command.add_argument(
            "--here", action="store_true", help="从本机问微信，不经函数 / ask WeChat from this machine"
        )
    warming.add_argument("--instances", type=_up_to(500), default=50, help="同时的请求数 / requests at once (50)")
    warming.add_argument("--rounds", type=_up_to(20), default=5, help="至多几轮 / rounds at most (5)")


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"1–{most}")
        return int(text)

    return number
