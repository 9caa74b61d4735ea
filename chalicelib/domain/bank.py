"""The question bank: one CSV file that organisers edit in a spreadsheet, accepted or refused as a whole.

`bank_rows.py` lists the columns and the rules for a row. A refusal names all wrong lines, so that the editor has to
correct the file only once.
"""

import hashlib
from dataclasses import dataclass, field

from chalicelib.domain.bank_rows import OPTION_KEYS, columns_of, header_faults, row_faults, rows_of
from chalicelib.domain.errors import BankError


@dataclass(frozen=True, slots=True)
class Question:
    """A single-choice question; `answer` is the index of the right one of `options` (two to four)."""

    id: str
    stem: str
    options: tuple[str, ...]
    answer: int
    explanation: str
    source: str
    subject: str = ""
    difficulty: str = ""
    """`easy`, `medium`, `hard`, or empty: not judged."""
    group: str = ""
    """Two questions of one group are never in one draw. Empty: in no group."""
    checked: str = "open"
    """How the answer was checked: `text` (in the law itself), `page` (in a secondary copy), `open` (not yet)."""
    digest: str = field(init=False, repr=False, compare=False)
    """A short digest of what grading depends on: stem, options in their order, right option."""

    def __post_init__(self) -> None:
        graded = "\0".join((self.stem, *self.options, str(self.answer)))
        object.__setattr__(self, "digest", hashlib.sha256(graded.encode()).hexdigest()[:8])


@dataclass(frozen=True, slots=True)
class Bank:
    """Questions in the order of the file, with distinct ids."""

    questions: tuple[Question, ...]
    ids: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _by_id: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_id = {question.id: question for question in self.questions}
        object.__setattr__(self, "ids", tuple(by_id))
        object.__setattr__(self, "_by_id", by_id)

    def __len__(self) -> int:
        return len(self.questions)

    def get(self, question_id: str) -> Question:
        """The question with this id; `KeyError` when there is none."""
        return self._by_id[question_id]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A fault, described in Chinese, in the row that begins on physical line `line` (counted from 1; 0 means the whole
    file)."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.reason}" if self.line else self.reason


def parse_bank(text: str) -> Bank:
    """Parses the whole file's text. Accepts a byte order mark and any line ends, and skips blank rows.

    Texts are returned stripped, with `\\n` for line ends inside them. Raises `BankError`, and nothing else.
    """
    rows = [(line, cells) for line, cells in rows_of(text.removeprefix("\ufeff")) if cells is None or any(cells)]
    if not rows:
        raise BankError((LineProblem(1, "文件为空"),))
    (header_line, header), *body = rows
    columns = columns_of(header)
    problems = [LineProblem(header_line, fault) for fault in header_faults(header)]
    if not body:
        problems.append(LineProblem(header_line, "表头之后没有题目"))
    whole: list[dict[str, str]] = []
    seen: dict[tuple[str, str], str] = {}
    for line, cells in body:
        if cells is None:
            faults = ["双引号不配对，或单元格过大，无法分列"]
        elif len(cells) != len(columns):
            faults = [f"应有{len(columns)}列，实有{len(cells)}列"]
        else:
            whole.append(row := dict(zip(columns, cells, strict=True)))
            faults = [fault for _, fault in row_faults(f"第{line}行", row, seen)]
        problems += [LineProblem(line, fault) for fault in faults]
    if problems:
        raise BankError(tuple(problems))
    return Bank(tuple(map(question_of, whole)))


def question_of(row: dict[str, str]) -> Question:
    """The question in a row without faults."""
    return Question(
        id=row["id"],
        stem=row["stem"],
        options=tuple(row[key] for key in OPTION_KEYS if row[key]),
        answer=OPTION_KEYS.index(row["answer"].lower()),
        explanation=row["explanation"],
        source=row["source"],
        subject=row.get("subject", ""),
        difficulty=row.get("difficulty", "").lower(),
        group=row.get("group", ""),
        checked=row.get("checked", "").lower() or "open",
    )
