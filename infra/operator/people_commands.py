"""Commands about participants."""

from typing import Annotated

from typer import Argument

from chalicelib.domain.participation import Me, Participation
from chalicelib.domain.units import ranking
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import confirm, deployed
from infra.operator.terminal import print_table

people = Noun(about="参与者 / participants")
NOTHING = Participation(Me(), (), ())
Openid = Annotated[str, Argument(metavar="OPENID", help="参与者的 openid / the participant's openid")]


@people.changes("hold")
def hold(openid: Openid) -> None:
    """暂停某人领取 / put a participant on hold"""
    _set_hold(openid, True, "暂停这位参与者的领取资格？")
    print("已暂停该参与者的领取资格，立即生效；仍可答题。")


@people.changes("release")
def release(openid: Openid) -> None:
    """恢复某人领取 / release a participant"""
    _set_hold(openid, False, "恢复这位参与者的领取资格？")
    print("已恢复该参与者的领取资格。")


@people.reads("units")
def units() -> None:
    """各单位参与人数 / participants by unit"""
    counts = deployed().ports.participants.count_people()
    tell(units=counts)
    sums = [("未登记单位", counts.get("", 0)), ("合计", sum(counts.values()))]
    print_table([*ranking(counts, len(counts)), *sums], right=(1,))


def _set_hold(openid: str, on_hold: bool, question: str) -> None:
    """Raises OperatorError for an unknown openid: a mistyped one would hold nobody."""
    from infra.operator.operator_errors import OperatorError

    ports = deployed().ports
    took_part = ports.participants.read_participation
    if ports.followers.find_follower(openid) is None and took_part(openid) == NOTHING:
        raise OperatorError("没有这位参与者的记录，请核对 OPENID。")
    confirm(question)
    ports.participants.set_hold(openid, on_hold)
