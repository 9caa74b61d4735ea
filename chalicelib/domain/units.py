"""Reporting units and the scenes of their QR codes (R13)."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chalicelib.domain.contest import Contest
from chalicelib.domain.reporting import ReportingUnit

PREFIX = "u."
"""The prefix of a unit's scene; a share code has no dot."""

FOLLOW_SCENE = "f.follow"
"""The scene of the account's code on the page. It names no sharer, so it brings nobody a chance."""


def unit_scene(name: str) -> str:
    """Returns the scene of a unit's code. It is stable while the unit keeps its name, even if other units change; a
    former name's code stays valid (`unit_of`)."""
    return PREFIX + hashlib.sha256(name.encode()).hexdigest()[:16]


def unit_of(contest: Contest, scene: str) -> str | None:
    """Returns the unit whose code has this scene, also one printed under a former name; None for every other scene."""
    if not scene.startswith(PREFIX):
        return None
    names = ((unit.name, name) for unit in contest.units for name in (unit.name, *unit.formerly))
    return next((present for present, name in names if unit_scene(name) == scene), None)


def ranking(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """Sorts units by participants, most first, then by name; leaves out people without a unit."""
    units = [(name, count) for name, count in counts.items() if name and count]
    return sorted(units, key=lambda unit: (-unit[1], unit[0]))[:most]


@dataclass(frozen=True, slots=True)
class RankedUnit:
    unit: ReportingUnit
    people: int
    rank: int
    """By people, from 1; equal for ties, after which ranks are left out."""
    share_rank: int | None
    """The same by the share of the staff that took part; None without a headcount."""


def rank_units(units: Iterable[ReportingUnit], counts: Mapping[str, int]) -> list[RankedUnit]:
    """Returns all units by rank, then by name (R19)."""
    people = {unit: counts.get(unit.name, 0) for unit in units}
    shares = {unit: number / unit.headcount for unit, number in people.items() if unit.headcount}
    ranks, share_ranks = _ranks(people), _ranks(shares)
    ranked = [RankedUnit(unit, people[unit], ranks[unit], share_ranks.get(unit)) for unit in people]
    return sorted(ranked, key=lambda one: (one.rank, one.unit.name))


def _ranks(values: Mapping[ReportingUnit, float]) -> dict[ReportingUnit, int]:
    first: dict[float, int] = {}
    for rank, value in enumerate(sorted(values.values(), reverse=True), start=1):
        first.setdefault(value, rank)
    return {unit: first[value] for unit, value in values.items()}
