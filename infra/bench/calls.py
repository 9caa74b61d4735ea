"""Counts DynamoDB calls and consumed capacity at the boundary of botocore's client."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient

_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})


@dataclass(slots=True)
class Calls:
    """What one thread sent; capacity in units, of the calls that succeeded."""

    calls: int = 0
    failed: int = 0
    read_units: float = 0.0
    write_units: float = 0.0


_now = threading.local()


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
def counting() -> Iterator[None]:
    """Every call of every client in this process passes by here, with its capacity asked for."""
    client: Any = BaseClient  # its methods are not in its stubs
    original = client._make_api_call

    def call(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        calls: Calls | None = getattr(_now, "calls", None)
        if calls is None:
            return original(self, operation, arguments)
        calls.calls += 1
        try:
            answer = original(self, operation, {**arguments, "ReturnConsumedCapacity": "TOTAL"})
        except Exception:
            calls.failed += 1
            raise
        _add(calls, operation, answer.get("ConsumedCapacity"))
        return answer

    client._make_api_call = call
    try:
        yield
    finally:
        client._make_api_call = original


def _add(calls: Calls, operation: str, consumed: Any) -> None:
    for part in consumed if isinstance(consumed, list) else [consumed or {}]:
        if operation in _WRITES:
            calls.write_units += part.get("CapacityUnits", 0.0)
        else:
            calls.read_units += part.get("CapacityUnits", 0.0)
