"""The rows of the question bank's file: its columns, and the faults of a row.

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

Fault = tuple[str, str]
"""The column, and its fault in Chinese."""

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
# Control characters, invisible characters, unpaired surrogates and Unicode's own line ends: a spreadsheet does not show
# them.
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
            yield start + 1, [clean(cell) for cell in cells]
            start += reader.line_num


def clean(cell: str) -> str:
    """Strips spaces; line ends become `\\n`."""
    # Strips only these characters: str.strip() would also drop control characters, which must be refused instead.
    text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text.strip(" \n\u00a0\u3000")


def columns_of(header: list[str] | None) -> tuple[str, ...]:
    """Returns the columns that rows under this header should have, even if the header is wrong."""
    return FIRST_COLUMNS if header is not None and len(header) == len(FIRST_COLUMNS) else COLUMNS


def header_faults(cells: list[str] | None) -> Iterator[str]:
    if cells is None or tuple(cell.lower() for cell in cells) not in (COLUMNS, FIRST_COLUMNS):
        yield f"表头应为“{','.join(COLUMNS)}”"


def row_faults(place: str, row: dict[str, str], seen: dict[tuple[str, str], str]) -> list[Fault]:
    """Returns all faults of the row at this place. `seen` has the ids and stems of earlier rows; this row's are
    added."""
    return [*_text_faults(row), *_choice_faults(row), *_word_faults(row), *_repeats(place, row, seen)]


def _text_faults(row: dict[str, str]) -> Iterator[Fault]:
    if not _ID.fullmatch(row["id"]):
        yield "id", "编号应为1至24个小写字母、数字或连字符"
    for column, name in _REQUIRED.items():
        # The first test is a shortcut: at a cold start every question is read.
        if not row[column][:1].isalnum() and not _bare(row[column]):
            yield column, f"缺少{name}"
    for column, (name, limit) in _LIMITS.items():
        if len(text := row.get(column, "")) > limit:
            yield column, f"{name}过长，最多{limit}字，现有{len(text)}字"
    if all(map(str.isprintable, row.values())):
        return
    for column, cell in row.items():
        if unseen := sorted({c for c in cell if c != "\n" and unicodedata.category(c) in _UNSEEN}):
            yield column, "含有控制字符或不可见字符：" + "、".join(f"U+{ord(c):04X}" for c in unseen)


def _choice_faults(row: dict[str, str]) -> Iterator[Fault]:
    filled = [key for key in OPTION_KEYS if row[key]]
    if len(filled) < 2:
        yield "a", "选项少于两个"
    elif filled != list(OPTION_KEYS[: len(filled)]):
        yield filled[-1], f"选项中间有空缺：选项{filled[-1]}之前有空的选项"
    folded = ["".join(unicodedata.normalize("NFKC", row[key]).split()) for key in filled]
    if len(set(folded)) < len(folded):
        again = next(n for n, option in enumerate(folded) if option in folded[:n])
        yield filled[again], "选项重复"
    answer = row["answer"].lower()
    if not answer:
        yield "answer", "缺少答案"
    elif answer not in filled:
        # A problem takes one line of the report, whatever the cell contains.
        yield "answer", f"答案“{' '.join(row['answer'].split())[:20]}”不在选项中"


def _word_faults(row: dict[str, str]) -> Iterator[Fault]:
    for column, (name, words) in WORDS.items():
        if (found := row.get(column, "")) and found.lower() not in words:
            yield column, f"{name}“{' '.join(found.split())[:20]}”须是{'、'.join(words)}，或留空"


def _repeats(place: str, row: dict[str, str], seen: dict[tuple[str, str], str]) -> Iterator[Fault]:
    """Compares the row with earlier ones, and adds it to `seen`."""
    for column, value, name in (("id", row["id"], "编号"), ("stem", _bare(row["stem"]), "题干")):
        first = seen.setdefault((column, value), place)
        if value and first != place:
            yield column, f"{name}与{first}重复"


def _bare(text: str) -> str:
    """Returns the text without whitespace, punctuation, case and full or half width, to compare spellings."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum() or unicodedata.category(char)[0] not in "CPZ")
