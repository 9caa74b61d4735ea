"""The one clock for every decision, a worker's pace, and the source of ids."""

import os
import secrets
import string
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

ALPHABET = string.digits + string.ascii_letters
ID_LENGTH = 22
"""131 bits of the alphabet."""
CLOCK_FILE = "CONTEST_CLOCK_FILE"


def make_clock(environ: Mapping[str, str], now: Callable[[], float] = time.time) -> Callable[[], datetime]:
    """Returns the system's clock, or one that runs from the time in CONTEST_NOW.

    CONTEST_NOW_SET_AT (unix seconds) is when it was set, so that several processes share it; by default, now.
    The file named by CONTEST_CLOCK_FILE, if it exists, has the number of seconds by which all clocks have been set
    forward since. Settings allow both in the local stage only. Raises ValueError for a time without an offset.
    """
    start, file = environ.get("CONTEST_NOW"), environ.get(CLOCK_FILE)
    shift = 0.0
    if start:
        begin = datetime.fromisoformat(start)
        if begin.tzinfo is None:
            raise ValueError("CONTEST_NOW needs an offset, such as +08:00")
        shift = begin.timestamp() - float(environ.get("CONTEST_NOW_SET_AT") or now())
    if file:
        forward = _Forward(Path(file))
        return lambda: datetime.fromtimestamp(now() + shift + forward.seconds(), UTC)
    return lambda: datetime.fromtimestamp(now() + shift, UTC)


def seconds_forward(file: Path) -> float:
    """Reads how far the local stack's clock has been set forward."""
    try:
        return float(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0.0


class _Forward:
    """Reads the file again when it is another one: a request asks for the time many times."""

    def __init__(self, file: Path) -> None:
        self._file, self._name = file, str(file)
        self._known: tuple[tuple[int, int, int] | None, float] = None, 0.0

    def seconds(self) -> float:
        try:
            found = os.stat(self._name)
        except FileNotFoundError:
            return 0.0
        version, (known, seconds) = (found.st_mtime_ns, found.st_ino, found.st_size), self._known
        if version != known:
            seconds = seconds_forward(self._file)
            self._known = version, seconds
        return seconds


def set_forward(file: Path, seconds: float) -> None:
    """Sets every clock that reads this file forward. A reader sees the old number or the new one, never a part of
    one."""
    fresh = file.with_suffix(".new")
    fresh.write_text(repr(seconds_forward(file) + seconds), encoding="ascii")
    fresh.replace(file)


def new_id() -> str:
    """Reads the system's randomness once: the 22 reads of `secrets.choice` cost more than the rest of a draw."""
    number = int.from_bytes(secrets.token_bytes(17))
    letters = []
    for _ in range(ID_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


class Pacer:
    """Limits one worker to its share of the sends per second: waits until it may send again."""

    def __init__(self, seconds: float, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._seconds, self._monotonic, self._sleep = seconds, monotonic, sleep
        self._next = 0.0

    def __call__(self) -> None:
        wait = self._next - self._monotonic()
        if wait > 0:
            self._sleep(wait)
        self._next = self._monotonic() + self._seconds
