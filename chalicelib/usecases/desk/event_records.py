"""The units' on-site events."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.desk.unit_events import MOST_EVENTS, NEW, UnitEvent, events_body, events_of, read_event
from chalicelib.domain.errors import NotFound
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.usecases.desk.unit_records import EVENTS, UnitRecords


@dataclass(frozen=True, slots=True)
class EventRecords:
    records: UnitRecords

    def all_events(self) -> dict[str, tuple[UnitEvent, ...]]:
        """By unit; units without an event may be missing."""
        return {unit: events_of(body) for unit, body in self.records.read_units(EVENTS).items()}

    def read_events(self, unit: ReportingUnit) -> tuple[tuple[UnitEvent, ...], int]:
        """Returns the events in order of time, and the record's revision."""
        record = self.records.read_unit(EVENTS, unit)
        return events_of(record.body), record.revision

    def save_event(
        self, unit: ReportingUnit, number: int, cells: Mapping[str, str], revision: int, who: str
    ) -> dict[str, str]:
        """Stores the form's event in place of this one, or as a new one. Returns the faults by field, with which
        nothing is stored. A repeat, whose first answer was lost, changes nothing. Raises NotFound and
        ChangedMeanwhile."""
        event, faults = read_event(cells)
        events, stored = self.read_events(unit)
        if stored == revision + 1 and event in events:
            return {}
        if number == NEW and len(events) >= MOST_EVENTS:
            faults["title"] = f"至多 {MOST_EVENTS} 场"
        if not faults:
            self._write(unit, [*_without(events, number), event], revision, who)
        return faults

    def remove_event(self, unit: ReportingUnit, cells: Mapping[str, str], revision: int, who: str) -> None:
        """Removes the event that the page showed. One that is gone already is a repeat, which changes nothing. Raises
        ChangedMeanwhile."""
        event, _ = read_event(cells)
        events, _ = self.read_events(unit)
        if event in events:
            self._write(unit, _without(events, events.index(event)), revision, who)

    def _write(self, unit: ReportingUnit, events: list[UnitEvent], revision: int, who: str) -> None:
        new = f"{len(events)} events, {sum(one.people for one in events)} people"
        entry = self.records.entry(who, "desk events", unit, new)
        self.records.write_unit(EVENTS, unit, events_body(events_of(events_body(events))), revision, entry)


def _without(events: tuple[UnitEvent, ...], number: int) -> list[UnitEvent]:
    """`number` counts in order of time, which the revision fixes. Raises NotFound."""
    if number == NEW:
        return list(events)
    if not 0 <= number < len(events):
        raise NotFound
    return [one for place, one in enumerate(events) if place != number]
