"""A unit's events and their lights."""

from dataclasses import replace

import pytest

from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.config_duties import load_duties
from chalicelib.domain.desk.unit_events import UnitEvent, are_met, event_lights, events_body, events_of, read_event

CONTEST = load_contest_file(PACKAGED)
RULES = load_duties(PACKAGED).events
TOWN = next(unit for unit in CONTEST.units if unit.name == "岔河镇")
SCHOOLS = next(unit for unit in CONTEST.units if unit.name == "区教体局")
EVENT = UnitEvent("2020-07-08", "09:30", "镇文化广场", "诚信进万家", 120)
FORM = {"day": "2020-07-08", "time": "09:30", "place": " 镇文化广场", "title": "诚信进万家", "people": "120人"}


def lights(*events: UnitEvent) -> list[bool | None]:
    return [light.is_met for light in event_lights(TOWN, events, RULES, CONTEST.window)]


def test_the_form_is_read() -> None:
    assert read_event(FORM) == (EVENT, {})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("day", ""), ("day", "2020-7-8"), ("day", "2020-02-30"), ("day", "2020-07- 8"), ("day", "2020-07-1٣"),
        ("time", "09: 5"), ("title", "\uffff"), ("time", "9:30"), ("time", "24:00"), ("place", " "),
        ("place", "x" * 41), ("title", "\x07"), ("people", ""), ("people", "-1"), ("people", "一百"),
        ("people", "100001"), ("people", "１２０．５"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: str) -> None:
    assert read_event(FORM | {field: value})[1].keys() == {field}


def test_the_record_is_read_back_by_time() -> None:
    later = replace(EVENT, time="14:00")
    assert events_of(events_body([later, EVENT])) == (EVENT, later)
    assert events_of({}) == ()


def test_a_light_for_each_thing_asked() -> None:
    assert lights() == [False, False, False]
    assert lights(EVENT) == [True, True, True]
    assert lights(replace(EVENT, people=100, day="2020-07-10")) == [True, True, True]
    assert lights(replace(EVENT, people=99)) == [True, False, True]
    for day in ("2020-07-07", "2020-07-11"):
        assert lights(replace(EVENT, day=day)) == [True, True, False]
    assert lights(replace(EVENT, people=99), replace(EVENT, day="2020-07-11")) == [True, True, True]


def test_nothing_is_asked_of_other_units() -> None:
    found = event_lights(SCHOOLS, (), RULES, CONTEST.window)
    assert [(light.is_met, light.text) for light in found] == [(None, "没有要求")] * 3
    assert are_met(found)
    assert not are_met(event_lights(TOWN, (), RULES, CONTEST.window))
