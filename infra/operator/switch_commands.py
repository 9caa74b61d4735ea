"""Commands that pause the contest."""

from infra.operator.command_line import Noun
from infra.operator.confirmation import confirm, deployed, who
from infra.operator.terminal import By, WhyIfAny

switches = Noun(about="竞赛 / the contest")


@switches.changes("pause")
def pause(reason: WhyIfAny = "", by: By = None) -> None:
    """暂停答题和领取 / pause"""
    decisions = deployed(stops=True).switch_decisions
    confirm("暂停竞赛？")
    decisions.pause(who(by), reason)
    print("已暂停，5秒内全部生效。")


@switches.changes("resume")
def resume(reason: WhyIfAny = "", by: By = None) -> None:
    """恢复 / resume"""
    confirm("恢复竞赛？")
    deployed().switch_decisions.resume(who(by), reason)
    print("已恢复，5秒内全部生效。")
