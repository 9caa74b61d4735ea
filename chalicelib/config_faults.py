"""All faults of the files that organisers edit, for commands that build, run or check a contest."""

import re
from collections.abc import Iterator
from pathlib import Path

from chalicelib.config import contest_text, load_contest
from chalicelib.config_duties import load_duties
from chalicelib.config_files import load_bank, load_lessons
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import BankError, ConfigError, LessonsError
from chalicelib.domain.menu import MOST_BELOW, unplaced
from chalicelib.domain.privacy import unsaid
from chalicelib.domain.wording import MenuWording


def faults(path: Path, deployed: bool = False) -> list[str]:
    """Returns the faults of a contest file, of the bank that it names even if it is faulty itself, and of the cards.

    `deployed`: for a stage in the cloud, whose participants must be told who handles their data (R17).
    """
    found: list[str] = []
    bank, quiz = "questions.csv", None
    try:
        text = contest_text(path)
        if named := re.search(r"""^bank\s*=\s*["'](.+?)["']""", text, re.MULTILINE):
            bank = named[1]
        contest = load_contest(text)
        quiz, bank = contest.quiz, contest.quiz.bank
        found += _undecided(contest.menu)
        if deployed:
            found += undisclosed(contest)
    except ConfigError as error:
        found.append(str(error))
    try:
        load_duties(path)
    except ConfigError as error:  # of a file that cannot be read at all, both have the same fault
        found += [text for text in [str(error)] if text not in found]
    try:
        load_bank(path.parent / bank, quiz)
    except BankError as error:
        found.append(f"题库 {bank} 有误：\n{error}")
    try:
        load_lessons()
    except LessonsError as error:
        found.append(str(error))
    return found


def undisclosed(contest: Contest) -> Iterator[str]:
    """Returns the keys that the page's notice lacks. They are no fault for the application, which shows the others."""
    for key in unsaid(contest.privacy, contest.office):
        yield f"{key}：部署前须由主办方填写（见 docs/privacy.md）"


def _undecided(menu: MenuWording) -> Iterator[str]:
    """Returns the menu entries without a decision. They are no fault for the application, whose opening must not fail:
    it takes the first five."""
    if names := unplaced(menu):
        listed = "、".join(f"“{name}”" for name in names)
        yield f"menu.own：只放得下 {MOST_BELOW} 项，{listed}没有位置；请把不放的写入 [menu] left_out"
