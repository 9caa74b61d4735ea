"""The organiser's notice on personal data, and the office for questions (R17). Both sections may be absent.

Required by China's personal information protection law (PIPL), articles 17 and 30: who handles data and how to reach
them, why, which kinds, for how long, and what a person may ask for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Annotated, Any

from chalicelib.domain.limits import Aware, Characters, Items, OneOf
from chalicelib.domain.section import Section
from chalicelib.domain.shanghai import SHANGHAI

DIGEST = "digest"
Phrases = tuple[Annotated[str, Characters(40)], ...]
UNNEEDED = frozenset({"former"})
"""Keys that a deployed stage may leave empty."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Privacy(Section):
    """The notice on the page's first view. Each list is of short phrases, which `text` joins to a sentence."""

    handler: Annotated[str, Characters(60, least=0)] = ""
    """The name of the data handler."""
    purposes: Annotated[Phrases, Items(most=6)] = ()
    kinds: Annotated[Phrases, Items(most=8)] = ()
    kept_until: Annotated[datetime | None, Aware()] = None
    """Personal data are purged from this time on; `./contest purge` refuses before it."""
    rights: Annotated[Phrases, Items(most=8)] = ()
    """The rights that a person has, such as access and erasure."""
    former: Annotated[str, OneOf("", DIGEST)] = ""
    """`digest`: the purge keeps a keyed digest of each former follower. A friend who is among them is not a new
    follower (R9)."""

    @property
    def text(self) -> str:
        """The notice in one sentence or two, as the first view shows it; empty without a handler."""
        if not self.handler:
            return ""
        until = f"，保存至{_last_day(self.kept_until)}" if self.kept_until else ""
        rights = f"您可以{'、'.join(self.rights)}。" if self.rights else ""
        return f"{self.handler}为{'、'.join(self.purposes)}，处理您的{'、'.join(self.kinds)}{until}。{rights}"

    @property
    def keeps_former(self) -> bool:
        return self.former == DIGEST


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Office(Section):
    """The office for participants' questions."""

    name: Annotated[str, Characters(40, least=0)] = ""
    phone: Annotated[str, Characters(40, least=0)] = ""
    hours: Annotated[str, Characters(60, least=0)] = ""


def unsaid(privacy: Privacy, office: Office) -> Iterator[str]:
    """Yields the keys that a deployed stage must fill in and that are empty."""
    for section, values in (("privacy", privacy), ("office", office)):
        for name in _empty(values):
            yield f"{section}.{name}"


def _last_day(end: datetime) -> str:
    """Returns the last day before the exclusive end: 2021年1月14日."""
    last = (end - timedelta(microseconds=1)).astimezone(SHANGHAI)
    return f"{last.year}年{last.month}月{last.day}日"


def _empty(values: Any) -> Iterator[str]:
    for field in fields(values):
        if field.name not in UNNEEDED and not getattr(values, field.name):
            yield field.name
