"""The operators' append-only log on DynamoDB."""

import hashlib
from collections.abc import Iterator
from heapq import merge

from pynamodb.connection import Connection

from chalicelib.adapters.store.earlier_log import earlier_entry
from chalicelib.adapters.store.log_rows import EarlierLogRow, LogRow, OfficeLogRow
from chalicelib.adapters.store.row_values import from_ms, to_ms
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.adapters.store.versions import UNVERSIONED
from chalicelib.domain.operator_log import LogEntry

LOG = "log#"
VERSION = 2
"""Rows of version 1 have a sentence in `about` instead of fields."""


def put_log(transaction: Transaction, contest_id: str, entry: LogEntry) -> None:
    """Adds the entry to a transaction. An existing entry is never overwritten.

    A decision at the desk goes into the table `office`: the function that carries it out may not use `books`.
    """
    fields = (entry.who, entry.what, entry.about, entry.old, entry.new, entry.reason)
    digest = hashlib.sha256("|".join(fields).encode()).hexdigest()[:16]
    model = OfficeLogRow if entry.at_desk else LogRow
    row = model(
        contest_id,
        f"{LOG}{to_ms(entry.at):015d}#{digest}",
        at=to_ms(entry.at),
        version=VERSION,
        who=entry.who,
        what=entry.what,
        about=entry.about,
        old=entry.old or None,
        new=entry.new or None,
        reason=entry.reason or None,
    )
    transaction.put("log", row, model.name.does_not_exist())


def append_log(connection: Connection, contest_id: str, entry: LogEntry) -> None:
    """Writes one entry alone; a repeat changes nothing. Raises TryAgain."""
    transaction = Transaction(connection)
    put_log(transaction, contest_id, entry)
    transaction.committed()


def read_log(contest_id: str) -> Iterator[LogEntry]:
    """Reads the log, oldest entry first: the tables have entries of the same days."""
    with store_errors():
        tables = (
            model.query(contest_id, model.name.startswith(LOG), consistent_read=True)
            for model in (EarlierLogRow, LogRow, OfficeLogRow)
        )
        for row in merge(*tables, key=lambda row: row.name):
            yield _entry(row)


def _entry(row: LogRow) -> LogEntry:
    at = from_ms(row.at)
    if (row.version or UNVERSIONED) == UNVERSIONED:
        return earlier_entry(at, row.who, row.what, row.about)
    return LogEntry(at, row.who, row.what, row.about, row.old or "", row.new or "", row.reason or "")
