"""Reads the stored figures, and marks one state of them as final (定稿)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chalicelib.domain.bank import Bank
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import DayFigures, figures_body, figures_of
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.desk.figure_words import notice_lines
from chalicelib.domain.desk.report_sheets import Report
from chalicelib.domain.desk.unit_table import unit_lines
from chalicelib.domain.errors import NotFound
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.shanghai import day_words
from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock, OfficeRecord, OfficeRecords
from chalicelib.usecases.desk.count_days import DAY, LATEST

FINAL = "final"
"""The record of the final figures: `figures`, and who marked them when. Empty once the mark was taken back."""


@dataclass(frozen=True, slots=True)
class StoredFigures:
    latest: DayFigures | None
    """None before the first scan."""
    nights: tuple[tuple[date, DayFigures], ...]
    """Each day with its state at the night after, oldest first."""
    final: DayFigures | None
    revision: int
    """Of the record of the final figures."""

    @property
    def shown(self) -> DayFigures | None:
        """The final figures, or else the latest."""
        return self.final or self.latest

    def until(self, moment: datetime) -> tuple[tuple[date, DayFigures], ...]:
        """Returns the nights before or at a moment."""
        return tuple((day, state) for day, state in self.nights if state.at <= moment)

    def before(self, day: date) -> DayFigures | None:
        """Returns the state at the night before this day; None for the first."""
        return next((state for other, state in reversed(self.nights) if other < day), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to paste into the liaisons' group."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class FigureReading:
    contest: Contest
    bank: Bank
    office: OfficeRecords
    switches: Callable[[], Switches]
    clock: Clock

    def read_figures(self) -> StoredFigures:
        latest, final = self.office.read_record(LATEST), self.office.read_record(FINAL)
        nights = [
            (date.fromisoformat(record.name.removeprefix(DAY)), figures_of(record.body))
            for record in self.office.read_records(DAY)
        ]
        return StoredFigures(_figures(latest), tuple(nights), _figures(final), final.revision)

    def report_of(self, stored: StoredFigures) -> Report:
        """Raises NotFound before the first scan."""
        if stored.shown is None:
            raise NotFound
        nights, withdrawn = stored.until(stored.shown.at), self.switches().withdrawn
        return Report(self.contest, self.bank, stored.shown, nights, withdrawn)

    def notices_of(self, stored: StoredFigures) -> list[Notice]:
        """Returns the group's texts: of the last night, and of now."""
        found = []
        if stored.nights:
            day, state = stored.nights[-1]
            found.append(Notice(f"{day_words(day)}通报", self._notice(state, stored.before(day), day)))
        if stored.latest:
            before = stored.nights[-1][1] if stored.nights else None
            found.append(Notice("此刻通报", self._notice(stored.latest, before)))
        return found

    def _notice(self, state: DayFigures, before: DayFigures | None, day: date | None = None) -> str:
        units = unit_lines(self.contest.reporting, state.people)
        return "\n".join(notice_lines(self.contest, state, state.since(before), units, day))

    def mark_final(self, at: str, revision: int, who: str) -> None:
        """Keeps a copy of the figures of this moment (ISO 8601), the latest or a night's. Raises DeskRefused if there
        are none, as after a count since the page was shown, ChangedMeanwhile if somebody else marked others."""
        stored = self.read_figures()
        found = [one for one in (stored.latest, stored.final, *(state for _, state in stored.nights)) if one]
        chosen = next((one for one in found if one.at.isoformat() == at), None)
        if chosen is None:
            raise DeskRefused(409, "数据已经更新，请返回刷新后再定稿。", "changed")
        entry = LogEntry(self.clock(), who, "figures final", about=at, new=str(chosen.total_people))
        self._write({"figures": figures_body(chosen)}, revision, entry)

    def unmark_final(self, revision: int, who: str) -> None:
        self._write({}, revision, LogEntry(self.clock(), who, "figures not final"))

    def _write(self, body: dict[str, Any], revision: int, entry: LogEntry) -> None:
        self.office.write_record(OfficeRecord(FINAL, {}, revision), body, entry)


def _figures(record: OfficeRecord) -> DayFigures | None:
    return figures_of(record.body["figures"]) if record.body.get("figures") else None
