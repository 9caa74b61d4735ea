"""The base of the contest's classes."""

from dataclasses import fields
from typing import Any


class Section:
    """Provides equality and repr by fields, as a dataclass does, but once for all classes.

    `dataclass` would generate these methods for each class at import, a fifth of the contest file's cost at a cold
    start. So the classes disable both: `eq=False, repr=False`.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(tuple(self._values().values()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._values().items())})"

    def _values(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self) if field.compare}  # type: ignore[arg-type]
