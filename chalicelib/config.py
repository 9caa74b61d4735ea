"""Reads the contest file into one frozen `Contest`, checked once. Reports all faults together, with their lines."""

import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.config_files import Unreadable, load_bank, read_utf8
from chalicelib.config_reader import Reading
from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.errors import ConfigError

PACKAGED = Path(__file__).with_name("contest.toml")
LOCAL_RUN = "local"
"""The section that only the local run reads."""
DESK = "desk"
"""The section that only the organiser's desk reads."""


def contest_path() -> Path:
    """CONTEST_FILE, or the packaged file."""
    return Path(os.environ.get("CONTEST_FILE") or PACKAGED)


def bank_path(quiz: QuizRules) -> Path:
    """The question bank's file, beside the contest file that names it."""
    return contest_path().parent / quiz.bank


def contest_bank() -> Bank:
    """Raises BankError, or ConfigError."""
    return load_bank(bank_path(contest().quiz), contest().quiz)


@cache
def contest() -> Contest:
    """Returns this process's contest, which is read at import because the schedules come from it. Raises
    ConfigError."""
    return load_contest_file(contest_path())


def load_contest_file(path: Path) -> Contest:
    """Raises ConfigError, also when the file is missing or is not TOML."""
    return load_contest(contest_text(path))


def contest_text(path: Path) -> str:
    """Reads the file, with or without a byte order mark, with any line ends. Raises ConfigError."""
    try:
        return read_utf8(path).replace("\r\n", "\n").replace("\r", "\n")
    except Unreadable as error:
        raise ConfigError(f"{path.name} {problem}" for problem in error.problems) from error


def load_contest(text: str) -> Contest:
    """Parses a contest in TOML. Raises ConfigError."""
    document = parse_toml(text)
    for section in (LOCAL_RUN, DESK):
        document.pop(section, None)
    reading = Reading()
    contest = reading.table(Contest, document)
    reading.check_lengths(contest)
    if reading.faults:
        raise ConfigError(sentences(text, reading.faults))
    return contest


def parse_toml(text: str) -> dict[str, Any]:
    """Raises ConfigError."""
    text = text.removeprefix("\ufeff")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        named = re.search(r"line (\d+)", str(error))
        line = int(named[1]) if named else len(text.splitlines())  # "at end of document"
        raise ConfigError([f"{_line(line)}不符合 TOML 的写法（{error}）"]) from error


def sentences(text: str, faults: list[tuple[str, str]]) -> list[str]:
    """Returns the faults as sentences, ordered by line."""
    from chalicelib.config_lines import Lines  # heavy: only where something is wrong

    lines = Lines(text)
    found = sorted((lines.of(place), place, words) for place, words in faults)
    return [f"{_line(line)}{place}：{words}" for line, place, words in found]


def _line(number: int) -> str:
    return f"第{number}行 " if number else ""
