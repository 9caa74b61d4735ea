"""The rows of the question bank's file: what its columns are, and what is wrong with a row.

The columns are `id,stem,a,b,c,d,answer,explanation,source,subject,difficulty,group,checked`. `c` and `d` may be empty,
and so may everything after `source`: no subject, not judged, in no group, not yet checked. A file with only the first
nine columns, as before 0.3.0, is read as if the others were empty.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

COLUMNS = (
    *("id", "stem", "a", "b", "c", "d", "answer", "explanation", "source"),
    *("subject", "difficulty", "group", "checked"),
)
FIRST_COLUMNS = COLUMNS[:9]
OPTION_KEYS = ("a", "b", "c", "d")
WORDS = {"difficulty": ("难度", ("easy", "medium", "hard")), "checked": ("核对", ("text", "page", "open"))}
"""The columns that take one of a few words, with their Chinese names."""

_ID = re.compile(r"[a-z0-9-]{1,24}")
_REQUIRED = {"stem": "题干", "explanation": "解析", "source": "出处"}
_LIMITS = {
    "stem": ("题干", 200),
    "explanation": ("解析", 300),
    "source": ("出处", 120),
    **{key: (f"选项{key}", 100) for key in OPTION_KEYS},
    "subject": ("科目", 20),
    "group": ("互斥组", 20),
}
# Control, invisible and unpaired characters, and Unicode's own line ends: a spreadsheet does not show them.
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def rows_of(text: str) -> Iterator[tuple[int, list[str] | None]]:
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
    # These only: str.strip() alone would also drop control characters, which must be refused instead.
    text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text.strip(" \n\u00a0\u3000")


def columns_of(header: list[str] | None) -> tuple[str, ...]:
    """The columns that the rows under this header should have, also when it is wrong."""
    return FIRST_COLUMNS if header is not None and len(header) == len(FIRST_COLUMNS) else COLUMNS


def header_faults(cells: list[str] | None) -> Iterator[str]:
    if cells is None or tuple(cell.lower() for cell in cells) not in (COLUMNS, FIRST_COLUMNS):
        yield f"表头应为“{','.join(COLUMNS)}”"


def row_faults(line: int, row: dict[str, str], seen: dict[tuple[str, str], int]) -> list[str]:
    """All faults, in Chinese. `seen` holds the ids and stems of earlier rows, and takes this one's."""
    return [*_text_faults(row), *_choice_faults(row), *_word_faults(row), *_repeats(line, row, seen)]


def _text_faults(row: dict[str, str]) -> Iterator[str]:
    if not _ID.fullmatch(row["id"]):
        yield "编号应为1至24个小写字母、数字或连字符"
    for column, name in _REQUIRED.items():
        # The first test is a shortcut: at a cold start every question is read.
        if not row[column][:1].isalnum() and not _bare(row[column]):
            yield f"缺少{name}"
    for column, (name, limit) in _LIMITS.items():
        if len(text := row.get(column, "")) > limit:
            yield f"{name}过长，最多{limit}字，现有{len(text)}字"
    doubtful = (cell for cell in row.values() if not cell.isprintable())
    unseen = {c for cell in doubtful for c in cell if c != "\n" and unicodedata.category(c) in _UNSEEN}
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


def _word_faults(row: dict[str, str]) -> Iterator[str]:
    for column, (name, words) in WORDS.items():
        if (found := row.get(column, "")) and found.lower() not in words:
            yield f"{name}“{' '.join(found.split())[:20]}”须是{'、'.join(words)}，或留空"


def _repeats(line: int, row: dict[str, str], seen: dict[tuple[str, str], int]) -> Iterator[str]:
    """Compares with earlier rows, and adds this one to `seen`."""
    for column, value, name in (("id", row["id"], "编号"), ("stem", _bare(row["stem"]), "题干")):
        first = seen.setdefault((column, value), line)
        if value and first != line:
            yield f"{name}与第{first}行重复"


def _bare(text: str) -> str:
    """Returns the text without whitespace, punctuation, case and full or half width, to compare spellings."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum() or unicodedata.category(char)[0] not in "CPZ")
