"""Reads sections of a TOML document and collects everything that is wrong with them.

Written by hand because a validation library costs more at a cold start than the whole application's rules
(see docs/decisions/0003-configuration-reader.md).
"""

import re
import string
from datetime import UTC, datetime, time
from types import TracebackType
from typing import Any, Self

_STAND_IN = datetime(2000, 1, 1, tzinfo=UTC)
_PLACEHOLDERS = frozenset({"link", "theme", "opens_at", "time_left", "how", "rules"})
"""What every reply may have."""


class Problems:
    def __init__(self) -> None:
        self.found: list[str] = []
        self._places: set[str] = set()

    def add(self, where: str, what: str) -> None:
        self.found.append(f"{where}: {what}")
        self._places.add(where)

    def none_at(self, section: str, *fields: str) -> bool:
        """Whether neither the section nor one of these fields is wrong."""
        return self._places.isdisjoint({section, *(f"{section}.{field}" for field in fields)})


class Section:
    """Typed reads of one table. A wrong field is noted and a harmless value stands in, so that reading goes on.

    Used as a context manager, it complains at the end of fields that nobody asked for.
    """

    def __init__(self, name: str, table: object, problems: Problems) -> None:
        self._name, self._problems, self._asked = name, problems, set[str]()
        if not isinstance(table, dict):
            problems.add(name, "missing section" if table is None else "must be a table")
        self._table: dict[str, Any] = table if isinstance(table, dict) else {}
        self._silent = not isinstance(table, dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is None:
            self.finish()

    def finish(self) -> None:
        for field in sorted(set(self._table) - self._asked):
            self.wrong(field, "unknown field")

    def wrong(self, field: str, what: str) -> None:
        if not self._silent:
            self._problems.add(f"{self._name}.{field}", what)

    def _take(self, field: str, kind: type) -> Any:
        self._asked.add(field)
        value = self._table.get(field)
        if value is None:
            self.wrong(field, "missing")
        elif type(value) is not kind:
            self.wrong(field, f"must be {kind.__name__}")
        else:
            return value
        return None

    def integer(self, field: str, least: int, most: int, default: int | None = None) -> int:
        if default is not None and field not in self._table:
            return default
        value = self._take(field, int)
        if value is None:
            return least
        if not least <= value <= most:
            self.wrong(field, f"must be from {least} to {most}")
        return int(value)

    def text(
        self,
        field: str,
        longest: int = 500,
        most_bytes: int | None = None,
        pattern: str | None = None,
        default: str | None = None,
    ) -> str:
        if default is not None and field not in self._table:
            self._asked.add(field)
            return default
        value = self._take(field, str)
        if value is None:
            return ""
        if pattern is not None:
            if not re.fullmatch(pattern, value):
                self.wrong(field, f"must match {pattern}")
        elif not value.strip() or len(value) > longest:
            self.wrong(field, f"must have 1 to {longest} characters")
        elif most_bytes is not None and len(value.encode()) > most_bytes:
            self.wrong(field, f"longer than {most_bytes} bytes")
        return str(value)

    def reply(self, field: str, *more: str) -> str:
        """A text with placeholders: those that every reply may have, and `more`."""
        value = self.text(field, longest=600)
        try:
            parts = [part for part in string.Formatter().parse(value) if part[1] is not None]
        except ValueError:
            self.wrong(field, "unbalanced braces")
            return value
        for name in sorted({str(name) for _, name, _, _ in parts} - _PLACEHOLDERS - set(more)):
            self.wrong(field, f"unknown placeholder {{{name}}}")
        if any(spec or conversion for _, _, spec, conversion in parts):
            self.wrong(field, "placeholders take no format")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        value = self._take(field, list) or []
        if not all(isinstance(item, str) and item.strip() for item in value):
            self.wrong(field, "must be a list of texts")
            return ()
        return tuple(value)

    def choice(self, field: str, allowed: list[str]) -> str:
        value = self._take(field, str)
        if value in allowed:
            return str(value)
        if value is not None:
            self.wrong(field, "must be one of " + ", ".join(allowed))
        return allowed[0]

    def flag(self, field: str) -> bool:
        return bool(self._take(field, bool))

    def time_of_day(self, field: str) -> time | None:
        """`HH:MM`; None for an empty text."""
        value = self.text(field, pattern=r"|([01]\d|2[0-3]):[0-5]\d")
        try:
            return time.fromisoformat(value) if value else None
        except ValueError:  # already noted
            return None

    def moment(self, field: str) -> datetime:
        value = self._take(field, datetime)
        if value is None:
            return _STAND_IN
        if value.tzinfo is None:
            self.wrong(field, "needs an offset, such as +08:00")
            return _STAND_IN
        return value  # type: ignore[no-any-return]

    def tables(self, field: str) -> list["Section"]:
        """The tables of a list, named by their place, counted from 1."""
        value = self._take(field, list) or []
        return [Section(f"{self._name}.{field}[{i + 1}]", item, self._problems) for i, item in enumerate(value)]
