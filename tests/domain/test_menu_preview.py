"""Both menus side by side, and the buttons that the account would lose during the contest."""

from dataclasses import replace
from typing import Any

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.contest import Contest
from chalicelib.domain.menu_preview import preview
from chalicelib.domain.wording import MenuEntry

PACKAGED_CONTEST = load_contest_file(PACKAGED)
QUERY = {"type": "view", "name": "企业查询", "url": "https://credit.example/company"}
PEOPLE = {"type": "click", "name": "重点人群", "key": "PEOPLE"}
REPORT = {"type": "view", "name": "企业年报", "url": "https://credit.example/report"}
VIDEO = {"type": "video", "name": "宣传片", "value": "https://expires.example/"}
OWN: dict[str, Any] = {"button": [{"name": "查询", "sub_button": [QUERY, PEOPLE]}, REPORT, VIDEO]}


def contest(*own: MenuEntry, left_out: tuple[str, ...] = ()) -> Contest:
    return replace(PACKAGED_CONTEST, menu=replace(PACKAGED_CONTEST.menu, own=own, left_out=left_out))


def test_both_menus_side_by_side() -> None:
    made = preview(contest(MenuEntry("企业查询", url="https://credit.example/company")), OWN)
    assert made.lines() == [
        ("查询", "开始答题"),
        ("　企业查询", "活动信息"),
        ("　重点人群", "　活动规则"),
        ("企业年报", "　我的记录"),
        ("宣传片", "　单位排行"),
        ("", "　我的单位"),
        ("", "信用服务"),
        ("", "　企业查询"),
    ]


def test_a_button_is_kept_by_its_name_its_address_or_its_key() -> None:
    by_name = MenuEntry("企业查询", url="https://elsewhere.example/")
    by_key = MenuEntry("找律师", key="PEOPLE")
    by_address = MenuEntry("年报", url="https://credit.example/report")
    assert preview(contest(by_name, by_key, by_address), OWN).lost == ("宣传片",)


def test_what_is_lost_stays_undecided_until_it_is_left_out() -> None:
    made = preview(contest(left_out=("重点人群", "宣传片")), OWN)
    assert made.lost == ("企业查询", "重点人群", "企业年报", "宣传片")
    assert made.undecided == ("企业查询", "企业年报")
    assert preview(contest(left_out=made.lost), OWN).undecided == ()


def test_an_entry_without_a_place_keeps_nothing() -> None:
    """The file's sixth entry has no place."""
    first = tuple(MenuEntry(f"自有{number}", key="k") for number in range(5))
    assert "企业年报" in preview(contest(*first, MenuEntry("企业年报", key="r")), OWN).undecided


def test_what_the_api_cannot_restore_is_named() -> None:
    assert preview(contest(), OWN).website_only == ("宣传片",)


def test_an_account_without_a_menu_loses_nothing() -> None:
    made = preview(contest(), {})
    assert (made.own, made.lost, made.undecided, made.website_only) == ((), (), (), ())
