"""The scheduled opening and closing: recorded once, without deciding whether the contest is open (R1)."""

import logging
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.menu import is_contest_menu
from chalicelib.domain.switches import Switches
from tests.support.bench import Bench
from tests.support.examples import CLOSES, NOON, OPENS
from tests.support.wechat import Call
from tests.support.world import Trouble


@pytest.fixture
def bench() -> Bench:
    return Bench()


def marks(bench: Bench) -> Switches:
    return bench.ports.control.read_switches()


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=7), timedelta(days=6)])
def test_the_opening_is_recorded_when_it_ran(bench: Bench, late: timedelta) -> None:
    bench.clock.now = OPENS + late
    assert bench.app.schedule.open_contest() == OPENS + late
    assert marks(bench) == Switches(opened_at=OPENS + late)


def test_a_doubled_opening_keeps_the_first(bench: Bench) -> None:
    bench.clock.now = OPENS
    bench.app.schedule.open_contest()
    bench.clock.advance(minutes=1)
    assert bench.app.schedule.open_contest() == OPENS
    assert marks(bench).opened_at == OPENS


def test_with_the_opening_the_menu_changes_and_with_the_closing_it_comes_back(bench: Bench) -> None:
    bench.wechat.shown_menu = own = {"button": [{"type": "view", "name": "信用查询", "url": "http://x.cn"}]}
    bench.clock.now = OPENS
    for _ in range(2):
        bench.app.schedule.open_contest()
        assert bench.wechat.shown_menu is not None
        assert is_contest_menu(bench.wechat.shown_menu)
    bench.clock.now = CLOSES
    for _ in range(2):
        bench.app.schedule.close_contest()
        assert bench.wechat.shown_menu is not None
        assert bench.wechat.shown_menu["button"][:1] == own["button"]


@pytest.mark.parametrize(
    "step",
    [f"wechat.{Call.CURRENT_MENU}", f"wechat.{Call.CREATE_MENU}", "saved_menu.read_saved_menu", "saved_menu.save_menu"],
)
def test_an_opening_whose_menu_failed_is_marked_and_publishes_it_when_run_again(bench: Bench, step: str) -> None:
    bench.clock.now = OPENS
    bench.world.will_fail(step, Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.schedule.open_contest()
    assert marks(bench).opened_at == OPENS
    bench.clock.advance(minutes=1)
    assert bench.app.schedule.open_contest() == OPENS
    assert bench.wechat.shown_menu is not None


def test_a_missing_opening_leaves_no_menu_to_bring_back_and_the_closing_is_recorded(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    bench.clock.now = CLOSES
    with caplog.at_level(logging.ERROR):
        assert bench.app.schedule.close_contest() == CLOSES
    assert marks(bench).closed_at == CLOSES
    assert "no menu was saved" in caplog.text
    assert Call.CREATE_MENU not in bench.wechat.asked


@pytest.mark.parametrize("moment", [OPENS - timedelta(milliseconds=1), CLOSES])
def test_an_opening_outside_the_window_leaves_the_menu_alone(bench: Bench, moment: datetime) -> None:
    bench.clock.now = moment
    bench.app.schedule.open_contest()
    assert (bench.wechat.shown_menu, bench.ports.saved_menu.read_saved_menu()) == (None, None)


@pytest.mark.parametrize("moment", [OPENS - timedelta(milliseconds=1), CLOSES], ids=["early", "after the end"])
def test_an_opening_outside_the_window_does_nothing(
    bench: Bench, moment: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    bench.clock.now = moment
    with caplog.at_level(logging.ERROR):
        assert bench.app.schedule.open_contest() is None
    assert marks(bench) == Switches()
    assert "did nothing" in caplog.text


@pytest.mark.parametrize("late", [timedelta(), timedelta(days=3)])
def test_the_closing_is_recorded_once(bench: Bench, late: timedelta) -> None:
    bench.clock.now = CLOSES + late
    assert bench.app.schedule.close_contest() == CLOSES + late
    bench.clock.advance(minutes=1)
    assert bench.app.schedule.close_contest() == CLOSES + late
    assert marks(bench) == Switches(closed_at=CLOSES + late)


def test_an_early_closing_does_nothing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.clock.now = CLOSES - timedelta(milliseconds=1)
    with caplog.at_level(logging.ERROR):
        assert bench.app.schedule.close_contest() is None
    assert marks(bench) == Switches()
    assert "did nothing" in caplog.text


def test_without_any_scheduled_run_the_clock_alone_opens(bench: Bench) -> None:
    bench.clock.now = OPENS
    bench.activate()
    bench.claimed("o1")
    assert marks(bench).opened_at is None


def test_a_closing_that_came_does_not_close_what_is_open(bench: Bench) -> None:
    """A clock that was wrong may have caused it."""
    bench.ports.control.mark_closed(OPENS)
    bench.clock.now = NOON
    bench.follow("o1")
    assert bench.app.draws.draw_questions("o1")
