"""The addresses in the units' codes: made once each, kept, and given from the opening second on."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from chalicelib.desk_services import DeskServices
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ContestNotOpen, TryAgain, WeChatRefused
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.domain.units import unit_scene
from chalicelib.usecases.desk.keep_codes import CODES
from tests.support import examples
from tests.support.examples import CLOSES, OPENS, SECOND
from tests.support.ports import FakePorts, fake_ports
from tests.support.wechat import Call, FakeWeChat
from tests.support.world import World

UNITS = ("岔河镇", "三河镇", "区教体局")


def unseen(done: int, of: int) -> None:
    """Nobody looks."""


def with_units(*units: ReportingUnit) -> Contest:
    return replace(examples.contest(), reporting=Reporting(units))


@dataclass
class CodeDesk:
    now: datetime = OPENS
    world: World = field(default_factory=World)
    contest: Contest = field(default_factory=lambda: with_units(*(ReportingUnit(name, "town") for name in UNITS)))

    def __post_init__(self) -> None:
        self.ports: FakePorts = fake_ports(self.world, self.contest, lambda: self.now)
        self.desk = DeskServices(self.contest, examples.SETTINGS, self.ports, lambda: self.now)

    @property
    def wechat(self) -> FakeWeChat:
        assert isinstance(self.ports.account, FakeWeChat)
        return self.ports.account

    def public(self, unit: str = "") -> list[str]:
        return [code.unit for code in self.desk.unit_codes.public_codes(unit)]


def test_one_second_before_the_opening_nobody_gets_a_code() -> None:
    desk = CodeDesk(OPENS - SECOND)
    desk.desk.unit_codes.make_codes(unseen)
    for unit in ("", UNITS[0]):
        with pytest.raises(ContestNotOpen):
            desk.public(unit)
    for desk.now in (OPENS, OPENS + SECOND, CLOSES + SECOND):
        assert desk.public() == list(UNITS)
        assert desk.public(UNITS[1]) == [UNITS[1]]
    assert desk.public("不存在") == []


def test_each_code_is_made_once() -> None:
    desk = CodeDesk()
    first = desk.desk.unit_codes.make_codes(unseen)
    assert desk.desk.unit_codes.make_codes(unseen) == first
    assert desk.wechat.scenes == [(unit_scene(name), True) for name in UNITS]


def test_what_was_made_before_a_failure_is_kept() -> None:
    desk = CodeDesk()

    def fail_at_the_third(done: int, of: int) -> None:
        if done == 2:
            desk.wechat.will_fail(Call.CODE, 45009)

    with pytest.raises(WeChatRefused):
        desk.desk.unit_codes.make_codes(fail_at_the_third)
    assert desk.public() == list(UNITS[:2])
    desk.desk.unit_codes.make_codes(unseen)
    assert len(desk.wechat.scenes) == len(UNITS)


def test_two_who_make_them_at_once_do_not_mix_theirs() -> None:
    desk = CodeDesk()

    def other_makes_them(done: int, of: int) -> None:
        if done == 1:
            other = CodeDesk(OPENS, desk.world, desk.contest)
            other.wechat.scenes.append(("another", True))  # so that its addresses are other ones
            other.desk.unit_codes.make_codes(unseen)

    with pytest.raises(TryAgain):
        desk.desk.unit_codes.make_codes(other_makes_them)
    assert desk.ports.office.read_record(CODES).revision == 1
    assert [code.unit for code in desk.desk.unit_codes.make_codes(unseen)] == list(UNITS)


@pytest.mark.parametrize(("now", "made"), [(OPENS - SECOND, 0), (OPENS, 3), (CLOSES, 0)])
def test_by_itself_only_while_the_contest_is_open(now: datetime, made: int) -> None:
    desk = CodeDesk(now)
    desk.desk.unit_codes.make_when_open()
    assert len(desk.wechat.scenes) == made


def test_a_renamed_unit_keeps_its_printed_code() -> None:
    world = World()
    (printed,) = CodeDesk(OPENS, world, with_units(ReportingUnit("旧名", "town"))).desk.unit_codes.make_codes(unseen)
    renamed = CodeDesk(OPENS, world, with_units(ReportingUnit("新名", "town", formerly=("旧名",))))
    (code,) = renamed.desk.unit_codes.make_codes(unseen)
    assert (code.unit, code.address) == ("新名", printed.address)
    assert renamed.wechat.scenes == []
