"""Runs an operator's command.

Exit status: 0 done; 1 refused, failed or differences found; 2 wrong arguments; 3 declined; 4 AWS's credentials are
missing, expired or without the right.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from enum import IntEnum
from functools import cache
from typing import Any

from typer import Exit
from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption, UsageError
from typer.main import get_command

from infra.operator.command_line import begin, flags
from infra.operator.confirmation import Declined, DryRun
from infra.operator.nouns import contest
from infra.project import ProjectError


class Status(IntEnum):
    DONE, FAILED, USAGE, DECLINED, CREDENTIALS = range(5)


def run(argv: Sequence[str]) -> int:
    """Runs one command. Raises its error."""
    begin()
    with command().make_context("contest", list(argv)) as context:
        return int(command().invoke(context) or Status.DONE)


@cache
def command() -> Any:
    """Returns the whole command, which takes a tenth of a second to make."""
    return get_command(contest())


def main(argv: Sequence[str]) -> int:
    """Returns the exit status, and tells the operator what stood in the way."""
    try:
        return run(argv)
    except Exit as end:  # after --help
        return end.exit_code
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        status, text = Status.FAILED, "\n已中断；重复执行是安全的。/ Interrupted; it is safe to repeat."
    except Exception as error:  # noqa: BLE001 - raised again if nobody expected it
        status, text = _failure(error)
    with suppress(BrokenPipeError):  # the status counts, though nobody reads
        print(text, file=sys.stderr)
        if flags.json or "--json" in argv:  # it may stand behind what is wrong
            print(json.dumps({"status": status, "error": text.strip()}, ensure_ascii=False))
    return status


def _usage(error: UsageError) -> str:
    """Says what is wrong in Chinese and in English, and where the help is."""
    told = error.format_message()
    match error:
        case NoSuchOption():
            near = f"，是不是 {'、'.join(error.possibilities)}" if error.possibilities else ""
            told = f"没有选项 {error.option_name}{near} / {told}"
        case MissingParameter():
            told = f"缺少 {_named(error)} / {told}"
        case BadParameter():
            told = f"{_named(error)} 的值不对 / {told}"
        case BadOptionUsage():
            told = f"{error.option_name} 缺少值，或不该有值 / {told}"
        case _ if told == "Missing command.":
            told = f"缺少命令 / {told}"
    usage = error.ctx.get_usage() if error.ctx else "Usage: contest"
    return f"参数有误（{told.strip()}）\n{usage}\n用 --help 查看说明 / see --help"


def _named(error: BadParameter) -> str:
    """As the operator types it."""
    name = error.param.opts[0] if error.param else str(error.param_hint or "")
    return name if name.startswith("-") or not error.param else error.param.display_name_raw


def _failure(error: Exception) -> tuple[Status, str]:
    """Returns the exit status and what to tell the operator. Raises what nobody expected."""
    match error:
        case UsageError():
            return Status.USAGE, _usage(error)
        case Declined():
            return Status.DECLINED, "未执行。/ Not done."
        case DryRun():
            return Status.DONE, "检查完毕，没有改动（--dry-run）。/ Checked; nothing was changed."
    return _refusal(error)


def _refusal(error: Exception) -> tuple[Status, str]:
    from chalicelib.domain.errors import ConfigError, FaultyInput, OperatorRefused, SettingsError
    from chalicelib.domain.operator_refusals import REFUSALS
    from infra.operator.operator_errors import ENGLISH, OperatorError, explain, is_about_credentials
    from infra.operator.probe_client import ProbeFailed

    match error:
        case OperatorRefused():
            return Status.FAILED, REFUSALS[str(error)] + error.detail
        case ProbeFailed():
            return Status.CREDENTIALS if error.denied else Status.FAILED, f"{error.what}。{error.remedy}。"
        case SettingsError():
            return Status.FAILED, f"配置有误：{error}\n本机请先运行 make run；云端请设置 STAGE 等环境变量。"
        case ConfigError():
            return Status.FAILED, f"配置有误：{error}"
        case OperatorError() | ProjectError() | FaultyInput():
            return Status.FAILED, str(error)
        case OSError():
            return Status.FAILED, f"不能写入或读取文件：{error.strerror}（{error.filename}）。"
    if (explanation := explain(error, details=True)) is None:
        raise error
    text = "".join(f"{one}。" for one in explanation) + ENGLISH.get(explanation, "")
    return Status.CREDENTIALS if is_about_credentials(error) else Status.FAILED, text
