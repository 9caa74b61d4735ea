"""The operators' append-only log on DynamoDB."""

import hashlib
from collections.abc import Iterator
from heapq import merge

from pynamodb.connection import Connection

from chalicelib.adapters.store.models import EarlierLogRow, LogRow
from chalicelib.adapters.store.row_values import from_ms, to_ms
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.ports import LogEntry

LOG = "log#"


def put_log(transaction: Transaction, contest_id: str, entry: LogEntry) -> None:
    """Adds the entry to a transaction. An existing entry is never overwritten."""
    digest = hashlib.sha256(f"{entry.who}|{entry.what}|{entry.about}".encode()).hexdigest()[:16]
    name = f"{LOG}{to_ms(entry.at):015d}#{digest}"
    row = LogRow(contest_id, name, at=to_ms(entry.at), who=entry.who, what=entry.what, about=entry.about)
    transaction.put("log", row, LogRow.name.does_not_exist())


def append_log(connection: Connection, contest_id: str, entry: LogEntry) -> None:
    """Writes one entry alone; a repeat changes nothing. Raises TryAgain."""
    transaction = Transaction(connection)
    put_log(transaction, contest_id, entry)
    transaction.committed()


def read_log(contest_id: str) -> Iterator[LogEntry]:
    """Reads the log, oldest entry first. After a rollback, both tables may have entries of the same days."""
    with store_errors():
        tables = (
            model.query(contest_id, model.name.startswith(LOG), consistent_read=True)
            for model in (EarlierLogRow, LogRow)
        )
        for row in merge(*tables, key=lambda row: row.name):
            yield LogEntry(from_ms(row.at), row.who, row.what, row.about)
