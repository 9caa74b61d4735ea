"""The WeChat account: publishing and restoring its menu, and the units' counts and codes."""

import csv
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.desk.materials import PRINTED
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.domain.units import unit_scene
from infra.operator.terminal import file_name
from tests.http.stage import draw, right_answers, submit
from tests.operator.conftest import Office
from tests.support.wechat import Call

OWN: dict[str, Any] = {
    "button": [
        {"type": "click", "name": "信用查询", "key": "credit:query"},
        {"name": "更多", "sub_button": [{"type": "view", "name": "资讯", "url": "https://news.example.cn/"}]},
    ]
}
BY_WEBSITE = {
    "is_menu_open": 1,
    "selfmenu_info": {
        "button": [
            {"type": "text", "name": "关于我们", "value": "您好"},
            {"type": "view", "name": "官网", "url": "https://own.example.cn/"},
        ]
    },
}


def shown(office: Office) -> Any:
    """The menu on people's phones."""
    return office.services.ports.account.read_menu()


# The menu


def test_the_menu_there_and_back(office: Office) -> None:
    office.services.ports.account.publish_menu(OWN)
    assert "已发布" in office.done("menu", "publish")
    assert shown(office) != OWN
    office.done("menu", "publish")  # a second run keeps the saved menu
    assert "已恢复" in office.done("menu", "restore")
    assert shown(office) == OWN
    office.after_closing()
    office.done("menu", "restore")
    names = [button["name"] for button in shown(office)["button"]]
    assert names == ["信用查询", "更多", "竞赛结果"]


def test_both_menus_side_by_side_until_the_organiser_has_decided(office: Office) -> None:
    office.before_opening()
    office.services.ports.account.publish_menu(OWN)
    told = office("menu", "preview")
    assert (told.status, "还没有写明去留：“信用查询”、“资讯”" in told.err) == (1, True)
    assert [line.split() for line in told.out.splitlines()[:4]] == [
        ["公众号的菜单", "竞赛菜单"],
        ["信用查询", "开始答题"],
        ["更多", "活动信息"],
        ["资讯", "活动规则"],
    ]
    assert "竞赛期间没有：“信用查询”、“资讯”" in told.out
    contest = office.services.contest
    office.services.contest = replace(contest, menu=replace(contest.menu, left_out=("信用查询", "资讯")))
    del office.services.menus  # made of the contest
    decided = office("menu", "preview")
    assert (decided.status, decided.err) == (0, "")
    assert shown(office) == OWN


def test_an_account_without_a_menu_has_none_again(office: Office) -> None:
    office.done("menu", "publish")
    office.done("menu", "restore")
    assert shown(office) is None


def test_no_menu_before_opening_and_none_to_restore(office: Office) -> None:
    office.before_opening()
    assert "开始之前不得公布" in office.failed("menu", "publish")
    assert "没有保存过" in office.failed("menu", "restore")
    assert office.wechat.asked == []


def test_what_only_the_website_can_make_is_named_in_time(office: Office) -> None:
    office.wechat.will_answer(Call.CURRENT_MENU, BY_WEBSITE)
    published = office("menu", "publish", "--yes")
    assert (published.status, "“关于我们”" in published.err) == (0, True)
    assert office.services.ports.saved_menu.read_saved_menu() == BY_WEBSITE["selfmenu_info"]
    restored = office("menu", "restore", "--yes")
    assert (restored.status, "“关于我们”" in restored.err) == (0, True)
    assert shown(office) == {"button": [{"type": "view", "name": "官网", "url": "https://own.example.cn/"}]}


@pytest.mark.parametrize(
    ("code", "words"), [(40164, "IP 白名单"), (48001, "权限"), (45009, "次数"), (-1, "对照微信文档")]
)
def test_what_wechat_refuses_is_explained(office: Office, code: int, words: str) -> None:
    office.wechat.will_fail(Call.CREATE_MENU, code)
    said = office.failed("menu", "publish")
    assert f"错误码 {code}" in said
    assert words in said


# Units


def test_participants_by_unit(laid: Office, tmp_path: Path) -> None:
    for openid, unit in (("a", "岔河镇"), ("b", "岔河镇"), ("c", "三河镇"), ("d", ""), ("only looked", "三河镇")):
        browser = laid.stage.person(openid)
        if unit:
            browser.put("/api/me/unit", {"unit": unit})
        if openid != "only looked":
            drawn = draw(browser)
            laid.stage.wait(seconds=5)
            submit(browser, drawn, right_answers(drawn, 0))
    names = laid.services.contest.unit_names
    others = [f"{name}\t0" for name in names if name not in ("岔河镇", "三河镇")]
    counted = ["岔河镇\t2", "三河镇\t1", *others, "未登记单位\t1", "合计\t4"]
    assert laid.done("units").splitlines() == counted
    laid.deploy(replace(laid.services.contest, reporting=Reporting((ReportingUnit("=三河,镇", "town"),))))
    file = tmp_path / "units.csv"
    laid.done("units", "--csv", str(file))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf"), "Excel opens it as UTF-8"
    assert list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines())) == [
        ["单位", "人数"],
        ["岔河镇", "2"],
        ["三河镇", "1"],
        ["'=三河,镇", "0"],
        ["未登记单位", "1"],
        ["合计", "4"],
    ]


# Codes for the printer

EMBARGO = "7月8日零时前不得公布"
ODD = ("a/b\\c:d*e?f", "“三河”镇<第1组>", " . ", "名" * 100, "CON")


@pytest.fixture
def few_units(office: Office) -> Office:
    units = tuple(ReportingUnit(name, "town", None, 0) for name in ("岔河镇", "三河镇", *ODD))
    office.services.contest = replace(office.services.contest, reporting=Reporting(units))
    return office


def test_a_code_for_every_unit(few_units: Office, tmp_path: Path) -> None:
    told = few_units("print-codes", str(tmp_path / "new" / "folder"), "--yes")
    assert told.status == 0
    assert "7 个单位" in told.out
    assert "7/7" not in told.err, "progress is for a terminal"
    files = sorted((tmp_path / "new" / "folder").glob("*.png"))
    assert [file.stem for file in files] == [file.stem for file in sorted((tmp_path / "new" / "folder").glob("*.svg"))]
    assert [file.name for file in files[:2]] == ["01-岔河镇.png", "02-三河镇.png"]
    assert len(files) == 7
    for file in files:
        assert not set(file.name) & set('<>:"/\\|?*')
        assert len(file.name.encode()) <= 255
        picture = file.read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert zlib.crc32(picture[-8:-4]) == int.from_bytes(picture[-4:], "big"), "written to the end"
    assert few_units.wechat.scenes == [(unit_scene(name), True) for name in few_units.services.contest.unit_names]


def test_before_opening_only_for_the_printer_and_written_down(few_units: Office, tmp_path: Path) -> None:
    few_units.before_opening()
    assert "--for-printer" in few_units.failed("print-codes", str(tmp_path / "a"))
    assert few_units.wechat.asked == []
    assert not (tmp_path / "a").exists()
    assert "print-codes" not in few_units.done("log")
    few_units.done("print-codes", str(tmp_path / "a"), "--for-printer", "--by", "李")
    assert len(list((tmp_path / "a").iterdir())) == 14 + len(PRINTED)
    for file in (tmp_path / "a").iterdir():
        assert file.suffix == ".png" or EMBARGO in file.read_text(encoding="utf-8")
    assert " (李)  print-codes  （for the printer）" in few_units.done("log")


def test_who_prints_is_written_down_before_wechat_is_asked(few_units: Office, tmp_path: Path) -> None:
    few_units.before_opening()
    few_units.wechat.will_fail(Call.CODE, 45009)
    assert "次数" in few_units.failed("print-codes", str(tmp_path), "--for-printer")
    assert "  moto  print-codes" in few_units.done("log")
    few_units.done("print-codes", str(tmp_path), "--for-printer")
    assert len(list(tmp_path.iterdir())) == 14 + len(PRINTED)


@pytest.mark.parametrize(("before", "questions"), [(True, 2), (False, 1)])
def test_before_the_opening_the_question_is_asked_twice(
    few_units: Office,
    terminal: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    before: bool,
    questions: int,
) -> None:
    if before:
        few_units.before_opening()
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return "y" if len(asked) < questions else "n"

    monkeypatch.setattr("builtins.input", answer)
    assert few_units("print-codes", str(tmp_path), "--for-printer").status == 3
    assert len(asked) == questions
    assert (EMBARGO in asked[-1]) is before
    assert few_units.wechat.asked == []


def test_codes_are_made_once(few_units: Office, tmp_path: Path) -> None:
    few_units.done("print-codes", str(tmp_path / "a"))
    few_units.done("print-codes", str(tmp_path / "b"))
    assert len(few_units.wechat.scenes) == 7
    pages = [[path.read_bytes() for path in sorted((tmp_path / one).glob("*.html"))] for one in ("a", "b")]
    assert pages[0] == pages[1]
    assert EMBARGO.encode() not in b"".join(pages[0])


def test_after_closing_a_code_is_of_little_use(few_units: Office, tmp_path: Path) -> None:
    assert "竞赛已结束" not in few_units("print-codes", str(tmp_path), "--yes").err
    few_units.after_closing()
    assert "竞赛已结束，扫码的人不能再参加" in few_units("print-codes", str(tmp_path), "--yes").err


def test_a_folder_that_cannot_be_written_is_told(few_units: Office, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "不能写入" in few_units.failed("print-codes", str(tmp_path / "file"))


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a/../b", "x" * 500, "\x00\n", "nul.png "])
def test_any_name_makes_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"01-{file_name(name)}.png"
    file.write_bytes(b"x")
    assert list(tmp_path.iterdir()) == [file]
