"""The learning cards: one CSV file with the columns `subject,title,text,source`. A refusal names all wrong lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.domain.bank import LineProblem
from chalicelib.domain.bank_rows import rows_of
from chalicelib.domain.errors import LessonsError

COLUMNS = {"subject": ("科目", 20), "title": ("标题", 16), "text": ("正文", 120), "source": ("出处", 120)}
"""The columns with their Chinese names and the most characters of a cell, which a phone shows without scrolling."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A learning card. Its text is its own and does not reveal a question of the bank."""

    subject: str
    title: str
    text: str
    source: str


def parse_lessons(text: str) -> tuple[Lesson, ...]:
    """Reads the whole file's text. Raises LessonsError, and nothing else."""
    (header_line, header), *body = [row for row in rows_of(text) if row[1] is None or any(row[1])] or [(1, None)]
    problems = []
    if header != list(COLUMNS):
        problems.append(LineProblem(header_line, f"表头应为“{','.join(COLUMNS)}”"))
    titles: dict[str, int] = {}
    lessons = []
    for line, cells in body:
        if cells is None or len(cells) != len(COLUMNS):
            problems.append(LineProblem(line, f"应有{len(COLUMNS)}列，或双引号不配对"))
            continue
        problems += [LineProblem(line, fault) for fault in _faults(cells)]
        lessons.append(lesson := Lesson(*cells))
        if (first := titles.setdefault(lesson.title, line)) != line:
            problems.append(LineProblem(line, f"标题与第{first}行重复"))
    if problems:
        raise LessonsError(problems)
    return tuple(lessons)


def _faults(cells: list[str]) -> Iterator[str]:
    for cell, (name, limit) in zip(cells, COLUMNS.values(), strict=True):
        if not cell:
            yield f"缺少{name}"
        if len(cell) > limit:
            yield f"{name}过长，最多{limit}字，现有{len(cell)}字"
        if not cell.isprintable():
            yield f"{name}含有控制字符、不可见字符或换行"
