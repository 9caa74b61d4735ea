"""Findings of the checks: a level, a subject, and a text for the operator."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from infra.operator.comparison import Fault, grouped_by_fault
from infra.operator.operator_errors import DEPLOY

GATEWAY = f"{DEPLOY}，它也设置网关自身的回答"
OLD_SECRETS = f"运行中的函数用着旧的密钥：改一个环境变量（如 SECRETS_REVISION），再{DEPLOY}"
"""Remedies shared by several checks; docs/deploy.md explains them."""


class Level(Enum):
    """The value is the mark at the start of the line."""

    OK = "✓"
    WARNING = "!"
    WRONG = "✗"
    UNKNOWN = "–"
    """The check cannot tell; the text says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. The text contains no secret and no openid."""

    level: Level
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.level.value} {self.subject}：{self.text}"


@dataclass(frozen=True, slots=True)
class About:
    """Creates the findings of one subject. Every fault comes with a remedy."""

    subject: str

    def ok(self, text: str) -> Finding:
        return Finding(Level.OK, self.subject, text)

    def warning(self, what: str, remedy: str) -> Finding:
        return Finding(Level.WARNING, self.subject, f"{what}。{remedy}")

    def wrong(self, what: str, remedy: str) -> Finding:
        return Finding(Level.WRONG, self.subject, f"{what}。{remedy}")

    def unknown(self, why: str) -> Finding:
        return Finding(Level.UNKNOWN, self.subject, why)

    def unless(self, faults: Iterable[Finding], well: str) -> Iterator[Finding]:
        """Yields the faults, or one OK if there are none."""
        found = list(faults)
        yield from found or [self.ok(well)]

    def of_all(self, faults: Iterable[Fault], well: str) -> Iterator[Finding]:
        """Yields one WRONG for each kind of fault, or one OK if there are none."""
        yield from self.unless([self.wrong(what, remedy) for what, remedy in grouped_by_fault(faults)], well)
