"""The records of the organiser's desk on DynamoDB."""

import json
from collections.abc import Mapping
from typing import Any

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist

from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.office_row import OfficeRow
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile
from chalicelib.ports import LogEntry, OfficeRecord


class DynamoOffice:
    def __init__(self, contest_id: str, connection: Connection) -> None:
        self._contest_id, self._connection = contest_id, connection

    def read_record(self, name: str) -> OfficeRecord:
        with store_errors():
            try:
                return _record(OfficeRow.get(self._contest_id, name, consistent_read=True))
            except DoesNotExist:
                return OfficeRecord(name, {}, 0)

    def read_records(self, prefix: str) -> list[OfficeRecord]:
        with store_errors():
            found = OfficeRow.query(self._contest_id, OfficeRow.name.startswith(prefix), consistent_read=True)
            return [_record(row) for row in found]

    def write_record(
        self, record: OfficeRecord, body: Mapping[str, Any], entry: LogEntry | None = None
    ) -> OfficeRecord:
        text, revision = json.dumps(body, ensure_ascii=False, separators=(",", ":")), record.revision + 1
        transaction = Transaction(self._connection)
        if entry:
            put_log(transaction, self._contest_id, entry)
        known = OfficeRow.revision == record.revision if record.revision else OfficeRow.name.does_not_exist()
        transaction.put("record", OfficeRow(self._contest_id, record.name, body=text, revision=revision), known)
        if transaction.committed():
            return OfficeRecord(record.name, json.loads(text), revision)
        stored = self.read_record(record.name)
        if stored.body != json.loads(text):
            raise ChangedMeanwhile
        return stored


def _record(row: OfficeRow) -> OfficeRecord:
    return OfficeRecord(row.name, json.loads(row.body), row.revision)
