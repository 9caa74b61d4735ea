"""The units in a table: ranked by people in all, by people and by share of staff within their kind, and the sum."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.desk.day_figures import NO_UNIT
from chalicelib.domain.reporting import Reporting, ReportingUnit
from chalicelib.domain.units import rank_units

WITHOUT, OTHER_KIND = "未登记单位", ""
KIND_WORDS = {
    "organiser": "主办单位",
    "zone": "园区",
    "town": "街道、镇",
    "department": "部门",
    "enterprise": "企业",
}
"""The same as on the participants' page; other kinds are shown as the contest file has them."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    name: str
    kind: str
    people: int
    headcount: int | None = None
    rank: int | None = None
    """By people, among all units of the contest file; equal for ties. None for people of no such unit."""
    kind_rank: int | None = None
    """By people within its kind."""
    share_rank: int | None = None
    """By the share of its staff within its kind; None without a headcount."""

    @property
    def share(self) -> float | None:
        return self.people / self.headcount if self.headcount else None


def unit_lines(reporting: Reporting, counts: Mapping[str, int]) -> list[UnitLine]:
    """Returns the contest file's units by rank, those of zero included. `counts` may have former names."""
    people = reporting.by_present_name(counts)
    within = {one.unit.name: one for kind in kinds(reporting.units).values() for one in rank_units(kind, people)}
    return [
        UnitLine(
            name=one.unit.name,
            kind=kind_words(one.unit.kind),
            people=one.people,
            headcount=one.unit.headcount,
            rank=one.rank,
            kind_rank=within[one.unit.name].rank,
            share_rank=within[one.unit.name].share_rank,
        )
        for one in rank_units(reporting.units, people)
    ]


def other_lines(reporting: Reporting, counts: Mapping[str, int]) -> list[UnitLine]:
    """Returns a line for each unit that the contest file no longer names, and one for people without a unit. With these
    the lines add up to all people."""
    people, listed = reporting.by_present_name(counts), {unit.name for unit in reporting.units}
    gone = sorted(name for name in people if name != NO_UNIT and name not in listed)
    lines = [UnitLine(name, OTHER_KIND, people[name]) for name in gone]
    return [*lines, UnitLine(WITHOUT, OTHER_KIND, people.get(NO_UNIT, 0))]


def kinds(units: Iterable[ReportingUnit]) -> dict[str, list[ReportingUnit]]:
    """The units of each kind, in the contest file's order."""
    found: dict[str, list[ReportingUnit]] = {}
    for unit in units:
        found.setdefault(unit.kind, []).append(unit)
    return found


def kind_words(kind: str) -> str:
    return KIND_WORDS.get(kind, kind)
