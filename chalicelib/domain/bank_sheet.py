"""The question bank as organisers see it in a spreadsheet: Chinese headers and words, faults named by cell."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.bank_rows import COLUMNS, FIRST_COLUMNS, OPTION_KEYS, clean, row_faults
from chalicelib.domain.errors import BankError

HEADERS = dict(
    zip(COLUMNS, "编号 题干 选项A 选项B 选项C 选项D 答案 解析 出处 科目 难度 互斥组 核对".split(), strict=True)
)
SHOWN = {
    "answer": {key: key.upper() for key in OPTION_KEYS},
    "difficulty": {"easy": "易", "medium": "中", "hard": "难"},
    "checked": {"text": "原文", "page": "转载", "open": "未核"},
}
"""Column -> what the file says -> what the sheet shows: the choices of its drop-down."""
EXAMPLE = "例"
"""A row whose id begins with this is an example for the others, and is not imported."""
EXAMPLE_ROW = (
    *("例1", "李某把存款转走，不还法院判他还的钱。法院可以怎样做？", "把他列入失信名单", "替他还钱", "免除他的债务"),
    *("让他的邻居还", "A", "有能力履行而转移财产规避执行的，应当列入名单。", "《…》（…年修正）第…条"),
    *("失信执行", "易", "失信名单", "未核"),
)

Sheet = tuple[str, Sequence[Sequence[object]]]
"""The sheet's name, and the values of its cells by row."""


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A fault in one cell; row 0 stands for the whole sheet."""

    sheet: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"第{self.row}行" + (f"“{HEADERS[self.column]}”列" if self.column else "") if self.row else ""
        return f"工作表“{self.sheet}”{place}：{self.reason}"


def sheet_rows(bank: Bank) -> list[tuple[str, ...]]:
    """The bank's rows in the order of HEADERS."""
    return [tuple(map(_shown, COLUMNS, _cells(question))) for question in bank.questions]


def read_sheets(sheets: Iterable[Sheet]) -> str:
    """Returns the bank's CSV file, from all sheets whose first row names the columns, in any order.

    Raises BankError with a `CellProblem` for every fault; then nothing may be imported.
    """
    problems: list[CellProblem] = []
    seen: dict[tuple[str, str], str] = {}
    rows: list[dict[str, str]] = []
    for name, (header, *body) in [(name, values) for name, values in sheets if values]:
        at = {column: n for column in COLUMNS for n, cell in enumerate(header) if cell == HEADERS[column]}
        if "id" not in at:
            continue
        missing = [HEADERS[column] for column in FIRST_COLUMNS if column not in at]
        if missing:
            problems.append(CellProblem(name, 1, "", f"缺少“{'、'.join(missing)}”列"))
            continue
        for number, values in enumerate(body, start=2):
            given = {column: values[n] if n < len(values) else None for column, n in at.items()}
            row, faults = _read_row(given)
            if any(row.values()) and not row["id"].startswith(EXAMPLE):
                faults += [one for one in row_faults(f"“{name}”第{number}行", row, seen) if one[0] not in dict(faults)]
                problems += [CellProblem(name, number, column, reason) for column, reason in faults]
                rows.append(row)
    if problems or not rows:
        raise BankError(problems or [CellProblem("*", 0, "", "没有题目：第一行须是表头，第一列的表头是“编号”")])
    return bank_csv(rows)


def bank_csv(rows: Iterable[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _read_row(given: dict[str, object]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Returns the row in the file's format, and the faults that only a spreadsheet can have."""
    row, faults = dict.fromkeys(COLUMNS, ""), []
    for column, value in given.items():
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            faults.append((column, "Excel 把它当成了日期、时间或逻辑值：把单元格格式设为“文本”，重新填写"))
            row[column] = "" if column in SHOWN else "?"  # so that it is not reported as missing too
            continue
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        row[column] = cell = clean("" if value is None else str(value))
        if words := SHOWN.get(column):
            by_word = {shown: word for word, shown in words.items()} | {word: word for word in words}
            row[column] = by_word.get(cell, by_word.get(cell.upper(), ""))
            if cell and not row[column]:
                faults.append((column, f"“{' '.join(cell.split())[:20]}”须是{'、'.join(words.values())}之一"))
    return row, faults


def _cells(question: Question) -> tuple[str, ...]:
    options = (*question.options, "", "")[: len(OPTION_KEYS)]
    answer, words = OPTION_KEYS[question.answer], (question.difficulty, question.group, question.checked)
    return (
        question.id,
        question.stem,
        *options,
        answer,
        question.explanation,
        question.source,
        question.subject,
        *words,
    )


def _shown(column: str, cell: str) -> str:
    return SHOWN.get(column, {}).get(cell, cell)
