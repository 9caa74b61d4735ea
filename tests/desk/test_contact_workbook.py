"""Contact sheets as real .xlsx files, read and given back."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from chalicelib.adapters.desk.marked_workbook import MARK, mark_workbook
from chalicelib.adapters.desk.workbooks import check_parts, file_of, list_workbook, read_workbook
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.desk.contact_sheet import HEADERS, ReadSheets, read_contact_sheets
from chalicelib.domain.desk.desk_errors import WORKBOOK_REFUSALS, NotAWorkbook
from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts

REPORTING = load_contest_file(PACKAGED).reporting
HEADER = list(HEADERS.values())


def filled_in(*rows: list[Any], merge: Sequence[str] = ()) -> bytes:
    """A sheet as offices fill it in, below a merged title."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "联络表"
    for row in (["信用知识竞赛工作联络表"], HEADER, *rows):
        sheet.append(row)
    for area in ("A1:H1", *merge):
        sheet.merge_cells(area)
    book.create_sheet("说明")["A1"] = "填写说明"
    return file_of(book)


def read(raw: bytes) -> ReadSheets:
    return read_contact_sheets(read_workbook(raw), REPORTING)


def marked(raw: bytes) -> bytes:
    sheets = read_workbook(raw)
    return mark_workbook(raw, sheets, read_contact_sheets(sheets, REPORTING).wrong)


def marks(raw: bytes) -> list[str]:
    sheet = load_workbook(io.BytesIO(raw))["联络表"]
    return [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == MARK]


WRONG = filled_in(
    ["区教体局", "张三", "科长", 13812345678, 50, 100],
    [None, "李四", "", 1381234567],
    ["某局", "王五", "科员", "0517-87212345"],
    merge=["A3:A4"],
)


def test_a_merged_sheet_with_numbers_as_telephones_is_read() -> None:
    raw = filled_in(
        ["区教体局", "张三", "科长", 13812345678, 50, 100],
        [None, "李四", "科员", 51787212345.0],
        merge=["A3:A4", "E3:E4", "F3:F4"],
    )
    people = (Contact("张三", "科长", "13812345678"), Contact("李四", "科员", "0517-87212345"))
    assert read(raw).contacts == {"区教体局": UnitContacts(people, 50, 100)}
    assert read(raw).wrong == []


def test_a_wrong_sheet_comes_back_marked_with_the_reasons_beside() -> None:
    back = marked(WRONG)
    assert marks(back) == ["C4", "D4", "A5"]
    sheet = load_workbook(io.BytesIO(back))["联络表"]
    assert [sheet.cell(row, 7).value for row in range(2, 6)] == [
        "问题", None, "职务：缺少职务\n联系电话：手机号须是11位，这里有10位", "单位：不认识这个单位",
    ]  # fmt: skip
    assert sheet["B4"].value == "李四"
    assert load_workbook(io.BytesIO(back))["说明"]["B1"].value is None


def test_what_was_mended_is_no_longer_marked() -> None:
    book = load_workbook(io.BytesIO(marked(WRONG)))
    sheet: Any = book["联络表"]
    sheet["C4"], sheet["D4"] = "科员", "13812345679"
    back = marked(file_of(book))
    assert marks(back) == ["A5"]
    again = load_workbook(io.BytesIO(back))["联络表"]
    assert [again.cell(row, 7).value for row in range(2, 6)] == ["问题", None, None, "单位：不认识这个单位"]
    assert again.max_column == 8, "the merged title's width"
    sheet["A5"] = "区法院"
    assert read(file_of(book)).wrong == []


def test_a_workbook_without_the_header_comes_back_with_the_reason() -> None:
    raw = list_workbook("表", ["甲", "乙"], [["1", "2"]])
    sheet = load_workbook(io.BytesIO(marked(raw)))["表"]
    assert str(sheet["C1"].value).startswith("问题\n没有表头")


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_an_exported_text_is_never_a_formula(text: str) -> None:
    cell = load_workbook(io.BytesIO(list_workbook("表", ["a"], [[text]])))["表"]["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


def test_a_formula_is_read_as_its_value_and_not_given_back() -> None:
    raw = filled_in(["区教体局", "=1+1", "科长", "13812345678"])
    assert [one.reason for one in read(raw).wrong] == ["缺少姓名"]
    assert load_workbook(io.BytesIO(marked(raw)))["联络表"]["B3"].data_type != "f"


def damaged(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, zipfile.ZipFile(io.BytesIO(WRONG)) as whole:
        for name in whole.namelist():
            made.writestr(name, parts.get(name.rpartition("/")[2].partition(".")[0], whole.read(name)))
    return out.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>'
LOW = b'<row r="5000"><c r="A5000" t="inlineStr"><is><t>x</t></is></c></row>'
EVERYWHERE = b"A1:XFD1048576"


def elsewhere(sheet: bytes) -> bytes:
    """The first sheet under a name that is not one of XML."""
    raw, out = damaged(sheet1=sheet), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, zipfile.ZipFile(io.BytesIO(raw)) as whole:
        for name in whole.namelist():
            made.writestr(
                name.replace("sheet1.xml", "sheet1.bin"), whole.read(name).replace(b"sheet1.xml", b"sheet1.bin")
            )
    return out.getvalue()


NOT_READ = {
    "nothing": (b"", "unreadable"),
    "an old .xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 50, "unreadable"),
    "another zip": (damaged()[:-40], "unreadable"),
    "a large file": (b"PK" * 500_001, "too_large"),
    "broken XML": (damaged(workbook=b"<workbook"), "unreadable"),
    "entities": (damaged(sheet1=b'<!DOCTYPE x [<!ENTITY a "b">]>' + SHEET % (b"", b"")), "unreadable"),
    "much XML": (damaged(sheet1=b" " * 5_000_000), "too_large"),
    "many rows": (damaged(sheet1=SHEET % (LOW, b"")), "too_many_rows"),
    "a merged sheet": (
        damaged(sheet1=SHEET % (b"", b'<mergeCells><mergeCell ref="%s"/></mergeCells>' % EVERYWHERE)),
        "too_many_rows",
    ),
    "a merged sheet in other words": (
        damaged(sheet1=SHEET % (b"", b'<mergeCells><mergeCell ref="$a$1:&#88;FD1048576"/></mergeCells>')),
        "too_many_rows",
    ),
    "many empty cells": (damaged(sheet1=SHEET % (b"<row>" + b"<c/>" * 100_001 + b"</row>", b"")), "too_many_rows"),
    "a link over a whole sheet": (
        damaged(sheet1=SHEET % (b"", b'<hyperlinks><hyperlink ref="%s" location="A1"/></hyperlinks>' % EVERYWHERE)),
        "too_many_rows",
    ),
    "entities in another encoding": (
        damaged(sheet1='<!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16")),
        "unreadable",
    ),
    "a large part of another kind": (elsewhere(SHEET % (b"", b" " * 5_000_000)), "too_large"),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_cannot_be_read_is_refused(name: str) -> None:
    raw, why = NOT_READ[name]
    with pytest.raises(NotAWorkbook) as caught:
        read_workbook(raw)
    assert (str(caught.value), why in WORKBOOK_REFUSALS) == (why, True)


@pytest.mark.parametrize("name", ["entities", "entities in another encoding"])
def test_entities_are_refused_before_any_parser_sees_them(name: str) -> None:
    """The deployed build has no defusedxml, which would refuse them here."""
    with pytest.raises(NotAWorkbook):
        check_parts(NOT_READ[name][0])


def test_a_format_in_the_last_row_does_no_harm() -> None:
    raw = damaged(
        sheet1=SHEET % (b'<row r="1"><c r="A1"><v>7</v></c></row><row r="1048576"><c r="A1048576" s="0"/></row>', b"")
    )
    assert read_workbook(raw)[0].rows[0][0] == 7
