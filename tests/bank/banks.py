"""The shipped bank, and the earlier 80 questions in their nine columns."""

from pathlib import Path

from chalicelib.config import PACKAGED
from chalicelib.domain.bank import Bank, parse_bank


def _read(path: Path) -> Bank:
    return parse_bank(path.read_text(encoding="utf-8"))


SHIPPED = _read(PACKAGED.with_name("questions.csv"))
BEFORE = _read(Path(__file__).with_name("before.csv"))
