"""What each unit has handed in and what is missing, and the texts that ask for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.duties import Duties
from chalicelib.domain.desk.handed_in_sheets import events_sheet
from chalicelib.domain.desk.report_sheets import Sheet
from chalicelib.domain.desk.unit_contacts import UnitContacts
from chalicelib.domain.desk.unit_events import Light, UnitEvent, are_met, event_lights
from chalicelib.domain.reporting import ReportingUnit

CONTACTS, EVENTS, TEXT, PICTURES = "联络表", "现场活动", "文字", "图片"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """All units' records, each by unit; what a unit lacks is missing."""

    contacts: Mapping[str, UnitContacts] = field(default_factory=dict)
    events: Mapping[str, Sequence[UnitEvent]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitStatus:
    unit: ReportingUnit
    contacts: UnitContacts
    events: tuple[UnitEvent, ...]
    lights: tuple[Light, ...]
    text: str
    pictures: int

    @property
    def missing(self) -> tuple[str, ...]:
        found = {
            CONTACTS: self.contacts.people,
            EVENTS: are_met(self.lights),
            TEXT: self.text,
            PICTURES: self.pictures,
        }
        return tuple(name for name, is_there in found.items() if not is_there)


def unit_statuses(contest: Contest, duties: Duties, handed_in: HandedIn) -> list[UnitStatus]:
    """Returns every unit of the contest file, in its order."""
    return [unit_status(contest, duties, unit, handed_in) for unit in contest.units]


def unit_status(contest: Contest, duties: Duties, unit: ReportingUnit, handed_in: HandedIn) -> UnitStatus:
    events = tuple(handed_in.events.get(unit.name, ()))
    return UnitStatus(
        unit,
        handed_in.contacts.get(unit.name, UnitContacts()),
        events,
        event_lights(unit, events, duties.events, contest.window),
        handed_in.texts.get(unit.name, ""),
        len(handed_in.pictures.get(unit.name, ())),
    )


def overview_sheets(statuses: Sequence[UnitStatus], with_texts: bool) -> list[Sheet]:
    """Returns what was handed in, the events, and the texts, which alone may name people."""
    header = "单位 联络人数 宣传海报 倡议书 活动场次 要求场次 活动符合要求 文字字数 图片数 还缺".split()
    rows: list[tuple[str | int, ...]] = []
    for one in statuses:
        copies = len(one.contacts.people), one.contacts.posters, one.contacts.leaflets
        held = len(one.events), one.unit.events_required, "是" if are_met(one.lights) else "否"
        rows.append((one.unit.name, *copies, *held, len(one.text), one.pictures, "、".join(one.missing)))
    events = events_sheet([one.unit.name for one in statuses], {one.unit.name: one.events for one in statuses})
    texts = tuple((one.unit.name, one.text) for one in statuses if one.text)
    told = [Sheet("开展情况", ("单位", "文字"), texts)] if with_texts else []
    return [Sheet("报送情况", tuple(header), tuple(rows)), events, *told]


def reminder(contest: Contest, duties: Duties, step: str, missing: Iterable[ReportingUnit]) -> str:
    """Returns a text for the group that names the units which have not done a deadline's step; empty if all have."""
    names, deadline = [unit.name for unit in missing], duties.deadline(step)
    if not names or deadline is None:
        return ""
    until = deadline.shown(contest.window)
    office = "　".join(filter(None, (contest.office.name, contest.office.phone)))
    lines = (
        f"【{deadline.what}】请于{until}前完成。",
        f"还有{len(names)}个单位没有报送：{'、'.join(names)}。",
        f"请打开本单位的链接填写。{office}",
    )
    return "\n".join(lines)
