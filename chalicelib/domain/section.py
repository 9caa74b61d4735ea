"""The base of the contest's classes."""

from dataclasses import fields
from typing import Any


class Section:
    """Equal by its fields and shown with them, as a dataclass is; but this is written once.

    `dataclass` would generate these methods for each class at import, a fifth of all that the contest file costs a cold
    start. So the classes ask for neither: `eq=False, repr=False`.
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
