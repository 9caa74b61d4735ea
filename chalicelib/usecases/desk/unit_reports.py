"""What the units have handed in, and a unit's own page."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.duties import Duties
from chalicelib.domain.desk.unit_overview import HandedIn, UnitStatus, unit_status, unit_statuses
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.units import RankedUnit, rank_units
from chalicelib.ports import Control
from chalicelib.usecases.desk.contact_records import ContactRecords
from chalicelib.usecases.desk.event_records import EventRecords
from chalicelib.usecases.desk.story_records import StoryRecords


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The unit's people and ranks among all units, by the sweep's last counts."""

    ranked: RankedUnit
    counted_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitRead:
    """What one unit has handed in, with the revisions of its records, which its forms send back."""

    status: UnitStatus
    contacts_revision: int
    events_revision: int
    story_revision: int
    pictures: tuple[str, ...]
    """Their keys."""


@dataclass(frozen=True, slots=True)
class UnitReports:
    contest: Contest
    duties: Duties
    contacts: ContactRecords
    events: EventRecords
    stories: StoryRecords
    control: Control

    def all_statuses(self) -> list[UnitStatus]:
        """Every unit, in the contest file's order: four reads."""
        found = HandedIn(
            self.contacts.all_contacts(),
            self.events.all_events(),
            self.stories.all_texts(),
            self.stories.all_pictures(),
        )
        return unit_statuses(self.contest, self.duties, found)

    def status_of(self, unit: ReportingUnit) -> UnitStatus:
        return self.read_unit(unit).status

    def read_unit(self, unit: ReportingUnit) -> UnitRead:
        """Four reads."""
        name, pictures = unit.name, self.stories.picture_keys(unit)
        contacts, contacts_revision = self.contacts.read_contacts(unit)
        events, events_revision = self.events.read_events(unit)
        text, story_revision = self.stories.read_story(unit)
        found = HandedIn({name: contacts}, {name: events}, {name: text}, {name: pictures})
        status = unit_status(self.contest, self.duties, unit, found)
        return UnitRead(status, contacts_revision, events_revision, story_revision, pictures)

    def figures_of(self, unit: ReportingUnit) -> UnitFigures:
        """One read, of the counts that the ranking shows."""
        stored, counted_at = self.control.dated_counts()
        counts = self.contest.reporting.by_present_name(stored)
        ranked = next(one for one in rank_units(self.contest.units, counts) if one.unit.name == unit.name)
        return UnitFigures(ranked, counted_at)
