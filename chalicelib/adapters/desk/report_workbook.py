"""The report as an Excel file, with charts that Excel draws itself."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chalicelib.adapters.desk.workbooks import add_list, file_of
from chalicelib.domain.desk.report_sheets import Chart, ChartKind, Sheet

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FORMATS: dict[type, str] = {Decimal: "#,##0.00", float: "0.0%", int: "#,##0"}


def report_workbook(sheets: Iterable[Sheet]) -> bytes:
    """Returns the .xlsx file, one worksheet for each sheet."""
    from openpyxl import Workbook  # heavy: only for the desk
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet()
        rows = [[float(value) if isinstance(value, Decimal) else value for value in row] for row in sheet.rows]
        add_list(page, sheet.title, sheet.header, rows)
        for number, row in enumerate(sheet.rows, start=2):
            for place, value in enumerate(row, start=1):
                if form := FORMATS.get(type(value)):
                    page.cell(number, place).number_format = form
        if sheet.chart:
            page.add_chart(_chart(page, sheet.chart), f"{get_column_letter(len(sheet.header) + 2)}2")
    return file_of(book)


def _chart(page: "Worksheet", chart: Chart) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference

    drawn: Any = LineChart() if chart.kind is ChartKind.LINE else BarChart()
    if chart.kind is ChartKind.BAR:
        drawn.type = "bar"
        drawn.x_axis.scaling.orientation = "maxMin"  # the first row on top
    drawn.title, drawn.width, drawn.height = chart.title, 24, 12
    for axis in (drawn.x_axis, drawn.y_axis):
        axis.delete = False  # else newer Excel shows no axes
    names, *values = chart.columns
    for column in values:
        # The header names the series.
        found = Reference(page, min_col=column + 1, min_row=1, max_row=chart.rows + 1)
        drawn.add_data(found, titles_from_data=True)
    drawn.set_categories(Reference(page, min_col=names + 1, min_row=2, max_row=chart.rows + 1))
    if len(values) == 1:
        drawn.legend = None
    return drawn
