"""Counts DynamoDB calls and consumed capacity at the boundary of botocore's client."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from botocore.client import BaseClient

WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
Arguments = dict[str, Any]
Send = Callable[[str, Arguments], Any]
"""Sends an operation with its arguments, uncounted."""


def _places() -> "defaultdict[str, float]":
    return defaultdict(float)


@dataclass(slots=True)
class Units:
    """Capacity units by place: a table's name, or `table/index`."""

    written: defaultdict[str, float] = field(default_factory=_places)
    read: defaultdict[str, float] = field(default_factory=_places)


@dataclass(slots=True)
class Calls:
    """One thread's calls, and the capacity of those that succeeded: as the engine reports it and as computed."""

    calls: int = 0
    failed: int = 0
    reported: Units = field(default_factory=Units)
    computed: Units = field(default_factory=Units)
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Names of calls to other services, which are not in `calls`."""

    @property
    def read_units(self) -> float:
        return sum(self.reported.read.values())

    @property
    def write_units(self) -> float:
        return sum(self.reported.written.values())


CountCapacity = Callable[[Send, str, Arguments, Units], Any]
"""Sends an operation, adds its computed cost to the units, and returns the answer."""
_now = threading.local()


def _uncounted(send: Send, operation: str, arguments: Arguments, _: Units) -> Any:
    return send(operation, arguments)


@contextmanager
def counted() -> Iterator[Calls]:
    """Counts this thread's calls while the block runs. `counting` must be on."""
    calls = Calls()
    _now.calls = calls
    try:
        yield calls
    finally:
        _now.calls = None


@contextmanager
def counting(count_capacity: CountCapacity = _uncounted) -> Iterator[None]:
    """Intercepts every call of every client in this process, and asks the engine for its capacity."""
    client: Any = BaseClient  # the stubs lack its methods
    original = client._make_api_call

    def call(self: Any, operation: str, arguments: Arguments) -> Any:
        calls: Calls | None = getattr(_now, "calls", None)
        if calls is None:
            return original(self, operation, arguments)
        service = self.meta.service_model.service_name
        if service != "dynamodb":
            calls.elsewhere[service] += 1
            return original(self, operation, arguments)
        return _count(calls, partial(original, self), operation, arguments, count_capacity)

    client._make_api_call = call
    try:
        yield
    finally:
        client._make_api_call = original


def _count(calls: Calls, send: Send, operation: str, arguments: Arguments, count_capacity: CountCapacity) -> Any:
    calls.calls += 1
    try:
        answer = count_capacity(send, operation, {**arguments, "ReturnConsumedCapacity": "INDEXES"}, calls.computed)
    except Exception:
        calls.failed += 1
        raise
    _add(calls.reported.written if operation in WRITES else calls.reported.read, answer.get("ConsumedCapacity"))
    return answer


def _add(units: defaultdict[str, float], consumed: Any) -> None:
    for part in consumed if isinstance(consumed, list) else [consumed or {}]:
        indexes = part.get("GlobalSecondaryIndexes", {})
        for name, index in indexes.items():
            units[f"{part['TableName']}/{name}"] += index["CapacityUnits"]
        if part:
            units[part["TableName"]] += part["CapacityUnits"] - sum(i["CapacityUnits"] for i in indexes.values())
