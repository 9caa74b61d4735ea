"""The contact sheet's rules, with the habits of Excel and WPS."""

from datetime import date

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.desk.contact_sheet import HEADERS, SheetCells, WrongCell, contact_rows, read_contact_sheets
from chalicelib.domain.desk.named_unit import UnitNames
from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts
from chalicelib.domain.reporting import Reporting, ReportingUnit

REPORTING = load_contest_file(PACKAGED).reporting
UNITS = REPORTING.units
HEADER = list(HEADERS.values())
ZHANG, LI = Contact("张三", "科长", "13812345678"), Contact("李四", "科员", "0517-87212345")


def sheet(*rows: list[object]) -> SheetCells:
    return SheetCells("联络表", [["信用知识竞赛工作联络表"], HEADER, *rows])


def wrong(*rows: list[object]) -> list[tuple[int, str, str]]:
    """Row from 1 as a spreadsheet shows it, column, reason."""
    found = read_contact_sheets([sheet(*rows)], REPORTING).wrong
    return [(one.row + 1, list(HEADERS)[one.column], one.reason) for one in found]


def test_the_columns_are_the_notice_s() -> None:
    assert " ".join(HEADER) == "单位 姓名 职务 联系电话 需要宣传海报数量 需要倡议书数量"


@pytest.mark.parametrize("second", ["区教体局", None, "教育局", "洪泽区教体局 "])
def test_a_unit_s_name_over_several_people(second: str | None) -> None:
    rows: list[list[object]] = [
        ["区教体局", "张 三", "科长", 13812345678.0, "50份", 100.0],
        [second, "李四", "科员", 51787212345],
        [],
        [" ", None, ""],
        ["区民政局"],
        ["合计", None, None, None, 50, 100],
    ]
    found = read_contact_sheets([sheet(*rows)], REPORTING)
    assert found.wrong == []
    assert found.contacts == {"区教体局": UnitContacts((ZHANG, LI), 50, 100)}


@pytest.mark.parametrize(
    ("given", "unit"),
    [
        ("淮安市 洪泽区教体局", "区教体局"),
        ("洪泽法院", "区法院"),
        ("市场监管局", "区市场监管局"),
        ("区公安分局", "公安分局"),
        ("移动公司", "洪泽移动公司"),
        ("洪泽区", ""),
        ("区", ""),
    ],
)
def test_a_unit_is_known_with_and_without_its_place(given: str, unit: str) -> None:
    assert UnitNames(REPORTING).find_unit(given) == unit


def test_the_places_are_the_contest_file_s() -> None:
    units = tuple(ReportingUnit(name, "department") for name in ("县法院", "区水利局", "市水利局"))
    elsewhere, nowhere = UnitNames(Reporting(units, places=("长沙市", "长沙县", "南湖区"))), UnitNames(Reporting(units))
    for given in ("长沙县法院", "长沙市长沙县法院", "法院"):
        assert (elsewhere.find_unit(given), nowhere.find_unit(given)) == ("县法院", "")
    assert elsewhere.find_unit("洪泽县法院") == ""
    assert elsewhere.find_unit("水利局") == "", "one of two"
    assert nowhere.find_unit("县法院") == "县法院"


def test_a_name_that_two_units_share_when_compared_is_neither_s() -> None:
    units = ReportingUnit("三和（A）公司", "enterprise"), ReportingUnit("三和(a) 公司", "enterprise", also=("三和",))
    names = UnitNames(Reporting(units))
    assert [names.find_unit(given) for given in ("三和（A）公司", "三和(A)公司", "三和")] == ["", "", units[1].name]
    assert names.similar("三和(A)公司") == []


def test_columns_in_another_order_and_further_ones() -> None:
    cells = SheetCells(
        "S", [["序号", *reversed(HEADER), "备注"], [1, 3, 2, "13812345678", "科长", "张三", "区法院", "x"]]
    )
    assert read_contact_sheets([cells], REPORTING).contacts == {"区法院": UnitContacts((ZHANG,), 2, 3)}


def test_each_fault_has_its_cell() -> None:
    fine: list[object] = ["区法院", "王五", "庭长", "13812345670", 5, None]
    assert wrong(
        ["区教体局", "张三", "", 1381234567, "许多", 10000],
        ["某某局", "李四", "科员", "0517-87212345"],
        ["区民政局", "", "", "", 3],
        fine,
        [None, "王五", "庭长", "13812345670", 5],
        ["区法院", "甲", date(2020, 7, 1), True],
    ) == [
        (3, "post", "缺少职务"),
        (3, "telephone", "手机号须是11位，这里有10位"),
        (3, "posters", "须是 0 至 9999 的整数"),
        (3, "leaflets", "须是 0 至 9999 的整数"),
        (4, "unit", "不认识这个单位"),
        (5, "name", "至少填一位联络人"),
        (7, "name", "这一行与上面重复"),
        (7, "posters", "每个单位只填一次数量，第 6 行已经填了"),
        (8, "post", "Excel 把它当成了日期或逻辑值：把单元格格式设为“文本”，重新填写"),
        (8, "telephone", "Excel 把它当成了日期或逻辑值：把单元格格式设为“文本”，重新填写"),
    ]


def test_at_most_four_people() -> None:
    rows: list[list[object]] = [["区法院", f"人{n}", "干事", f"1381234567{n}"] for n in range(5)]
    assert wrong(*rows[:4]) == []
    assert wrong(*rows) == [(7, "name", "每个单位至多 4 人")]


def test_an_unknown_unit_gets_a_hint() -> None:
    assert wrong(["区教体育局", "张三", "科长", "13812345678"]) == [(3, "unit", "不认识这个单位，是不是区教体局？")]
    assert wrong([None, "张三", "科长", "13812345678"]) == [(3, "unit", "缺少单位")]


def test_a_sheet_without_its_header_or_a_column() -> None:
    (found,) = read_contact_sheets([SheetCells("S", [["a"], ["b"]])], REPORTING).wrong
    assert found.reason.startswith("没有表头：须有一行写着单位、姓名")
    lacking = SheetCells("S", [HEADER[:4], ["区法院", "张三", "科长", "13812345678"]])
    assert read_contact_sheets([lacking], REPORTING).wrong == [
        WrongCell("S", 0, 0, "缺少“需要宣传海报数量、需要倡议书数量”列")
    ]


@pytest.mark.parametrize(("row", "column", "place"), [(0, 0, "A1"), (3, 25, "Z4"), (9, 26, "AA10"), (0, 701, "ZZ1")])
def test_a_cell_is_named_as_the_spreadsheet_does(row: int, column: int, place: str) -> None:
    assert WrongCell("S", row, column, "").place == place


def test_what_is_exported_is_read_back() -> None:
    contacts = {"区教体局": UnitContacts((ZHANG, LI), 50, 100), "区法院": UnitContacts((LI,), 0, 0)}
    rows = [list[object](row) for row in contact_rows(UNITS, contacts)]
    assert len(rows) == len(UNITS) + 1
    found = read_contact_sheets([sheet(*rows)], REPORTING)
    assert (found.wrong, found.contacts) == ([], contacts)
