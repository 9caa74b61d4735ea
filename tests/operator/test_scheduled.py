"""Running the scheduled functions by hand: in the cloud as their rules do, locally in this process."""

from dataclasses import replace

import pytest

from infra.operator.run_command import FUNCTIONS
from tests.operator.conftest import Office
from tests.support.functions import refusal
from tests.support.killed import Killed


def test_an_opening_that_was_missed_is_recorded_and_its_menu_published(office: Office) -> None:
    office.services.ports.account.publish_menu(
        {"button": [{"type": "click", "name": "信用查询", "key": "credit:query"}]}
    )
    assert office.services.ports.control.read_switches().opened_at is None
    assert "open_contest 已运行" in office.done("run", "open_contest")
    assert office.services.ports.control.read_switches().opened_at == office.stage.now
    assert office.services.contest.menu.quiz in str(office.services.ports.account.read_menu())


def test_before_the_opening_it_opens_nothing(office: Office) -> None:
    office.before_opening()
    office.done("run", "open_contest")
    assert office.services.ports.control.read_switches().opened_at is None


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_of_them_runs_and_may_run_again(office: Office, function: str) -> None:
    office.after_closing()
    for _ in range(2):
        office.done("run", function)
    assert len(office.functions.invoked) == 2


def test_a_function_that_fails_or_is_not_there_is_told(office: Office) -> None:
    def dies(values: object, reason: str = "") -> None:
        raise Killed

    office.stage.ports.measure = dies
    assert "函数" in (said := office.failed("run", "sweep"))
    assert "请看它的日志" in said
    office.functions.before = refusal("AccessDeniedException")
    assert "无权" in office.failed("run", "sweep", status=4)
    office.functions.deployed = False
    assert "没有部署函数" in office.failed("run", "sweep")


def test_on_this_machine_no_function_is_invoked(office: Office) -> None:
    office.services.settings = replace(office.services.settings, stage="local")
    office.done("run", "open_contest")
    assert office.services.ports.control.read_switches().opened_at == office.stage.now
    assert office.functions.invoked == []
