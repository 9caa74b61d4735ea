"""The report: its tables add up, its file opens in Excel with charts, and the group's text has five lines."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart, LineChart

from chalicelib.adapters.desk.report_workbook import report_workbook
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import DayFigures, FollowerCounts, night_of
from chalicelib.domain.desk.figure_words import notice_lines
from chalicelib.domain.desk.report_sheets import SUM, Cell, Report, Sheet
from chalicelib.domain.desk.unit_table import unit_lines
from tests.desk.figures import contest_with_units, state
from tests.support import examples

FIRST, SECOND = date(2020, 7, 8), date(2020, 7, 9)


@pytest.fixture
def contest() -> Contest:
    return contest_with_units()


@pytest.fixture
def report(contest: Contest) -> Report:
    """Two nights, and some hours after the second."""
    nights = ((FIRST, state(night_of(FIRST), 1)), (SECOND, state(night_of(SECOND), 2)))
    return Report(contest, examples.bank(), state(examples.CLOSES, 3), nights)


def column(sheet: Sheet, place: int) -> list[Any]:
    return [row[place] for row in sheet.rows]


def adds_up(sheet: Sheet, *places: int) -> bool:
    """Whether the last row is the sum of those above it."""
    return all(sum(column(sheet, place)[:-1]) == column(sheet, place)[-1] for place in places)


def test_days_add_up_to_the_last_row(report: Report) -> None:
    days = report.days()
    assert column(days, 0) == ["7月8日", "7月9日", "至7月15日00:00", SUM]
    assert adds_up(days, 1, 2, 3, 4, 5, 6)
    assert column(days, 7)[-1] == report.figures.total_people == column(days, 7)[-2]


def test_a_night_as_the_whole_has_no_rest(report: Report) -> None:
    (first, whole), *_ = report.nights
    only = Report(report.contest, report.bank, whole, ((first, whole),))
    assert column(only.days(), 0) == ["7月8日", SUM]


def test_before_the_first_night_there_is_one_row(report: Report) -> None:
    only = Report(report.contest, report.bank, report.figures, ())
    assert column(only.days(), 0) == ["至7月15日00:00", SUM]


def test_units_add_up_with_those_of_zero_the_unknown_and_the_rest(report: Report) -> None:
    units = report.units()
    assert [row[:2] for row in units.rows] == [
        (1, "区法院"),
        (2, "区财政局"),
        (2, "洪泽移动公司"),
        (4, "区侨办"),
        (None, "撤销的单位"),
        (None, "未登记单位"),
        (None, SUM),
    ]
    assert adds_up(units, 3)
    assert column(units, 3)[-1] == report.figures.total_people


def test_people_of_a_former_name_count_for_the_present_one(contest: Contest) -> None:
    (line,) = (one for one in unit_lines(contest.reporting, {"区法院": 2, "旧法院": 3}) if one.name == "区法院")
    assert (line.people, line.rank) == (5, 1)


def test_within_a_kind_units_are_ranked_by_share(report: Report) -> None:
    """区财政局 has fewer people than 区法院 and fewer staff still."""
    rows = [row[:4] for row in report.kinds().rows]
    assert rows == [
        ("部门", 2, 1, "区财政局"),
        ("部门", 1, 2, "区法院"),
        ("部门", 3, None, "区侨办"),
        ("企业", 1, None, "洪泽移动公司"),
    ]
    assert report.kinds().rows[0][4:] == (6, 10, 0.6)


def test_questions_are_listed_from_the_hardest(report: Report) -> None:
    rows = report.questions().rows
    assert [row[0] for row in rows[:3]] == ["q01", "q00", "gone"]
    assert rows[0][3:] == (3, 9, 0, 0.25)
    assert (rows[2][2], rows[-1][3:]) == ("（已不在题库中）", (0, 0, 0, None))


def test_money_adds_up(report: Report) -> None:
    assert adds_up(report.prizes(), 1, 2)
    assert adds_up(report.payouts(), 1, 2)
    assert column(report.prizes(), 2)[-1] == Decimal("9.03")
    days = report.days()
    assert report.prizes().rows == tuple((row[0], *row[4:6]) for row in days.rows), "a day is the same in both tables"
    assert column(report.payouts(), 0) == ["已到账", "搁置，等待处理", SUM]


def in_excel(cell: Cell) -> Cell:
    return float(cell) if isinstance(cell, Decimal) else None if cell == "" else cell


def values(page: Any) -> list[tuple[Cell, ...]]:
    return [tuple(row) for row in page.iter_rows(values_only=True)]


def test_excel_reads_every_table_and_draws_the_charts(report: Report) -> None:
    book = load_workbook(BytesIO(report_workbook(report.sheets())))
    assert book.sheetnames == ["总况", "每日", "单位", "类内排名", "题目", "红包", "分享", "发放"]
    for sheet in report.sheets():
        found = values(book[sheet.title])
        assert found[0] == sheet.header
        for stored, row in zip(found[1:], sheet.rows, strict=True):
            assert stored == tuple(
                float(one) if isinstance(one, Decimal) else None if one == "" else one for one in row
            )
    pages: list[Any] = list(book.worksheets)
    charts = {page.title: page._charts for page in pages if page._charts}
    assert {title: [type(one) for one in drawn] for title, drawn in charts.items()} == {
        "每日": [LineChart],
        "单位": [BarChart],
        "红包": [BarChart],
    }
    (people, attempts) = charts["每日"][0].ser
    assert (people.val.numRef.f, attempts.val.numRef.f) == ("'每日'!$B$2:$B$4", "'每日'!$C$2:$C$4")
    assert people.cat.numRef.f == "'每日'!$A$2:$A$4"
    (units,) = charts["单位"][0].ser
    assert units.val.numRef.f == "'单位'!$D$2:$D$4", "units without people are not drawn"


def test_text_that_looks_like_a_formula_stays_text() -> None:
    content = report_workbook([Sheet("表", ("=1+1",), (("=SUM(A1)",),))])
    page = load_workbook(BytesIO(content))["表"]
    assert [page["A1"].data_type, page["A2"].data_type] == ["s", "s"]


def test_before_anything_happened_every_table_is_there(contest: Contest) -> None:
    empty = Report(contest, examples.bank(), DayFigures(examples.NOON), ())
    book = load_workbook(BytesIO(report_workbook(empty.sheets())))
    assert len(book.sheetnames) == len(empty.sheets())


def notice(contest: Contest, figures: DayFigures, gained: DayFigures, day: date | None = None) -> tuple[str, ...]:
    return notice_lines(contest, figures, gained, unit_lines(contest.reporting, figures.people), day)


def test_the_group_s_text_has_five_lines(contest: Contest) -> None:
    before, after = state(night_of(FIRST), 1), state(night_of(SECOND), 2)
    assert notice(contest, after, after.since(before), SECOND) == (
        "【与信用同行 筑梦新时代】7月9日通报，截至7月10日00:10",
        "参与：累计36人（当日新增18人），答题80人次，达标50人次。",
        "红包：累计领取2个、6.02元（当日1个、3.01元）。",
        "参与人数居前：1.区法院10人、2.区财政局4人、2.洪泽移动公司4人。",
        "尚无人参与的单位1个：区侨办，请抓紧组织。",
    )


def test_of_today_it_speaks_as_of_now(contest: Contest) -> None:
    title, people, *_ = notice(contest, state(examples.NOON, 1), state(examples.NOON, 1))
    assert title == "【与信用同行 筑梦新时代】截至7月9日12:00"
    assert "今日新增18人" in people


def test_before_anybody_took_part_and_once_all_did(contest: Contest) -> None:
    nothing = DayFigures(examples.NOON, followed=FollowerCounts())
    *_, foremost, missing = notice(contest, nothing, nothing)
    assert foremost == "各单位均尚无人参与。"
    assert missing.startswith("尚无人参与的单位4个：")
    all_did = DayFigures(examples.NOON, dict.fromkeys(contest.unit_names, 1))
    assert notice(contest, all_did, all_did)[-1] == "各单位均已有人参与，请继续组织发动。"
