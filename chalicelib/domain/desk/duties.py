"""The section `[desk]`: the duties of the units and the dates of their work (the notice's sections 6 to 8, annex 3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from chalicelib.domain.contest import Window
from chalicelib.domain.limits import Between, Characters, Items, OneOf
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.section import Section
from chalicelib.domain.shanghai import SHANGHAI, day_words

LAST_SECOND = time(23, 59, 59)
Sentence = Annotated[str, Characters(120)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Deadline(Section):
    """Something that every unit must do by a day, counted from the opening day: -2 is two days earlier."""

    day: Annotated[int, Between(-99, 99)]
    what: Sentence
    at: time | None = None
    """None if the day alone is meant."""
    place: Annotated[str, Characters(60, least=0)] = ""
    step: Annotated[str, OneOf("contacts", "meeting", "report", "")] = ""
    """The desk knows the state of `contacts` and `report`, and prints the list to sign at the `meeting`; else empty."""

    def on(self, window: Window) -> date:
        return opening_day(window) + timedelta(days=self.day)

    def shown(self, window: Window) -> str:
        """As people read it: 7月6日17:30 or 7月15日."""
        return day_words(self.on(window)) + (f"{self.at:%H:%M}" if self.at else "")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Duty(Section):
    rows: Annotated[tuple[Annotated[int, Between(1, 999)], ...], Items(least=1)]
    """Rows of the organiser's task table, which units name by `duty_row`."""
    tasks: Annotated[tuple[Sentence, ...], Items(least=1, most=10)]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class EventRules(Section):
    """What an on-site event must be to count."""

    first_day: Annotated[int, Between(-99, 99)] = -99
    last_day: Annotated[int, Between(-99, 99)] = 99
    """Counted from the opening day, both included."""
    people: Annotated[int, Between(0, 100_000)] = 0
    """At least."""

    def days(self, window: Window) -> tuple[date, date]:
        opening = opening_day(window)
        return opening + timedelta(days=self.first_day), opening + timedelta(days=self.last_day)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Duties(Section):
    """The whole section, which may be absent."""

    events: EventRules = EventRules()
    everyone: Annotated[tuple[Sentence, ...], Items(most=10)] = ()
    """Duties of all units, also of those without a row."""
    deadlines: tuple[Deadline, ...] = ()
    duties: tuple[Duty, ...] = ()

    def tasks_of(self, unit: ReportingUnit) -> tuple[str, ...]:
        own = (one.tasks for one in self.duties if unit.duty_row in one.rows)
        return (*next(own, ()), *self.everyone)

    def deadline(self, step: str) -> Deadline | None:
        return next((one for one in self.deadlines if one.step == step), None)

    def faults(self) -> Iterator[tuple[str, str]]:
        seen = set[int]()
        for place, duty in enumerate(self.duties, start=1):
            if repeated := sorted(seen.intersection(duty.rows)):
                yield f"duties[{place}].rows", f"重复：{'、'.join(map(str, repeated))}"
            seen.update(duty.rows)
        if self.events.first_day > self.events.last_day:
            yield "events.last_day", "不能早于 first_day"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DeskSection(Section):
    """What the desk reads of the contest file."""

    desk: Duties = Duties()


def opening_day(window: Window) -> date:
    return window.opens_at.astimezone(SHANGHAI).date()


def is_past(deadline: Deadline, window: Window, now: datetime) -> bool:
    """Without a time, the day itself still counts."""
    end = datetime.combine(deadline.on(window), deadline.at or LAST_SECOND, SHANGHAI)
    return now > end
