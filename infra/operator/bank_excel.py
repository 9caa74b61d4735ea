"""The question bank as an Excel file with drop-downs."""

from collections.abc import Iterable
from pathlib import Path
from zipfile import BadZipFile

from chalicelib.domain.bank_sheet import HEADERS, SHOWN, Sheet
from infra.operator.operator_errors import OperatorError

WIDE = {"stem": 50, "explanation": 50, "source": 40}


def write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    from openpyxl import Workbook  # heavy: only for these commands
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title, sheet.freeze_panes = "题库", "B2"
    for row in (tuple(HEADERS.values()), *rows):
        sheet.append(row)
    for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value):
        cell.data_type, cell.number_format = "s", "@"  # text, also where it begins with “=” or looks like a number
    for letter, column in zip("ABCDEFGHIJKLM", HEADERS, strict=True):
        sheet.column_dimensions[letter].width = WIDE.get(column, 12)
        if words := SHOWN.get(column):
            choice = DataValidation(type="list", formula1=f'"{",".join(words.values())}"', allow_blank=True)
            choice.add(f"{letter}2:{letter}2000")
            sheet.add_data_validation(choice)
    book.save(path)
    print(f"已写入 {path}。")


def read(path: Path) -> list[Sheet]:
    """Returns the values of all sheets. Raises OperatorError."""
    from openpyxl import load_workbook  # heavy: as above
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        return [(sheet.title, list(sheet.iter_rows(values_only=True))) for sheet in book.worksheets]
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise OperatorError(f"{path} 不是 Excel 的 .xlsx 文件，请用 Excel 或 WPS 另存为 .xlsx。") from error
