"""What a check found out: a level, what it is about, and words for the operator."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """The value is the mark that stands before a line."""

    OK = "✓"
    WARNING = "!"
    WRONG = "✗"
    UNTOLD = "–"
    """It cannot be told here, and the text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. The text names no secret and no openid."""

    level: Level
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.level.value} {self.subject}：{self.text}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one of several alike, told in one line for all of them that have it."""

    who: str
    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class About:
    """Makes the findings of one subject. What is not well always comes with what to do."""

    subject: str

    def ok(self, text: str) -> Finding:
        return Finding(Level.OK, self.subject, text)

    def warning(self, what: str, remedy: str) -> Finding:
        return Finding(Level.WARNING, self.subject, f"{what}。{remedy}")

    def wrong(self, what: str, remedy: str) -> Finding:
        return Finding(Level.WRONG, self.subject, f"{what}。{remedy}")

    def untold(self, why: str) -> Finding:
        return Finding(Level.UNTOLD, self.subject, why)

    def unless(self, faults: Iterable[Finding], well: str) -> Iterator[Finding]:
        """The faults, or one line that all is well."""
        found = list(faults)
        yield from found or [self.ok(well)]

    def of_all(self, faults: Iterable[Fault], well: str) -> Iterator[Finding]:
        """A line for each kind of fault, or one that all is well."""
        found: dict[tuple[str, str], list[str]] = {}
        for fault in faults:
            found.setdefault((fault.what, fault.remedy), []).append(fault.who)
        lines = [self.wrong(f"{listed(who)} {what}", remedy) for (what, remedy), who in found.items()]
        yield from self.unless(lines, well)


def listed(names: Sequence[str], most: int = 7) -> str:
    """The first ones, and how many there are in all."""
    return "、".join(names[:most]) + (f" 等 {len(names)} 个" if len(names) > most else "")
