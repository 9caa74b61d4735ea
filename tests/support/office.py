"""The records of the organiser's desk in memory."""

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.desk.desk_errors import ChangedMeanwhile
from chalicelib.ports import LogEntry, OfficeRecord
from tests.support.state import put_log
from tests.support.world import World


class FakeOffice:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def read_record(self, name: str) -> OfficeRecord:
        with self._world.call("office.read_record"):
            return self._stored(name)

    def read_records(self, prefix: str) -> list[OfficeRecord]:
        with self._world.call("office.read_records"):
            return [self._stored(name) for name in sorted(self._state.office) if name.startswith(prefix)]

    def write_record(
        self, record: OfficeRecord, body: Mapping[str, Any], entry: LogEntry | None = None
    ) -> OfficeRecord:
        text = json.dumps(body, ensure_ascii=False)
        with self._world.call("office.write_record"):
            stored = self._stored(record.name)
            if stored.revision == record.revision and (entry is None or put_log(self._state, entry)):
                self._state.office[record.name] = text, stored.revision + 1
                return self._stored(record.name)
            if stored.body != json.loads(text):
                raise ChangedMeanwhile
            return stored

    def _stored(self, name: str) -> OfficeRecord:
        text, revision = self._state.office.get(name, ("{}", 0))
        return OfficeRecord(name, json.loads(text), revision)
