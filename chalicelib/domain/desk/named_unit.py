"""Finds the reporting unit that a person means, in a sheet that people filled in."""

import unicodedata
from collections.abc import Iterable, Mapping

from chalicelib.domain.reporting import ReportingUnit

PLACES = ("淮安市", "洪泽区", "洪泽")


def units_by_any_name(units: Iterable[ReportingUnit]) -> dict[str, str]:
    """Compared name -> present name, for present, former and everyday names."""
    found: dict[str, str] = {}
    for unit in units:
        for name in (unit.name, *unit.formerly, *unit.also):
            found.setdefault(_compared(name), unit.name)
    return found


def find_unit(given: str, names: Mapping[str, str]) -> str:
    """Returns the present name of the unit; empty if it is unknown. `names` is from `units_by_any_name`."""
    text = _compared(given)
    for place in ("", *PLACES):
        text = text.removeprefix(place)
        for name in (text, f"区{text}", text.removeprefix("区")):
            if name in names:
                return names[name]
    return ""


def _compared(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
