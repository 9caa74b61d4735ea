"""When DynamoDB cancels a transaction because another one is at work on the same item.

Source: Amazon DynamoDB Developer Guide, "Amazon DynamoDB Transactions: How it works", "Transaction conflict handling in
DynamoDB" (docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html). There is a conflict if

* an item of a TransactWriteItems is part of another ongoing TransactWriteItems: TransactionCanceledException with the
  reason TransactionConflict, in the place of that item;
* an item of a TransactGetItems is part of an ongoing write: likewise;
* a PutItem, UpdateItem or DeleteItem is for an item of an ongoing TransactWriteItems: TransactionConflictException.

A ConditionCheck's item is part of its transaction. Plain writes do not conflict with each other, nor plain reads with
anything. The SDKs do not repeat a cancelled transaction. DynamoDB Local reports no conflicts at all.

The guide does not say for how long a transaction is ongoing. Here it is the time from the client's request to the
engine's answer.
"""

import threading
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError

from tests.bench.calls import Arguments, Send, Units

TRANSACTION, READS, WRITES = "TransactWriteItems", "TransactGetItems", ("PutItem", "UpdateItem", "DeleteItem")
CONFLICT, CANCELLED = "TransactionConflict", "TransactionCanceledException"
ItemId = tuple[str, str]
"""A table's name, and a text of the key's values."""


class OngoingItems:
    """The items of the transactions and writes that are ongoing; each may be in several writes, and in one
    transaction."""

    def __init__(self) -> None:
        self._transactions: set[ItemId] = set()
        self._writes: Counter[ItemId] = Counter()

    def conflicts(self, operation: str, items: Collection[ItemId]) -> list[bool]:
        """Returns for each item whether it would conflict now."""
        if operation == READS:
            return [item in self._transactions or self._writes[item] > 0 for item in items]
        return [item in self._transactions for item in items] if operation in (TRANSACTION, *WRITES) else []

    def begin(self, operation: str, items: Collection[ItemId]) -> None:
        """For items without a conflict."""
        if operation == TRANSACTION:
            self._transactions.update(items)
        elif operation in WRITES:
            self._writes.update(items)

    def end(self, operation: str, items: Collection[ItemId]) -> None:
        if operation == TRANSACTION:
            self._transactions.difference_update(items)
        elif operation in WRITES:
            self._writes.subtract(items)


class SimulatedConflicts:
    """A `CountCapacity` for `tests.bench.calls.counting`: refuses what AWS would refuse, instead of sending it.

    `keys`: the names of each table's key, hash key first.
    """

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        self._keys, self._ongoing, self._lock = keys, OngoingItems(), threading.Lock()

    def __call__(self, send: Send, operation: str, arguments: Arguments, _: Units) -> Any:
        with self._in_progress(operation, list(self._items(operation, arguments))):
            return send(operation, arguments)

    @contextmanager
    def _in_progress(self, operation: str, items: list[ItemId]) -> Iterator[None]:
        with self._lock:
            conflicts = self._ongoing.conflicts(operation, items)
            if any(conflicts):
                raise _refusal(operation, conflicts)
            self._ongoing.begin(operation, items)
        try:
            yield
        finally:
            with self._lock:
                self._ongoing.end(operation, items)

    def _items(self, operation: str, arguments: Arguments) -> Iterator[ItemId]:
        if operation in (TRANSACTION, READS):
            parts = [about for part in arguments["TransactItems"] for about in part.values()]
        else:
            parts = [arguments] if operation in WRITES else []
        for about in parts:
            key = about.get("Key") or {name: about["Item"][name] for name in self._keys[about["TableName"]]}
            yield about["TableName"], repr(sorted(key.items()))


def _refusal(operation: str, conflicts: list[bool]) -> ClientError:
    reasons = [{"Code": CONFLICT if conflict else "None"} for conflict in conflicts]
    single = operation in WRITES
    error = {"Code": "TransactionConflictException" if single else CANCELLED, "Message": "as AWS documents it"}
    response: Any = {"Error": error} if single else {"Error": error, "CancellationReasons": reasons}
    return ClientError(response, operation)
