"""The report as an Excel file, with charts that Excel draws itself."""

from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from chalicelib.domain.desk.report_sheets import Cell, Chart, ChartKind, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[type, str] = {str: "@", Decimal: "#,##0.00", float: "0.0%", int: "#,##0"}
WIDEST = 60
"""Characters; a Chinese one counts twice."""


def report_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Returns the .xlsx file, one worksheet for each sheet."""
    from openpyxl import Workbook  # heavy: only for the desk's files

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write(book.create_sheet(sheet.title), sheet)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(page: "Worksheet", sheet: Sheet) -> None:
    from openpyxl.styles import Font  # heavy: as above
    from openpyxl.utils import get_column_letter

    for number, row in enumerate((sheet.header, *sheet.rows), start=1):
        for place, value in enumerate(row, start=1):
            _fill(page.cell(number, place), value)
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "A2"
    for place in range(len(sheet.header)):
        page.column_dimensions[get_column_letter(place + 1)].width = _width(sheet, place)
    if sheet.chart:
        page.add_chart(_chart(page, sheet.chart), f"{get_column_letter(len(sheet.header) + 2)}2")


def _fill(cell: Any, value: Cell) -> None:
    """Text stays text, also where it begins like a formula."""
    if value is None:
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
    cell.number_format = FORMATS[type(value)]


def _width(sheet: Sheet, place: int) -> int:
    texts = (str(row[place] if row[place] is not None else "") for row in (sheet.header, *sheet.rows))
    longest = max(sum(2 if ord(letter) > 0xFF else 1 for letter in text) for text in texts)
    return min(WIDEST, longest + 3)


def _chart(page: "Worksheet", chart: Chart) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference  # heavy: as above

    drawn: Any = LineChart() if chart.kind is ChartKind.LINE else BarChart()
    if chart.kind is ChartKind.BAR:
        drawn.type = "bar"
        drawn.y_axis.scaling.min = 0
        drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top
    drawn.title, drawn.width, drawn.height = chart.title, 24, 12
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False  # else newer Excel shows no axes
    names, *values = chart.columns
    for column in values:
        # The header names the series.
        drawn.add_data(Reference(page, min_col=column + 1, min_row=1, max_row=chart.rows + 1), titles_from_data=True)
    drawn.set_categories(Reference(page, min_col=names + 1, min_row=2, max_row=chart.rows + 1))
    if len(values) == 1:
        drawn.legend = None
    return drawn
