"""The section `[reporting]`: the units whose participants are counted (R13)."""

from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reporting(Section):
    """The units that report."""

    units: Annotated[tuple[ReportingUnit, ...], Distinct("name")]
    ranking_public: bool = False
    """Whether anyone may read the ranking of units (R19)."""

    def faults(self) -> Iterator[tuple[str, str]]:
        """An everyday name leads to one unit."""
        named = {_compared(unit.name): unit.name for unit in self.units}
        for place, unit in enumerate(self.units, start=1):
            for name in unit.also:
                if (other := named.setdefault(_compared(name), unit.name)) != unit.name:
                    yield f"units[{place}].also", f"“{name}”已指“{other}”"


def _compared(name: str) -> str:
    return name.strip().casefold()
