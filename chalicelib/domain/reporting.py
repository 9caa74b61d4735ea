"""The section `[reporting]`: the units whose participants are counted (R13)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated

from chalicelib.domain.limits import Between, Characters, Distinct, Items
from chalicelib.domain.section import Section
from chalicelib.domain.texts import UNIT_CHARACTERS


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ReportingUnit(Section):
    """A unit whose participants are counted."""

    name: Annotated[str, Characters(UNIT_CHARACTERS)]
    kind: Annotated[str, Characters(20)]
    duty_row: Annotated[int | None, Between(1, 999)] = None
    """The unit's row in the organiser's task table, if it has one."""
    events_required: Annotated[int, Between(0, 99)] = 0
    also: Annotated[tuple[Annotated[str, Characters(UNIT_CHARACTERS)], ...], Items(most=10)] = ()
    """Everyday names by which the page finds the unit."""
    headcount: Annotated[int | None, Between(1, 1_000_000)] = None
    """The unit's staff, for the ranking by share; None if unknown."""
    formerly: Annotated[tuple[Annotated[str, Characters(UNIT_CHARACTERS)], ...], Items(most=5)] = ()
    """Former names: their printed codes, and the people who registered under them, count for the unit."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reporting(Section):
    """The units that report."""

    units: Annotated[tuple[ReportingUnit, ...], Distinct("name")]
    ranking_public: bool = False
    """Whether anyone may read the ranking of units (R19)."""
    places: Annotated[tuple[Annotated[str, Characters(20)], ...], Items(most=10)] = ()
    """Names of the places that the units are in, the larger ones first: 淮安市, 洪泽区, 洪泽. The desk knows a unit
    also with them before its name."""

    def present_name(self, name: str) -> str:
        """Returns the present name of a unit that was renamed; any other text unchanged."""
        return next((unit.name for unit in self.units if name in unit.formerly), name)

    def by_present_name(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Adds the people of former names to those of the present one."""
        found = Counter[str]()
        for name, count in counts.items():
            found[self.present_name(name)] += count
        return dict(found)

    def faults(self) -> Iterator[tuple[str, str]]:
        """An everyday or former name leads to one unit. A former name is no present one: its code would count twice."""
        present = {unit.name for unit in self.units}
        named = {_compared(unit.name): unit.name for unit in self.units}
        for place, unit in enumerate(self.units, start=1):
            for key, name in [("also", name) for name in unit.also] + [("formerly", name) for name in unit.formerly]:
                other = named.setdefault(_compared(name), unit.name)
                if other != unit.name or (key == "formerly" and name in present):
                    yield f"units[{place}].{key}", f"“{name}”已指“{other}”"


def _compared(name: str) -> str:
    return name.strip().casefold()
