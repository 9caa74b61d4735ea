"""The contest's menu within WeChat's limits, and the account's own menu with the closing notice."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.conversation import IncomingMessage, Kind, asked_for
from chalicelib.domain.menu import (
    contest_menu,
    is_contest_menu,
    placed,
    restorable,
    unplaced,
    with_closing_notice,
    without_closing_notice,
)
from chalicelib.domain.wording import MenuEntry

CONTEST = load_contest_file(PACKAGED)
LINK = "https://quiz.example/oauth/start?next=/"


def view(name: str) -> dict[str, Any]:
    return {"type": "view", "name": name, "url": f"http://www.example.cn/{name}"}


def group(name: str, below: int) -> dict[str, Any]:
    return {"name": name, "sub_button": [view(f"{name}{number}") for number in range(below)]}


def own(count: int) -> tuple[MenuEntry, ...]:
    return tuple(
        MenuEntry(f"自有{n}", "" if n % 2 else f"http://own/{n}", f"own{n}" if n % 2 else "") for n in range(count)
    )


def buttons(menu: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for top in menu["button"] for button in top.get("sub_button", [top])]


@pytest.mark.parametrize("count", [0, 1, 5, 6, 15])
def test_the_contest_menu_is_within_wechat_s_limits(count: int) -> None:
    menu = contest_menu(replace(CONTEST, menu=replace(CONTEST.menu, own=own(count))), LINK)
    assert len(menu["button"]) == (3 if count else 2)
    for top in menu["button"]:
        assert 1 <= len(top["name"].encode()) <= 16
        assert 0 < len(top.get("sub_button", [top])) <= 5
    for button in buttons(menu):
        assert 1 <= len(button["name"].encode()) <= 40
        assert len(button.get("key", "").encode()) <= 128


def test_it_leads_into_the_quiz_and_keeps_the_account_s_own_entries() -> None:
    menu = contest_menu(replace(CONTEST, menu=replace(CONTEST.menu, own=own(2))), LINK)
    assert menu["button"][0] == {"type": "view", "name": CONTEST.menu.quiz, "url": LINK}
    assert menu["button"][2] == {
        "name": CONTEST.menu.own_name,
        "sub_button": [
            {"type": "view", "name": "自有0", "url": "http://own/0"},
            {"type": "click", "name": "自有1", "key": "own1"},
        ],
    }


def test_the_first_five_that_are_not_left_out_have_a_place() -> None:
    wording = replace(CONTEST.menu, own=own(8), left_out=("自有1", "自有3"))
    assert [entry.name for entry in placed(wording)] == ["自有0", "自有2", "自有4", "自有5", "自有6"]
    assert unplaced(wording) == ("自有7",)
    assert [b["name"] for b in contest_menu(replace(CONTEST, menu=wording), LINK)["button"][2]["sub_button"]] == [
        entry.name for entry in placed(wording)
    ]
    decided = replace(wording, left_out=("自有1", "自有3", "自有7"))
    assert (placed(decided), unplaced(decided)) == (placed(wording), ())


def test_where_all_are_left_out_there_is_no_third_button() -> None:
    wording = replace(CONTEST.menu, own=own(2), left_out=("自有0", "自有1"))
    assert len(contest_menu(replace(CONTEST, menu=wording), LINK)["button"]) == 2


def test_every_button_of_ours_is_understood() -> None:
    keys = [button["key"] for button in buttons(contest_menu(CONTEST, LINK)) if button["type"] == "click"]
    keys.append(with_closing_notice({"button": []}, "竞赛结果")["button"][0]["key"])
    topics = [asked_for(CONTEST, IncomingMessage(Kind.CLICK, "o1", 0, key)) for key in keys]
    assert None not in topics
    assert len(set(topics)) == len(topics) == 5


def test_the_contest_s_own_menu_is_known_again() -> None:
    assert is_contest_menu(contest_menu(CONTEST, LINK))
    assert not is_contest_menu(with_closing_notice({"button": [view("a")]}, "竞赛结果"))
    others: list[dict[str, Any]] = [{}, {"button": []}, {"button": [view("a"), group("b", 5)]}]
    assert not any(is_contest_menu(menu) for menu in others)
    assert not is_contest_menu({"button": [{"type": "click", "name": "a", "key": "K"}]})


@pytest.mark.parametrize("tops", [0, 1, 2])
def test_the_closing_notice_takes_a_free_place_on_top(tops: int) -> None:
    menu = {"button": [group(f"g{number}", 5) for number in range(tops)]}
    before = deepcopy(menu)
    noticed = with_closing_notice(menu, "竞赛结果")
    assert noticed["button"][:-1] == before["button"]
    assert noticed["button"][-1]["name"] == "竞赛结果"
    assert menu == before


def test_the_closing_notice_goes_below_where_the_top_is_full() -> None:
    menu = {"button": [view("a"), group("b", 5), group("c", 3)]}
    before = deepcopy(menu)
    noticed = with_closing_notice(menu, "竞赛结果")
    assert noticed["button"][:2] == before["button"][:2]
    assert [button["name"] for button in noticed["button"][2]["sub_button"]] == ["c0", "c1", "c2", "竞赛结果"]
    assert menu == before


@pytest.mark.parametrize("full", [[view("a"), view("b"), view("c")], [group(name, 5) for name in "abc"]])
def test_where_there_is_no_room_the_menu_stays_as_it_was(full: list[dict[str, Any]]) -> None:
    assert with_closing_notice({"button": full}, "竞赛结果") == {"button": full}


MENUS: list[list[dict[str, Any]]] = [[], [view("a")], [view("a"), group("b", 2)], [view("a"), view("b"), group("c", 3)]]


@pytest.mark.parametrize("tops", MENUS)
def test_the_next_contest_finds_the_menu_without_the_notice(tops: list[dict[str, Any]]) -> None:
    menu = {"button": tops}
    noticed = with_closing_notice(menu, "竞赛结果")
    assert noticed != menu
    assert without_closing_notice(noticed) == menu
    assert without_closing_notice(menu) == menu


def test_without_a_name_there_is_no_notice() -> None:
    assert with_closing_notice({"button": [view("a")]}, "") == {"button": [view("a")]}


def test_what_only_the_website_makes_is_named_and_left_out() -> None:
    text, picture = {"type": "text", "name": "介绍", "value": "…"}, {"type": "img", "name": "图", "value": "m"}
    mixed = {"name": "更多", "sub_button": [view("a"), picture]}
    only = {"name": "旧", "sub_button": [text]}
    kept, lost = restorable({"button": [text, mixed, only]})
    assert kept == {"button": [{"name": "更多", "sub_button": [view("a")]}]}
    assert lost == ("介绍", "图", "介绍")


@pytest.mark.parametrize("kind", ["video", "voice", "finder", "", None])
def test_a_button_of_any_other_type_is_left_out(kind: str | None) -> None:
    """A video's address expires, and WeChat would refuse the whole menu because of one type that it does not take."""
    other = {"type": kind, "name": "视频", "value": "http://mp.weixin.qq.com/mp/mp/video?tempkey=T"}
    assert restorable({"button": [other, view("a")]}) == ({"button": [view("a")]}, ("视频",))


def test_a_menu_that_the_api_takes_is_restored_as_it_was() -> None:
    menu = {"button": [view("a"), group("b", 2), {"type": "click", "name": "c", "key": "K"}]}
    assert restorable(menu) == (menu, ())
    assert restorable({"button": []}) == ({"button": []}, ())
