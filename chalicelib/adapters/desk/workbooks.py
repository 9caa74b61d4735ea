"""Lists as .xlsx files, and uploaded .xlsx files as cells."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import iterparse

from chalicelib.domain.desk.contact_sheet import SheetCells
from chalicelib.domain.desk.desk_errors import NotAWorkbook

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 1_000_000
"""Of an uploaded file: a sheet of all units has 20 KB. A wrong sheet comes back within a page."""
MOST_XML = 4_000_000
"""Bytes of all parts of an uploaded file, unpacked: openpyxl needs about 50 times as much memory. A sheet of all units
has 50 KB."""
MOST_ROWS, MOST_COLUMNS = 2000, 40
AREAS, MOST_CELLS = frozenset({"mergeCell", "hyperlink"}), 100_000
"""Elements that name an area, and the most cells, also empty ones, with those of the areas: openpyxl makes an object of
each."""
WIDEST = 40
"""A column's greatest width, in characters."""

Cell = str | int | float | None


def list_workbook(title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Returns a file with one sheet: the headers, frozen and bold, and the rows."""
    from openpyxl import Workbook  # heavy: only for the desk

    book = Workbook()
    add_list(book.worksheets[0], title, headers, rows)
    return file_of(book)


def add_list(sheet: "Worksheet", title: str, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Fills the empty sheet. Texts stay texts, also where they look like a formula or a number."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.title, sheet.freeze_panes = title, "A2"
    widths = [_width(text) for text in headers]
    for number, row in enumerate([headers, *rows], start=1):
        for place, value in enumerate(row, start=1):
            if value not in (None, ""):
                write_cell(sheet, number, place, value)
                widths[place - 1] = max(widths[place - 1], _width(value))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = min(width, WIDEST) + 2


def write_cell(sheet: "Worksheet", row: int, column: int, value: Cell) -> None:
    """Writes a text as a text, which no spreadsheet runs as a formula, also not after an edit."""
    cell: Any = sheet.cell(row, column, value)
    if isinstance(value, str):
        cell.data_type, cell.number_format = "s", "@"


def file_of(book: "Workbook") -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_workbook(raw: bytes) -> list[SheetCells]:
    """Returns the cells of all sheets; formulas have their last values. Raises NotAWorkbook."""
    from openpyxl import load_workbook  # heavy: only for the desk

    if len(raw) > MOST_BYTES:
        raise NotAWorkbook("too_large")
    check_parts(raw)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        return [_cells(sheet, raw) for sheet in book.worksheets]
    except NotAWorkbook:
        raise
    except Exception as error:  # openpyxl fails in many ways on a damaged file
        raise NotAWorkbook("unreadable") from error


def check_parts(raw: bytes) -> None:
    """Raises NotAWorkbook for what is no .xlsx file, and for one that would take too much memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            found = parts.infolist()
            if "[Content_Types].xml" not in {part.filename for part in found}:
                raise NotAWorkbook("unreadable")
            if sum(part.file_size for part in found) > MOST_XML:  # of every name: a sheet's may be any
                raise NotAWorkbook("too_large")
            for part in found:
                if b"<!DOCTYPE" in parts.read(part).replace(b"\0", b""):  # no spreadsheet program writes one
                    raise NotAWorkbook("unreadable")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError) as error:
        raise NotAWorkbook("unreadable") from error


def _cells(sheet: Any, raw: bytes) -> SheetCells:
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        text = parts.read(sheet._worksheet_path)
    lowest, number = _extent(text)
    if lowest > MOST_ROWS or number > MOST_CELLS:
        raise NotAWorkbook("too_many_rows")
    rows = [tuple(row) for row in sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)]
    while rows and not any(value not in (None, "") for value in rows[-1]):
        rows.pop()
    return SheetCells(sheet.title, rows)


def _extent(text: bytes) -> tuple[int, int]:
    """Returns the lowest row with a value in a sheet's XML, since formats may reach down to the last row, and the
    number of its cells and of those in its areas. Fails for areas of whole rows and columns."""
    from openpyxl.utils import range_boundaries

    lowest = number = 0
    for _, element in iterparse(io.BytesIO(text)):
        name = element.tag.rpartition("}")[2]
        if name in AREAS:
            area: Any = range_boundaries(element.get("ref", ""))
            left, top, right, bottom = area
            number += (right - left + 1) * (bottom - top + 1)
        elif name == "c":
            number += 1
            if len(element) and "r" in element.attrib:
                lowest = max(lowest, range_boundaries(element.attrib["r"])[1] or 0)
        element.clear()
    return lowest, number


def _width(value: Cell) -> int:
    """In characters of a Latin font, of which a Chinese one takes two."""
    return sum(1 if char.isascii() else 2 for char in str(value))
