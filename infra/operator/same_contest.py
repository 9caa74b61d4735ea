"""Compares this checkout's contest file with the one that the deployment runs."""

import sys

from chalicelib.adapters.http.render import moment
from chalicelib.domain.deployed_contest import DeployedContest, described
from chalicelib.wiring import Services
from infra.operator.operator_errors import OperatorError

REMEDY = "请检出部署的那个版本，或用 CONTEST_FILE 指明它的竞赛文件；刚刚部署的，等一分钟再试。"
ENGLISH = " / The deployment runs another contest file than this checkout has: use that one."
UNKNOWN = (
    "还不知道部署的竞赛文件，不能公开：部署之后，清扫一分钟内会报告它（或执行 ./contest run sweep）。"
    " / The deployment has not reported its contest file yet."
)


def refuse_other_contest(services: Services, stops: bool = False, must_be_known: bool = False) -> None:
    """Raises OperatorError where the deployment runs another contest file.

    A command that only stops something (`stops`) needs the same contest id alone. A contest that an earlier deployment
    ran and closed may be worked on while the next one runs. Before the first sweep nothing is known.
    """
    ours, theirs = described(services.contest), services.ports.control.deployed_contest()
    if theirs is None:
        if must_be_known:
            raise OperatorError(UNKNOWN)
    elif theirs.contest_id != ours.contest_id:
        if stops or services.ports.control.read_switches().closed_at is None:
            raise OperatorError(f"{_shown(theirs)}，而本目录的是竞赛 {ours.contest_id}。{REMEDY}{ENGLISH}")
        print(f"{_shown(theirs)}；这里处理的是已闭幕的竞赛 {ours.contest_id}。", file=sys.stderr)
    elif not stops and (sections := ours.differing(theirs)):
        raise OperatorError(f"本目录的竞赛文件与部署的不同：{'、'.join(sections)}。{_shown(theirs)}。{REMEDY}{ENGLISH}")


def _shown(found: DeployedContest) -> str:
    return f"部署的是竞赛 {found.contest_id}，{moment(found.opens_at)} 至 {moment(found.closes_at)}"
