"""Reads the files that organisers edit: the contest file, the question bank and the learning cards. All are UTF-8.

Other encodings are refused, not guessed: a damaged UTF-8 file can also be valid GB 18030, with other characters.
"""

import codecs
from pathlib import Path

from chalicelib.domain.bank import Bank, LineProblem, parse_bank
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.draw_cells import draw_cells
from chalicelib.domain.errors import BankError, LessonsError
from chalicelib.domain.lessons import Lesson, parse_lessons

LESSONS = Path(__file__).with_name("lessons.csv")
SAVE_AS = "请另存为 UTF-8：Excel 选“CSV UTF-8（逗号分隔）”，记事本在“另存为”中把编码选为 UTF-8"


class Unreadable(Exception):
    """`problems` has the reasons; line 0 means the whole file."""

    def __init__(self, *problems: LineProblem) -> None:
        super().__init__(problems)
        self.problems = problems


def read_utf8(path: Path) -> str:
    """Returns the file's text, with or without a byte order mark, line ends as they are. Raises Unreadable."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(LineProblem(0, f"读不到文件（{type(error).__name__}）")) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(*_encoding_problems(raw)) from error


def load_bank(path: Path, rules: QuizRules | None) -> Bank:
    """Reads a bank and checks that these rules can draw from it. Raises BankError, also when the file is missing."""
    try:
        bank = parse_bank(read_utf8(path))
    except Unreadable as error:
        raise BankError(error.problems) from error
    if rules:
        draw_cells(bank, rules)
    return bank


def load_lessons(path: Path = LESSONS) -> tuple[Lesson, ...]:
    """Raises LessonsError, also when the file is missing."""
    try:
        return parse_lessons(read_utf8(path))
    except Unreadable as error:
        raise LessonsError(error.problems) from error


def _encoding_problems(raw: bytes) -> list[LineProblem]:
    """Names the lines if only some are wrong, and the encoding if most are."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return [LineProblem(0, f"文件是 UTF-16 编码，{SAVE_AS}")]
    lines = [(number, line) for number, line in enumerate(raw.split(b"\n"), start=1) if not line.isascii()]
    wrong = [number for number, line in lines if not _decodes(line, "utf-8")]
    if 2 * len(wrong) < len(lines):
        return [LineProblem(number, "含有不是 UTF-8 的字符，请改正这一行") for number in wrong]
    encoding = "是 GB 18030（GBK）编码" if _decodes(raw, "gb18030") else "不是 UTF-8 编码"
    return [LineProblem(0, f"文件{encoding}，{SAVE_AS}")]


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
