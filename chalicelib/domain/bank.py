"""The question bank: one CSV file that organisers edit in a spreadsheet, accepted or refused as a whole.

The columns are `id,stem,a,b,c,d,answer,explanation,source`; `c` and `d` may be empty. A refusal names
all wrong lines, so that its editor has to correct the file only once.
"""

import csv
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib.domain.errors import BankError

COLUMNS = ("id", "stem", "a", "b", "c", "d", "answer", "explanation", "source")
OPTION_KEYS = ("a", "b", "c", "d")

_ID = re.compile(r"[a-z0-9-]{1,24}")
_REQUIRED = {"stem": "题干", "explanation": "解析", "source": "出处"}
_LIMITS = {"stem": ("题干", 200), "explanation": ("解析", 300), "source": ("出处", 120)} | {
    key: (f"选项{key}", 100) for key in OPTION_KEYS
}
# Control, invisible and unpaired characters, and Unicode's own line ends: a spreadsheet does not show them.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Question:
    """A single-choice question; `answer` is the index of the right one of `options` (two to four)."""

    id: str
    stem: str
    options: tuple[str, ...]
    answer: int
    explanation: str
    source: str
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
    """A fault, in Chinese, in the row that begins on physical line `line` (the first line is 1)."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"第{self.line}行：{self.reason}"


def parse_bank(text: str) -> Bank:
    """Read the whole file's text (a byte order mark and any line ends are fine, blank rows are skipped).

    Texts come back stripped, line ends inside them as `\\n`. Raises `BankError`, and nothing else.
    """
    rows = [(line, cells) for line, cells in _rows(text.removeprefix("\ufeff")) if cells is None or any(cells)]
    if not rows:
        raise BankError((LineProblem(1, "文件为空"),))
    (header_line, header), *body = rows
    problems = [LineProblem(header_line, fault) for fault in _header_faults(header)]
    if not body:
        problems.append(LineProblem(header_line, "表头之后没有题目"))
    whole: list[dict[str, str]] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in body:
        if cells is None:
            faults = ["双引号不配对，或单元格过大，无法分列"]
        elif len(cells) != len(COLUMNS):
            faults = [f"应有{len(COLUMNS)}列，实有{len(cells)}列"]
        else:
            whole.append(row := dict(zip(COLUMNS, cells, strict=True)))
            faults = [*_text_faults(row), *_choice_faults(row), *_repeats(line, row, seen)]
        problems += [LineProblem(line, fault) for fault in faults]
    if problems:
        raise BankError(tuple(problems))
    return Bank(tuple(map(_question, whole)))


def _rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yields each row with its first physical line; `None` for a row that cannot be split into cells."""
    lines = list(io.StringIO(text, newline=""))
    start = 0
    while start < len(lines):
        # Each row gets its own reader: an open quote swallows the lines after it. Reading continues on the
        # very next line, so that the faults in those lines are named too.
        rest = map(lines.__getitem__, range(start, len(lines)))
        reader = csv.reader(rest, strict=True, skipinitialspace=True)
        try:
            cells = next(reader)
        except csv.Error:
            yield start + 1, None
            start += 1
        else:
            yield start + 1, [_clean(cell) for cell in cells]
            start += reader.line_num


def _clean(cell: str) -> str:
    # Spaces only: str.strip() alone would also drop control characters, which must be refused instead.
    text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return re.sub(r"\A[ \n\u00a0\u3000]+|[ \n\u00a0\u3000]+\Z", "", text)


def _header_faults(cells: list[str] | None) -> Iterator[str]:
    if cells is None or tuple(cell.lower() for cell in cells) != COLUMNS:
        yield f"表头应为“{','.join(COLUMNS)}”"


def _text_faults(row: dict[str, str]) -> Iterator[str]:
    if not _ID.fullmatch(row["id"]):
        yield "编号应为1至24个小写字母、数字或连字符"
    for column, name in _REQUIRED.items():
        if not _bare(row[column]):
            yield f"缺少{name}"
    for column, (name, limit) in _LIMITS.items():
        if len(row[column]) > limit:
            yield f"{name}过长，最多{limit}字，现有{len(row[column])}字"
    unseen = {c for cell in row.values() for c in cell if c != "\n" and unicodedata.category(c) in _UNSEEN}
    if unseen:
        yield "含有控制字符或不可见字符：" + "、".join(f"U+{ord(c):04X}" for c in sorted(unseen))


def _choice_faults(row: dict[str, str]) -> Iterator[str]:
    filled = [key for key in OPTION_KEYS if row[key]]
    if len(filled) < 2:
        yield "选项少于两个"
    elif filled != list(OPTION_KEYS[: len(filled)]):
        yield f"选项中间有空缺：选项{filled[-1]}之前有空的选项"
    folded = ["".join(unicodedata.normalize("NFKC", row[key]).split()) for key in filled]
    if len(set(folded)) < len(folded):
        yield "选项重复"
    answer = row["answer"].lower()
    if not answer:
        yield "缺少答案"
    elif answer not in filled:
        # A problem takes one line of the report, whatever the cell contains.
        yield f"答案“{' '.join(row['answer'].split())[:20]}”不在选项中"


def _repeats(line: int, row: dict[str, str], seen: dict[tuple[str, str], int]) -> Iterator[str]:
    """Compares with earlier rows, and adds this one to `seen`."""
    for column, value, name in (("id", row["id"], "编号"), ("stem", _bare(row["stem"]), "题干")):
        first = seen.setdefault((column, value), line)
        if value and first != line:
            yield f"{name}与第{first}行重复"


def _bare(text: str) -> str:
    """Returns the text without whitespace, punctuation, case and full or half width, to compare spellings."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] not in "CPZ")


def _question(row: dict[str, str]) -> Question:
    options = tuple(row[key] for key in OPTION_KEYS if row[key])
    answer = OPTION_KEYS.index(row["answer"].lower())
    return Question(row["id"], row["stem"], options, answer, row["explanation"], row["source"])
