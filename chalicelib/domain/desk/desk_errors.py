"""Refusals at the organiser's desk. `domain/errors.py` has all others."""

from chalicelib.domain.errors import ContestError, TryAgain


class ChangedMeanwhile(ContestError):
    """Somebody else changed the record since it was read; nothing was done. Whoever decided should look again."""

    code = TryAgain.code


class DeskRefused(Exception):
    """A refusal that the desk shows: an HTTP status, a text in Chinese, and a code for the desk's own scripts."""

    def __init__(self, status: int, text: str, code: str = "refused") -> None:
        super().__init__(code)
        self.status, self.text, self.code = status, text, code


class NotAWorkbook(DeskRefused):
    """An uploaded file cannot be read as .xlsx."""

    def __init__(self, code: str) -> None:
        """`code` is a key of WORKBOOK_REFUSALS."""
        super().__init__(422, WORKBOOK_REFUSALS[code], code)


WORKBOOK_REFUSALS = {
    "unreadable": "这不是 Excel 的 .xlsx 文件，或已损坏：请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。",
    "too_large": "文件太大：请把联络表复制到一个新建的表格里再上传。",
    "too_many_rows": "表格超过 2000 行，或单元格太多：请把联络表复制到一个新建的表格里再上传。",
}
