"""All faults of the files that organisers edit, for whoever builds, runs or checks a contest."""

import re
from pathlib import Path

from chalicelib.config import contest_text, load_contest
from chalicelib.config_files import load_bank, load_lessons
from chalicelib.domain.errors import BankError, ConfigError, LessonsError


def faults(path: Path) -> list[str]:
    """Returns the faults of a contest file, of the bank that it names even if it is faulty itself, and of the cards."""
    found, bank, quiz = [], "questions.csv", None
    try:
        text = contest_text(path)
        if named := re.search(r"""^bank\s*=\s*["'](.+?)["']""", text, re.MULTILINE):
            bank = named[1]
        quiz = load_contest(text).quiz
        bank = quiz.bank
    except ConfigError as error:
        found.append(str(error))
    try:
        load_bank(path.parent / bank, quiz)
    except BankError as error:
        found.append(f"题库 {bank} 有误：\n{error}")
    try:
        load_lessons()
    except LessonsError as error:
        found.append(str(error))
    return found
