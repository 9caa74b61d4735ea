"""Checks the files that organisers edit: `./contest check`, and first of all `make build` and `make run`."""

import argparse
import re
import sys
from pathlib import Path

from chalicelib.config import contest_path, contest_text, load_contest
from chalicelib.config_files import load_bank
from chalicelib.domain.errors import BankError, ConfigError


def check(_: argparse.Namespace) -> int:
    """Prints all faults of both files; exit status 1 if there are any. Needs no deployment."""
    path = contest_path()
    found = faults(path)
    print("\n".join(found) or f"{path}：竞赛配置与题库无误。", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


def faults(path: Path) -> list[str]:
    """Returns the faults of a contest file, and of the bank that it names even if it is faulty itself."""
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
    return found
