"""Reads the contest file's section `[desk]`, the units' duties and dates, which only the organiser's desk needs."""

from functools import cache
from pathlib import Path

from chalicelib.config import DESK, contest_text, parse_toml, sentences
from chalicelib.config_reader import Reading
from chalicelib.domain.desk.duties import DeskSection, Duties
from chalicelib.domain.errors import ConfigError


@cache
def load_duties(path: Path) -> Duties:
    """Raises ConfigError, also when the file is missing or is not TOML."""
    text = contest_text(path)
    reading = Reading()
    found = reading.table(DeskSection, {name: part for name, part in parse_toml(text).items() if name == DESK})
    if reading.faults:
        raise ConfigError(sentences(text, reading.faults))
    return found.desk
