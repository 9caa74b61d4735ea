"""The commands, their arguments and their answers. Exit status: 0 done, 1 refused or failed, 2 wrong arguments."""

import argparse
import sys
from collections.abc import Callable, Sequence

from chalicelib.config import ConfigError
from chalicelib.domain.errors import TryAgain
from chalicelib.settings import SettingsError
from chalicelib.usecases.lay_plan import PlanRefused
from chalicelib.wiring import Services, services
from infra.operator import plan, status, switches
from infra.operator.stack import use_running_stack

Command = Callable[[Services, argparse.Namespace], None]


class Declined(Exception):
    """The operator said no."""


def main(argv: Sequence[str]) -> int:
    arguments = _parser().parse_args(argv)
    use_running_stack()
    try:
        if arguments.question and not arguments.yes:
            _confirm(arguments.question)
        arguments.command(services(), arguments)
    except Declined:
        print("未执行。")
        return 1
    except PlanRefused as refused:
        print(plan.REFUSALS[str(refused)], file=sys.stderr)
        return 1
    except TryAgain:
        print("数据库没有应答或正忙，请稍后重试；重复执行是安全的。", file=sys.stderr)
        return 1
    except (SettingsError, ConfigError) as error:
        print(f"配置有误：{error}\n本机请先运行 make run；云端请设置 STAGE 等环境变量。", file=sys.stderr)
        return 1
    return 0


def _confirm(question: str) -> None:
    """Raises Declined unless the answer is yes; also when there is nobody to ask."""
    if not sys.stdin.isatty():
        print(f"{question} 需要确认：加上 --yes 再执行。", file=sys.stderr)
        raise Declined
    if input(f"{question} [y/N] ").strip().lower() not in {"y", "yes", "是"}:
        raise Declined


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contest", description="竞赛运维命令 / the operators' command")
    parser.add_argument("--yes", action="store_true", help="对所有确认回答“是” / answer yes to questions")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "status", "查看现状 / show the state", status.show)
    _add(commands, "pause", "暂停答题和领取 / pause", switches.pause, "暂停竞赛？")
    _add(commands, "resume", "恢复 / resume", switches.resume, "恢复竞赛？")
    for name, run, text in (
        ("hold", switches.hold, "暂停某人的领取资格 / put a participant on hold"),
        ("release", switches.release, "恢复某人的领取资格 / release a participant"),
    ):
        _add(commands, name, text, run, "确定？").add_argument("openid", metavar="OPENID")
    plans = commands.add_parser("plan", help="红包方案 / the plan of packets").add_subparsers(
        required=True, metavar="STEP"
    )
    _add(plans, "lay", "生成红包，可重复执行 / lay the packets, safe to repeat", plan.lay, "生成红包方案？")
    _add(plans, "activate", "启用方案，不可更改 / activate, for good", plan.activate, "启用后不可更改，确定？")
    _add(plans, "discard", "放弃未启用的方案 / drop a plan not yet active", plan.discard, "放弃未启用的方案？")
    _add(plans, "reveal", "结束后公开方案 / reveal after closing", plan.reveal)
    payouts = commands.add_parser("payouts", help="发放 / payouts").add_subparsers(required=True, metavar="STEP")
    _add(payouts, "stop", "停止发放，已领取的不丢失 / stop payouts", switches.stop_payouts, "停止发放红包？")
    _add(payouts, "start", "恢复发放 / start payouts", switches.start_payouts, "恢复发放红包？")
    return parser


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    text: str,
    command: Command,
    question: str = "",
) -> argparse.ArgumentParser:
    """`question` is asked before a command that changes something; `--yes` may stand before or behind the command."""
    parser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--yes", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    parser.set_defaults(command=command, question=question)
    return parser
