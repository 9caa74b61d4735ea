"""The desk's records of units. A unit's record is stored under its present name; after a renaming it may still be under
a former one until it is written again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import NotFound
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.ports import Clock, OfficeRecord, OfficeRecords

CONTACTS, EVENTS, STORY, PICTURES = "contacts#", "events#", "story#", "pictures#"
"""Prefixes of the records' names; the unit follows."""


@dataclass(frozen=True, slots=True)
class UnitRecords:
    contest: Contest
    office: OfficeRecords
    clock: Clock

    def unit_named(self, name: str) -> ReportingUnit:
        """Finds a unit by its present or a former name. Raises NotFound."""
        present = self.contest.reporting.present_name(name)
        found = next((unit for unit in self.contest.units if unit.name == present), None)
        if found is None:
            raise NotFound
        return found

    def read_unit(self, kind: str, unit: ReportingUnit) -> OfficeRecord:
        """Returns the unit's record, ready to be written under the present name. Raises TryAgain."""
        record = self.office.read_record(kind + unit.name)
        if record.revision:
            return record
        for name in unit.formerly:
            if former := self.office.read_record(kind + name).body:
                return replace(record, body=former)
        return record

    def read_units(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Returns the records of this kind of all units that the contest file has, by present name. Raises TryAgain."""
        found: dict[str, Mapping[str, Any]] = {}
        for record in self.office.read_records(kind):
            name = record.name.removeprefix(kind)
            present = self.contest.reporting.present_name(name)
            if name == present or present not in found:
                found[present] = record.body
        return {unit: found[unit] for unit in self.contest.unit_names if unit in found}

    def write_unit(
        self, kind: str, unit: ReportingUnit, body: Mapping[str, Any], revision: int, entry: LogEntry | None
    ) -> None:
        """Replaces the record that had this revision when it was read. Raises ChangedMeanwhile and TryAgain."""
        self.office.write_record(OfficeRecord(kind + unit.name, {}, revision), body, entry)

    def entry(self, who: str, what: str, unit: ReportingUnit, new: str) -> LogEntry:
        """The log has numbers of people and things, never names or telephones."""
        return LogEntry(self.clock(), who, what, about=unit.name, new=new)
