"""A unit's on-site events, and how far they meet what is asked of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chalicelib.domain.contest import Window
from chalicelib.domain.desk.duties import EventRules
from chalicelib.domain.desk.unit_contacts import plain_text, revision_in
from chalicelib.domain.limits import unprintable
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.shanghai import day_words

MOST_EVENTS = 20
NEW = -1
"""The number of an event that is not stored yet."""
MOST_PEOPLE = 100_000


@dataclass(frozen=True, slots=True)
class UnitEvent:
    day: str
    """2020-07-08"""
    time: str
    """09:30, in Shanghai"""
    place: str
    title: str
    people: int

    def as_body(self) -> dict[str, Any]:
        return {
            "day": self.day,
            "time": self.time,
            "place": self.place,
            "title": self.title,
            "people": self.people,
        }


def events_of(body: Mapping[str, Any]) -> tuple[UnitEvent, ...]:
    """From the stored record `events#UNIT`; an empty one gives none."""
    stored = body.get("events", ())
    found = [UnitEvent(one["day"], one["time"], one["place"], one["title"], int(one["people"])) for one in stored]
    return tuple(sorted(found, key=lambda one: (one.day, one.time)))


def events_body(events: Iterable[UnitEvent]) -> dict[str, Any]:
    return {"events": [one.as_body() for one in events]}


def read_event(cells: Mapping[str, str]) -> tuple[UnitEvent, dict[str, str]]:
    """Reads the form. Returns the event, and the faults by field; with a fault it may not be stored."""
    texts = {name: plain_text(cells.get(name, "")) for name in ("day", "time", "place", "title", "people")}
    number = texts["people"].removesuffix("人")
    counted = int(number) if re.fullmatch(r"[0-9]{1,6}", number) else -1
    faults = {
        "day": "" if _is_moment(texts["day"], "%Y-%m-%d") else "写成 2020-07-08",
        "time": "" if _is_moment(texts["time"], "%H:%M") else "写成 09:30",
        "place": _text_fault(texts["place"]),
        "title": _text_fault(texts["title"]),
        "people": "" if 0 <= counted <= MOST_PEOPLE else "填人数，如 120",
    }
    event = UnitEvent(texts["day"], texts["time"], texts["place"], texts["title"], max(counted, 0))
    return event, {name: reason for name, reason in faults.items() if reason}


@dataclass(frozen=True, slots=True)
class EventForm:
    """What an event's form shows: the stored event, or what was entered and what is wrong with it, by field."""

    values: Mapping[str, Any]
    number: int
    """Its place in order of time, or NEW."""
    revision: int
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_stored(cls, event: UnitEvent, number: int, revision: int) -> "EventForm":
        return cls(event.as_body(), number, revision)

    @classmethod
    def of_entered(cls, form: Mapping[str, str], faults: Mapping[str, str]) -> "EventForm":
        return cls(form, number_in(form), revision_in(form), faults)


def number_in(form: Mapping[str, str]) -> int:
    """The number of the form's event; NEW for anything that is no number."""
    text = form.get("number", "")
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else NEW


@dataclass(frozen=True, slots=True)
class Light:
    """One thing that is asked of a unit's events. `is_met` is None where nothing is asked."""

    name: str
    is_met: bool | None
    text: str


def event_lights(
    unit: ReportingUnit, events: Iterable[UnitEvent], rules: EventRules, window: Window
) -> tuple[Light, ...]:
    """Number, people and days of the events. People and days count as met when as many events as are required meet
    them."""
    held, required = list(events), unit.events_required
    first, last = rules.days(window)
    large = [one for one in held if one.people >= rules.people]
    timely = [one for one in held if first <= date.fromisoformat(one.day) <= last]
    return (
        _light("场次", len(held), required, f"{len(held)} 场，要求 {required} 场"),
        _light("人数", len(large), required, f"{len(large)} 场不少于 {rules.people} 人"),
        _light("日期", len(timely), required, f"{len(timely)} 场在 {day_words(first)}至{day_words(last)}"),
    )


def are_met(lights: Iterable[Light]) -> bool:
    """Nothing that is asked is missing."""
    return all(light.is_met is not False for light in lights)


def _light(name: str, found: int, required: int, text: str) -> Light:
    return Light(name, found >= required if required else None, text if required or found else "没有要求")


def _is_moment(text: str, form: str) -> bool:
    """`strptime` reads more than it writes: one digit, a space for 0, and digits of other scripts."""
    try:
        return f"{datetime.strptime(text, form):{form}}" == text  # noqa: DTZ007 (only the form is checked)
    except ValueError:
        return False


def _text_fault(text: str) -> str:
    if not text:
        return "不能为空"
    return "至多 40 个字" if len(text) > 40 else unprintable(text)
