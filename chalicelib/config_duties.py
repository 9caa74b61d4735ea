"""Reads the units' duties and dates, which only the organiser's desk needs."""

from functools import cache
from pathlib import Path

from chalicelib.config import contest_text, parse_toml, sentences
from chalicelib.config_reader import Reading
from chalicelib.domain.desk.desk_errors import DutiesError
from chalicelib.domain.desk.duties import Duties
from chalicelib.domain.errors import ConfigError

DUTIES = Path(__file__).with_name("duties.toml")


@cache
def load_duties(path: Path = DUTIES) -> Duties:
    """Raises DutiesError, also when the file is missing or is not TOML."""
    try:
        text = contest_text(path)
        reading = Reading()
        duties = reading.table(Duties, parse_toml(text))
    except ConfigError as error:
        raise DutiesError(error.problems) from error
    if reading.faults:
        raise DutiesError(sentences(text, reading.faults))
    return duties
