"""Reporting units and the scenes of their QR codes (R13)."""

import hashlib
from collections.abc import Mapping

from chalicelib.domain.contest import Contest

PREFIX = "u."
"""Begins a unit's scene; a share code has no dot."""


def unit_scene(name: str) -> str:
    """The scene of a unit's code: stable while the unit keeps its name, also when others come and go."""
    return PREFIX + hashlib.sha256(name.encode()).hexdigest()[:16]


def unit_of(contest: Contest, scene: str) -> str | None:
    """The unit whose code has this scene; None for every other scene."""
    if not scene.startswith(PREFIX):
        return None
    return next((name for name in contest.unit_names if unit_scene(name) == scene), None)


def ranking(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """The units with most participants first, equal ones by name; people without a unit are no unit."""
    units = [(name, count) for name, count in counts.items() if name and count]
    return sorted(units, key=lambda unit: (-unit[1], unit[0]))[:most]
