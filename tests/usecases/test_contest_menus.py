"""The account's menu: saved before the contest's is published, and restored unchanged (R15)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.errors import MenuRefused, TryAgain
from chalicelib.domain.menu import is_contest_menu
from chalicelib.domain.wording import MenuEntry
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, LINK, NOON, OPENS
from tests.support.killed import Killed
from tests.support.ports import fake_ports
from tests.support.wechat import Call
from tests.support.world import Trouble

OWN: dict[str, Any] = {
    "button": [
        {"type": "view", "name": "信用查询", "url": "http://www.example.cn/"},
        {"name": "更多", "sub_button": [{"type": "click", "name": "新闻", "key": "NEWS"}]},
    ]
}


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.wechat.shown_menu = OWN
    return made


def shows_the_contest(bench: Bench) -> bool:
    return bench.wechat.shown_menu is not None and is_contest_menu(bench.wechat.shown_menu)


def test_the_contest_s_menu_takes_the_place_of_the_account_s_which_comes_back(bench: Bench) -> None:
    bench.app.menus.publish_contest_menu()
    assert shows_the_contest(bench)
    assert LINK in str(bench.wechat.shown_menu)
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


def test_after_the_end_it_comes_back_with_the_closing_notice(bench: Bench) -> None:
    bench.app.menus.publish_contest_menu()
    bench.clock.now = CLOSES
    for _ in range(2):
        bench.app.menus.restore_account_menu()
        assert bench.wechat.shown_menu is not None
        assert bench.wechat.shown_menu["button"][:2] == OWN["button"]
        assert bench.wechat.shown_menu["button"][2]["name"] == bench.contest.menu.closing


def test_published_again_the_first_menu_stays_saved(bench: Bench) -> None:
    for _ in range(3):
        bench.app.menus.publish_contest_menu()
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


@pytest.mark.parametrize("moment", [OPENS - timedelta(microseconds=1), CLOSES])
def test_it_is_published_in_the_window_alone(bench: Bench, moment: datetime) -> None:
    bench.clock.now = moment
    with pytest.raises(MenuRefused, match="not_open"):
        bench.app.menus.publish_contest_menu()
    assert bench.wechat.shown_menu == OWN
    assert bench.ports.saved_menu.read_saved_menu() is None


@pytest.mark.parametrize("calls", range(5))
def test_it_may_die_anywhere_and_the_account_s_menu_is_not_lost(bench: Bench, calls: int) -> None:
    bench.world.will_die(calls)
    died = False
    try:
        bench.app.menus.publish_contest_menu()
    except Killed:
        died = True
    bench.world.will_die(None)
    assert died or shows_the_contest(bench)
    bench.app.menus.publish_contest_menu()
    assert shows_the_contest(bench)
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


@pytest.mark.parametrize("call", ["saved_menu.save_menu", f"wechat.{Call.CREATE_MENU}"])
@pytest.mark.parametrize("trouble", Trouble)
def test_a_failure_between_saving_and_publishing_loses_nothing(bench: Bench, call: str, trouble: Trouble) -> None:
    bench.world.will_fail(call, trouble)
    with pytest.raises(TryAgain):
        bench.app.menus.publish_contest_menu()
    bench.app.menus.publish_contest_menu()
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


def test_the_contest_s_own_menu_is_never_saved_as_the_account_s(bench: Bench) -> None:
    """Somebody published it by hand, or the saved note was lost."""
    bench.app.menus.publish_contest_menu()
    bench.state.saved_menu = None
    bench.app.menus.publish_contest_menu()
    assert bench.ports.saved_menu.read_saved_menu() == {"button": []}
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu is None


def test_an_account_without_a_menu_has_none_again(bench: Bench) -> None:
    bench.wechat.shown_menu = None
    bench.app.menus.publish_contest_menu()
    assert shows_the_contest(bench)
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu is None
    bench.clock.now = CLOSES
    bench.app.menus.restore_account_menu()
    assert bench.contest.menu.closing in str(bench.wechat.shown_menu)


def test_the_next_contest_saves_the_account_s_menu_without_the_notice_of_this_one(bench: Bench) -> None:
    bench.app.menus.publish_contest_menu()
    bench.clock.now = CLOSES
    bench.app.menus.restore_account_menu()
    window = replace(bench.contest.window, opens_at=CLOSES, closes_at=CLOSES + timedelta(days=7))
    bench.contest = replace(examples.with_id(bench.contest, "next"), window=window)
    bench.ports = replace(fake_ports(bench.world, bench.contest, bench.clock), account=bench.wechat)
    bench.app = bench.instance()
    bench.app.menus.publish_contest_menu()
    assert bench.ports.saved_menu.read_saved_menu() == OWN
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


def test_what_was_never_saved_is_not_restored(bench: Bench) -> None:
    with pytest.raises(MenuRefused, match="no_saved_menu"):
        bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


def test_a_silent_wechat_is_try_again_and_nothing_is_changed(bench: Bench) -> None:
    bench.wechat.silent.update(Call)
    with pytest.raises(TryAgain):
        bench.app.menus.publish_contest_menu()
    assert bench.ports.saved_menu.read_saved_menu() is None
    bench.wechat.silent.clear()
    bench.app.menus.publish_contest_menu()
    bench.wechat.silent.update(Call)
    with pytest.raises(TryAgain):
        bench.app.menus.restore_account_menu()
    bench.wechat.silent.clear()
    bench.app.menus.restore_account_menu()
    assert bench.wechat.shown_menu == OWN


def test_the_opening_takes_the_first_five_entries_and_refuses_nothing(bench: Bench) -> None:
    entries = tuple(MenuEntry(f"自有{number}", key="k") for number in range(7))
    bench.contest = replace(bench.contest, menu=replace(bench.contest.menu, own=entries))
    bench.app = bench.instance()
    bench.app.menus.publish_contest_menu()
    assert bench.wechat.shown_menu is not None
    shown = [button["name"] for button in bench.wechat.shown_menu["button"][2]["sub_button"]]
    assert shown == ["自有0", "自有1", "自有2", "自有3", "自有4"]


def test_the_preview_compares_with_the_account_s_own_menu_before_and_during_the_contest(bench: Bench) -> None:
    before = bench.app.menus.preview_menu()
    assert before.own == ("信用查询", "更多", "　新闻")
    assert bench.ports.saved_menu.read_saved_menu() is None
    assert bench.wechat.shown_menu == OWN
    bench.app.menus.publish_contest_menu()
    assert bench.app.menus.preview_menu() == before
    bench.clock.now = CLOSES
    bench.app.menus.restore_account_menu()
    assert bench.app.menus.preview_menu() == before, "without the closing notice"
    bench.wechat.silent.update(Call)
    with pytest.raises(TryAgain):
        bench.app.menus.preview_menu()


def test_buttons_that_only_the_website_makes_are_named(bench: Bench) -> None:
    bench.wechat.shown_menu = {"button": [{"type": "text", "name": "介绍", "value": "…"}, *OWN["button"]]}
    assert bench.app.menus.publish_contest_menu() == ("介绍",)
    assert bench.app.menus.restore_account_menu() == ("介绍",)
    assert bench.wechat.shown_menu == OWN
    assert bench.clock.now == NOON
