"""What a check found out: a level, what it is about, and words for the operator."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from infra.operator.comparison import Fault, in_lines
from infra.operator.operator_errors import DEPLOY

GATEWAY = f"{DEPLOY}，它也设置网关自身的回答"
OLD_SECRETS = f"运行中的函数用着旧的密钥：改一个环境变量（如 SECRETS_REVISION），再{DEPLOY}"
"""What to do, where several checks say the same. docs/deploy.md says how each is done."""


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
        yield from self.unless([self.wrong(what, remedy) for what, remedy in in_lines(faults)], well)
