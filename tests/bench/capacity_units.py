"""The capacity units of a DynamoDB call by AWS's published rule, from the items before and after it.

Sources, in DynamoDB's developer guide: "DynamoDB on-demand capacity mode" (one write unit per started KB, one read unit
per started 4 KB, half a read unit if eventually consistent, twice as much in a transaction), "Managing complex
workflows with transactions" (every item is paid for twice, also one that is only checked), "Using Global Secondary
Indexes" (an index is written once for an entry that changes, twice for one whose key does, never where nothing
projected changed; it is written after the table, not in the transaction), and "DynamoDB item sizes and formats".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

Item = Mapping[str, Any]
"""As the low-level client has it: `{"who": {"S": "…"}}`."""
WRITE_BYTES, READ_BYTES = 1024, 4096


@dataclass(frozen=True, slots=True)
class Index:
    """`attributes` is what an entry holds, its own and the table's keys included; an entry needs all of `keys`."""

    name: str
    keys: tuple[str, ...]
    attributes: frozenset[str]

    def entry(self, item: Item | None) -> Item | None:
        if item is None or not all(key in item for key in self.keys):
            return None
        return {name: value for name, value in item.items() if name in self.attributes}

    def write_units(self, before: Item | None, after: Item | None) -> int:
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        if old and new and all(old[key] == new[key] for key in self.keys):
            return write_units(old, new)
        return sum(write_units(entry) for entry in (old, new) if entry)


@dataclass(frozen=True, slots=True)
class Table:
    keys: tuple[str, ...]
    indexes: tuple[Index, ...] = field(default=())

    @classmethod
    def of(cls, arguments: Mapping[str, Any]) -> "Table":
        """Reads an index from the arguments of CreateTable. Raises KeyError for a projection of all attributes, which
        is not used here."""
        keys = _keys(arguments)
        indexes = []
        for index in arguments.get("GlobalSecondaryIndexes", []):
            more = index["Projection"]["NonKeyAttributes"] if _includes(index) else []
            indexes.append(Index(index["IndexName"], _keys(index), frozenset([*keys, *_keys(index), *more])))
        return cls(keys, tuple(indexes))


def write_units(*images: Item | None) -> int:
    """Returns the units of one plain write, at least one: the larger of the two images counts."""
    return max([1, *(ceil(size(image) / WRITE_BYTES) for image in images if image is not None)])


def read_units(items: Iterable[Item]) -> int:
    """Returns the units of one strongly consistent read, at least one: the sizes of the items found are added up
    first."""
    return max(1, ceil(sum(map(size, items)) / READ_BYTES))


def size(item: Item) -> int:
    """Bytes."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(typed: Mapping[str, Any]) -> int:
    """Raises KeyError for types that no table here uses."""
    ((kind, value),) = typed.items()
    match kind:
        case "S":
            return len(value.encode())
        case "N":
            return _number(value)
        case "BOOL" | "NULL":
            return 1
        case "NS":
            return sum(map(_number, value))
    raise KeyError(kind)


def _number(text: str) -> int:
    """One byte per two significant digits, and one more."""
    return 1 + ceil(len(text.lstrip("-").replace(".", "").strip("0")) / 2)


def _keys(described: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in described["KeySchema"])


def _includes(index: Mapping[str, Any]) -> bool:
    return {"KEYS_ONLY": False, "INCLUDE": True}[index["Projection"]["ProjectionType"]]
