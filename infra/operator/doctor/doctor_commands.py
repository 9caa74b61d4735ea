"""`./contest doctor` and `warm`. They select the deployment themselves: its secrets may be missing."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

from typer import Option

from infra.operator.command_line import Noun, flags
from infra.operator.confirmation import stop_if_dry_run

if TYPE_CHECKING:
    from infra.operator.doctor.target import Target

doctor = Noun(about="部署 / the deployment")
Here = Annotated[bool, Option("--here", help="从本机问微信，不经函数 / ask WeChat from this machine")]


@doctor.reads("doctor")
def show(
    here: Here = False,
    relay: Annotated[
        bool, Option("--relay", help="转发一条测试给自有服务器 / try the relay to the own server")
    ] = False,
    people: Annotated[int, Option("--people", help="预计人数 / people expected")] = 0,
) -> int:
    """检查一切，不做改动 / check everything, change nothing

    Exit status 1 if any finding is wrong.
    """
    from infra.operator.doctor import crowd_checks
    from infra.operator.doctor.check_runner import findings, report
    from infra.operator.doctor.doctor_checks import CHECKS, RELAY

    asked = (*([RELAY] if relay else []), *([crowd_checks.check(people)] if people else []))
    return report(findings((*CHECKS, *asked), _target(here)))


@doctor.changes("warm")
def warm(
    here: Here = False,
    instances: Annotated[int, Option("--instances", min=1, max=500, help="同时的请求数 / requests at once")] = 50,
    rounds: Annotated[int, Option("--rounds", min=1, max=20, help="至多几轮 / rounds at most")] = 5,
) -> int:
    """开幕前几分钟预热 / warm up minutes before the opening

    Exit status 1 if anything is wrong.
    """
    from infra.operator.doctor.check_runner import findings, report
    from infra.operator.doctor.warming import checks

    target = _target(here)
    print(f"部署：{target.prefix}", file=sys.stderr)
    stop_if_dry_run()
    return report(findings(checks(instances, rounds), target))


def _target(here: bool) -> "Target":
    """Returns the selected deployment. Raises OperatorError when none is selected."""
    from infra.operator.deployment import use_deployment
    from infra.operator.doctor.target import Target

    use_deployment(flags.stage)
    return Target(os.environ, here=here)
