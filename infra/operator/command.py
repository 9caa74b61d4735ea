"""Runs an operator's command. Exit status: 0 done; 1 refused, failed or differences found; 2 wrong arguments."""

import argparse
import sys
from collections.abc import Sequence

from chalicelib.domain.errors import BankError, ConfigError, OperatorRefused, SettingsError, StatementError
from chalicelib.domain.operator_refusals import REFUSALS
from chalicelib.wiring import services
from infra.operator.deployment import cloud_deployment, use_deployment
from infra.operator.operator_errors import OperatorError, explain
from infra.operator.parser import parser
from infra.operator.probe_client import ProbeFailed
from infra.operator.terminal import YES, print_deployment, typed
from infra.project import CHECKOUT, ProjectError


class Declined(Exception):
    """The operator did not confirm."""


def main(argv: Sequence[str]) -> int:
    arguments = parser().parse_args(argv)
    try:
        return _run(arguments)
    except Declined:
        print("未执行。")
    except OperatorRefused as refused:
        print(REFUSALS[str(refused)] + refused.detail, file=sys.stderr)
    except ProbeFailed as failed:
        print(f"{failed.what}。{failed.remedy}。", file=sys.stderr)
    except (BankError, OperatorError, ProjectError, StatementError) as error:
        print(error, file=sys.stderr)
    except (SettingsError, ConfigError) as error:
        print(f"配置有误：{error}\n本机请先运行 make run；云端请设置 STAGE 等环境变量。", file=sys.stderr)
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"不能写入或读取文件：{error.strerror}（{error.filename}）。", file=sys.stderr)
    except KeyboardInterrupt:
        print("\n已中断；重复执行是安全的。", file=sys.stderr)
    except Exception as error:
        if (explanation := explain(error, details=True)) is None:
            raise
        print("".join(f"{one}。" for one in explanation), file=sys.stderr)
    return 1


def _run(arguments: argparse.Namespace) -> int:
    if arguments.alone:
        if arguments.question and not arguments.yes:
            _confirm(cloud_deployment(arguments.stage, CHECKOUT).prefix, arguments.question)
        return int(arguments.command(arguments) or 0)
    use_deployment(arguments.stage)
    on = services()
    if arguments.question and not arguments.yes:
        _confirm(on.settings.prefix, arguments.question)
    if arguments.changes:
        print_deployment(on.settings.prefix)
    return int(arguments.command(on, arguments) or 0)


def _confirm(prefix: str, question: str) -> None:
    """Raises Declined unless the operator answers yes on a terminal. `prefix` is the deployment's."""
    question = f"部署 {prefix}：{question}"
    if typed(f"{question} [y/N] ", f"{question} 需要确认：加上 --yes 再执行。").lower() not in YES:
        raise Declined
