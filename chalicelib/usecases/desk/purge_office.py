"""What the desk keeps about people: given out before the purge, and emptied by it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.desk.desk_link import LINK
from chalicelib.domain.desk.unit_events import events_body, events_of
from chalicelib.ports import Clock, OfficeFiles, OfficeRecord, OfficeRecords, StoredRow
from chalicelib.usecases.desk.unit_records import CONTACTS, EVENTS, PICTURES, STORY

BUCKET = ("pictures", "uploads", "files")
"""The beginnings of all keys in the bucket; the contest follows."""
PERSONAL = (LINK, CONTACTS, EVENTS, STORY, PICTURES)
"""The beginnings of records that may name people: whom a link was made for, liaisons, events' titles, texts and
pictures. Links first: once they are revoked, nobody new comes in."""


@dataclass(frozen=True, slots=True)
class OfficePurge:
    contest_id: str
    office: OfficeRecords
    files: OfficeFiles
    clock: Clock

    def personal_rows(self) -> Iterator[StoredRow]:
        for record in self._records():
            yield "office", {"name": record.name, "body": record.body, "revision": record.revision}

    def purge_office(self) -> int:
        """Empties the records, revokes the links, and deletes the contest's pictures and files. Returns how many there
        were. Raises TryAgain and ChangedMeanwhile."""
        found = 0
        for record in self._records():
            left = self._without_people(record)
            if left != record.body:
                self.office.write_record(record, left)
                found += 1
        return found + sum(self.files.remove_files(f"{kind}/{self.contest_id}/") for kind in BUCKET)

    def _records(self) -> Iterator[OfficeRecord]:
        for prefix in PERSONAL:
            yield from self.office.read_records(prefix)

    def _without_people(self, record: OfficeRecord) -> Mapping[str, Any]:
        """A link keeps its role and times, so that the log can still be read. Nobody enters through it any more, who
        would store people anew. Events keep what is no free text."""
        if record.name.startswith(LINK):
            left = {name: value for name, value in record.body.items() if name not in ("for", "pin")}
            return {"revoked_at": self.clock().isoformat(), **left}
        if record.name.startswith(EVENTS):
            return events_body(replace(one, place="", title="") for one in events_of(record.body))
        return {}
