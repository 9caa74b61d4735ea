"""Reporting units and the scenes of their QR codes (R13)."""

import hashlib
from collections.abc import Mapping

from chalicelib.domain.contest import Contest

PREFIX = "u."
"""The prefix of a unit's scene; a share code has no dot."""


def unit_scene(name: str) -> str:
    """Returns the scene of a unit's code. It is stable while the unit keeps its name, even if other units change."""
    return PREFIX + hashlib.sha256(name.encode()).hexdigest()[:16]


def unit_of(contest: Contest, scene: str) -> str | None:
    """Returns the unit whose code has this scene; None for every other scene."""
    if not scene.startswith(PREFIX):
        return None
    return next((name for name in contest.unit_names if unit_scene(name) == scene), None)


def ranking(counts: Mapping[str, int], most: int) -> list[tuple[str, int]]:
    """Sorts units by participants, most first, then by name; leaves out people without a unit."""
    units = [(name, count) for name, count in counts.items() if name and count]
    return sorted(units, key=lambda unit: (-unit[1], unit[0]))[:most]
