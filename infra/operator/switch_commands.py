"""Commands that pause the contest."""

from infra.operator.command_line import Noun
from infra.operator.confirmation import confirm, deployed

switches = Noun(about="竞赛 / the contest")


@switches.changes("pause")
def pause() -> None:
    """暂停答题和领取 / pause"""
    control = deployed(stops=True).ports.control
    confirm("暂停竞赛？")
    control.set_paused(True)
    print("已暂停，5秒内全部生效。")


@switches.changes("resume")
def resume() -> None:
    """恢复 / resume"""
    confirm("恢复竞赛？")
    deployed().ports.control.set_paused(False)
    print("已恢复，5秒内全部生效。")
