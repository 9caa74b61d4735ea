"""Computes each call's capacity by AWS's published rule, from the items that it touches, read before and after it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.bench.calls import WRITES, Arguments, Send, Units
from tests.bench.capacity_units import Item, Table, read_units, size, write_units

TWICE = 2
"""In a transaction."""


@dataclass(frozen=True, slots=True)
class CapacityCounter:
    """A `CountCapacity`. For one writer at a time: another's write in between would be counted as this one's.

    Raises KeyError for a call that is not known here. `largest`: bytes of the largest item of each kind written, by
    place and what its sort key begins with.
    """

    tables: Mapping[str, Table]
    largest: dict[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, send: Send, operation: str, arguments: Arguments, units: Units) -> Any:
        if operation not in WRITES:
            answer = send(operation, arguments)
            self._read(send, operation, arguments, answer, units)
            return answer
        touched = list(self._touched(operation, arguments))
        before = [_look(send, table, key) for table, key in touched]
        try:
            return send(operation, arguments)
        finally:  # a refused write is paid for as well
            times = TWICE if operation == "TransactWriteItems" else 1
            for (table, key), old in zip(touched, before, strict=True):
                self._write(table, old, _look(send, table, key), times, units)

    def _write(self, table: str, old: Item | None, new: Item | None, times: int, units: Units) -> None:
        units.written[table] += times * write_units(old, new)
        self._note(table, old, new)
        for index in self.tables[table].indexes:
            units.written[f"{table}/{index.name}"] += index.write_units(old, new)
            self._note(f"{table}/{index.name}", index.entry(old), index.entry(new))

    def _note(self, place: str, *images: Item | None) -> None:
        for item in filter(None, images):
            name = next((item[key]["S"] for key in ("what", "name") if key in item), "")
            kind = (place, name.partition("#")[0])
            self.largest[kind] = max(self.largest.get(kind, 0), size(item))

    def _touched(self, operation: str, arguments: Arguments) -> Iterator[tuple[str, Item]]:
        """Yields table and key of each item that is written or checked."""
        if operation == "TransactWriteItems":
            parts = [about for part in arguments["TransactItems"] for about in part.values()]
        else:
            parts = [{"PutItem": arguments, "UpdateItem": arguments}[operation]]
        for about in parts:
            table = about["TableName"]
            key = about.get("Key") or {name: about["Item"][name] for name in self.tables[table].keys}
            yield table, key

    def _read(self, send: Send, operation: str, arguments: Arguments, answer: Any, units: Units) -> None:
        if operation == "TransactGetItems":
            for part, found in zip(arguments["TransactItems"], answer["Responses"], strict=True):
                units.read[part["Get"]["TableName"]] += TWICE * read_units([found.get("Item", {})])
            return
        table, index = arguments["TableName"], arguments.get("IndexName")
        found = [answer.get("Item", {})] if operation == "GetItem" else _items(send, arguments, answer)
        share = 1 if arguments.get("ConsistentRead") else 0.5
        units.read[f"{table}/{index}" if index else table] += share * read_units(found)


def _items(send: Send, arguments: Arguments, answer: Any) -> list[Item]:
    """Returns a Query's items, or the items that it only counted."""
    if arguments.get("Select") == "COUNT":
        answer = send("Query", {name: value for name, value in arguments.items() if name != "Select"})
    items: list[Item] = answer["Items"]
    return items


def _look(send: Send, table: str, key: Item) -> Item | None:
    item: Item | None = send("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True}).get("Item")
    return item
