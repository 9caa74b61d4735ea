"""An uploaded contact sheet that comes back with its wrong cells marked and the reasons beside them."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.adapters.desk.workbooks import MOST_COLUMNS, file_of, write_cell
from chalicelib.domain.desk.contact_sheet import HEADERS, REASONS, SheetCells, WrongCell, find_header
from chalicelib.domain.desk.desk_errors import NotAWorkbook

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MARK = "00FFC7CE"
"""The colour of wrong cells: Excel's own light red."""


def mark_workbook(raw: bytes, sheets: Sequence[SheetCells], wrong: Sequence[WrongCell]) -> bytes:
    """Returns the file with its formats, without formulas; `sheets` are its cells as `read_workbook` read them.

    Marks and reasons of an earlier return are replaced. Raises NotAWorkbook.
    """
    from openpyxl import load_workbook  # heavy: only for the desk

    try:
        book = load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
    except Exception as error:  # as in `read_workbook`
        raise NotAWorkbook("unreadable") from error
    for cells in sheets:
        faults = [one for one in wrong if one.sheet == cells.title]
        if faults or find_header(cells):
            _mark(book[cells.title], cells, faults)
    return file_of(book)


def _mark(sheet: "Worksheet", cells: SheetCells, faults: Sequence[WrongCell]) -> None:
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    row, columns = find_header(cells) or (0, {})
    place = _reason_column(cells, row)
    _clear(sheet, cells, row, place)
    shown = {column: HEADERS[name] for name, column in columns.items()}
    reasons = {row: [REASONS]}
    for one in faults:
        sheet.cell(one.row + 1, one.column + 1).fill = PatternFill("solid", fgColor=MARK)
        where = f"{shown[one.column]}：" if one.column in shown and one.row != row else ""
        reasons.setdefault(one.row, []).append(where + one.reason)
    for number, found in reasons.items():
        write_cell(sheet, number + 1, place + 1, "\n".join(found))
        sheet.cell(number + 1, place + 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions[get_column_letter(place + 1)].width = 50


def _clear(sheet: "Worksheet", cells: SheetCells, header: int, reasons: int) -> None:
    """Removes the marks and reasons of an earlier return, and merged areas across the reasons' column: only their first
    cells can be written."""
    from openpyxl.styles import PatternFill

    for area in list(sheet.merged_cells.ranges):
        if area.min_col <= reasons + 1 <= area.max_col and area.max_row > header:
            sheet.unmerge_cells(area.coord)
    for row in sheet.iter_rows(max_row=len(cells.rows), max_col=MOST_COLUMNS):
        for cell in row:
            if cell.fill.fgColor.rgb == MARK:
                cell.fill = PatternFill()
    for number in range(header, len(cells.rows)):
        sheet.cell(number + 1, reasons + 1).value = None


def _reason_column(cells: SheetCells, header: int) -> int:
    """The column, from 0, whose header says so, else the first one that is empty in every row from the header on."""
    texts = ["" if value is None else str(value) for value in cells.rows[header]] if cells.rows else []
    if REASONS in texts:
        return texts.index(REASONS)
    used = [place for row in cells.rows[header:] for place, value in enumerate(row) if value not in (None, "")]
    return max(used, default=-1) + 1
