"""The units' contacts: entered in a form, or imported from a sheet that is right as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.desk.contact_sheet import SheetCells, WrongCell, read_contact_sheets
from chalicelib.domain.desk.unit_contacts import UnitContacts, read_form, revision_in
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.usecases.desk.unit_records import CONTACTS, UnitRecords


@dataclass(frozen=True, slots=True)
class ImportedContacts:
    wrong: Sequence[WrongCell]
    """If there are any, nothing was imported."""
    changed: Sequence[str] = ()
    """Units whose contacts are new or others than before."""
    unchanged: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ContactRecords:
    records: UnitRecords

    def all_contacts(self) -> dict[str, UnitContacts]:
        """By unit; units that have not answered are missing."""
        found = self.records.read_units(CONTACTS).items()
        return {unit: UnitContacts.from_body(body) for unit, body in found if body.get("people")}

    def read_contacts(self, unit: ReportingUnit) -> tuple[UnitContacts, int]:
        """Returns the contacts and the record's revision."""
        record = self.records.read_unit(CONTACTS, unit)
        return UnitContacts.from_body(record.body), record.revision

    def save_form(self, unit: ReportingUnit, form: Mapping[str, str], who: str) -> dict[str, str]:
        """Stores the entered form, whose fields are those of `ContactForm`, with the revision that it showed.

        Returns the faults by field, with which nothing is stored. Raises ChangedMeanwhile.
        """
        known, _ = self.read_contacts(unit)
        contacts, faults = read_form(form, known.people)
        if not faults:
            body, entry = contacts.as_body(), self._entry(unit, contacts, who)
            self.records.write_unit(CONTACTS, unit, body, revision_in(form), entry)
        return faults

    def import_sheets(self, sheets: Sequence[SheetCells], who: str) -> ImportedContacts:
        """Replaces the contacts of all units in the sheets, unless a cell is wrong. Units that are not in them stay.

        A run that was interrupted is completed by importing the same sheet again. Raises ChangedMeanwhile.
        """
        read = read_contact_sheets(sheets, self.records.contest.reporting)
        if read.wrong:
            return ImportedContacts(read.wrong)
        changed, unchanged = [], []
        for name, contacts in read.contacts.items():
            unit = self.records.unit_named(name)
            before, revision = self.read_contacts(unit)
            if before == contacts:
                unchanged.append(name)
                continue
            entry = self._entry(unit, contacts, who)
            self.records.write_unit(CONTACTS, unit, contacts.as_body(), revision, entry)
            changed.append(name)
        return ImportedContacts((), changed, unchanged)

    def _entry(self, unit: ReportingUnit, contacts: UnitContacts, who: str) -> LogEntry:
        new = f"{len(contacts.people)} people, {contacts.posters} posters, {contacts.leaflets} leaflets"
        return self.records.entry(who, "desk contacts", unit, new)
