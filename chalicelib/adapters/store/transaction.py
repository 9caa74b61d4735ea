"""Transactions whose refusals are known by name, and the translation of the store's errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection
from pynamodb.connection.base import BOTOCORE_EXCEPTIONS
from pynamodb.exceptions import (
    GetError,
    PynamoDBException,
    ScanError,
    TransactGetError,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.adapters.store.prepared import Operation
from chalicelib.domain.errors import TryAgain

M = TypeVar("M", bound=Model)
FAILED_CHECK = "ConditionalCheckFailed"
"""The code of a failed condition in a cancelled transaction's reasons."""
CONDITION_FAILED = "ConditionalCheckFailedException"
"""The code of a single write's failed condition."""
BUSY_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
BUSY_CODES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
        "TransactionInProgressException",
        "TransactionConflictException",
    }
)


class Refused(Exception):
    """A transaction was cancelled without effect. `failed` names the operations whose condition failed."""

    def __init__(self, failed: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(failed)))
        self.failed = failed


class Transaction:
    """Collects named operations and commits them together.

    They are sent in the order checks, deletes, puts, updates, and the cancellation reasons come in the same order; so
    each kind has its own list of names. Prepared operations are added to their list directly.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.checks: list[tuple[str, Operation]] = []
        self.deletes: list[tuple[str, Operation]] = []
        self.puts: list[tuple[str, Operation]] = []
        self.updates: list[tuple[str, Operation]] = []

    def check(self, name: str, model: type[Model], hash_key: str, range_key: str | None, condition: Condition) -> None:
        self.checks.append((name, model.get_operation_kwargs_from_class(hash_key, range_key, condition)))

    def delete(self, name: str, row: Model, condition: Condition | None = None) -> None:
        self.deletes.append((name, row.get_delete_kwargs_from_instance(condition)))

    def put(self, name: str, row: Model, condition: Condition | None = None) -> None:
        self.puts.append((name, row.get_save_kwargs_from_instance(condition)))

    def update(self, name: str, row: Model, actions: list[Action], condition: Condition | None = None) -> None:
        self.updates.append((name, row.get_update_kwargs_from_instance(actions, condition)))

    def commit(self) -> None:
        """Raises Refused, or TryAgain for a conflict, throttling or silence."""
        with store_errors():
            try:
                self._connection.transact_write_items(
                    condition_check_items=[operation for _, operation in self.checks],
                    delete_items=[operation for _, operation in self.deletes],
                    put_items=[operation for _, operation in self.puts],
                    update_items=[operation for _, operation in self.updates],
                )
            except TransactWriteError as error:
                self._explain(error)
                raise

    def committed(self) -> bool:
        """Commits. False when it was refused, for callers that don't need the reason. Raises TryAgain."""
        try:
            self.commit()
        except Refused:
            return False
        return True

    def _explain(self, error: TransactWriteError) -> None:
        names = [name for name, _ in (*self.checks, *self.deletes, *self.puts, *self.updates)]
        reasons = [reason.code if reason else None for reason in error.cancellation_reasons]
        failed = frozenset(name for name, reason in zip(names, reasons, strict=False) if reason == FAILED_CHECK)
        if failed:
            raise Refused(failed) from error
        if any(reason in BUSY_REASONS for reason in reasons):
            raise TryAgain from error


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns throttling, conflicts and silence into TryAgain. Every other error is a bug of ours and passes through.

    Every write here may be repeated, even one that succeeded and whose answer was lost.
    """
    try:
        yield
    except PynamoDBException as error:
        code = _response_code(error)
        if isinstance(error.cause, BotoCoreError) or code in BUSY_CODES:
            raise TryAgain from error
        if isinstance(error, TransactGetError) and code == "TransactionCanceledException":
            raise TryAgain from error  # a read has no conditions; only a conflict or throttling cancels it
        raise


def updated(row: Model, actions: list[Action], condition: Condition | None = None) -> bool:
    """Updates one row and loads all its attributes into `row`. False when its condition failed. Raises TryAgain."""
    with store_errors():
        try:
            row.update(actions, condition=condition)
        except UpdateError as error:
            if not condition_failed(error):
                raise
            return False
    return True


def run_read(model: type[M], operation: Operation) -> M | None:
    """Runs a prepared consistent read of one row. Raises TryAgain."""
    with store_errors():
        try:
            answer = _client(model).get_item(**operation, ConsistentRead=True)
        except BOTOCORE_EXCEPTIONS as fault:
            raise GetError("Failed to get item", fault) from fault
    return model.from_raw_data(answer["Item"]) if "Item" in answer else None


def run_update(model: type[M], operation: Operation) -> M | None:
    """Runs a prepared update of one row and returns all its attributes. None when its condition failed. Raises
    TryAgain."""
    with store_errors():
        try:
            answer = _client(model).update_item(**operation, ReturnValues="ALL_NEW")
        except BOTOCORE_EXCEPTIONS as fault:
            error = UpdateError("Failed to update item", fault)
            if condition_failed(error):
                return None
            raise error from fault
    return model.from_raw_data(answer["Attributes"])


def run_scan(model: type[Model], operation: Operation) -> dict[str, Any]:
    """Runs one page of a scan. Returns the client's answer, whose items are raw. Raises TryAgain."""
    with store_errors():
        try:
            answer: dict[str, Any] = _client(model).scan(**operation)
        except BOTOCORE_EXCEPTIONS as fault:
            raise ScanError("Failed to scan table", fault) from fault
    return answer


def _client(model: type[Model]) -> Any:
    """Returns the botocore client of the model's connection, without PynamoDB's work around each call."""
    return model._get_connection().connection.client


def condition_failed(error: PynamoDBException) -> bool:
    """Returns whether a single write was refused by its own condition."""
    return _response_code(error) == CONDITION_FAILED


def _response_code(error: PynamoDBException) -> str | None:
    """PynamoDB's `cause_response_code` fails on a read time-out, whose `response` exists and is None."""
    response: Any = getattr(error.cause, "response", None) or {}
    code: str | None = response.get("Error", {}).get("Code")
    return code
