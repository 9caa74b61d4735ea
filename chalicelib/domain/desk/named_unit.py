"""Finds the reporting unit that a person means, in a sheet that people filled in."""

import unicodedata
from difflib import get_close_matches

from chalicelib.domain.reporting import Reporting

LEVELS = "省市区县旗镇乡"
"""Last characters of places' names. One of them may begin a unit's name in place of the whole: 区法院 of 洪泽区."""


class UnitNames:
    """The units by present, former and everyday names; the names of their places may be missing or added."""

    def __init__(self, reporting: Reporting) -> None:
        self._units: dict[str, str] = {}
        """Compared name -> present name; empty where two units have the same."""
        for unit in reporting.units:
            for name in {_compared(name) for name in (unit.name, *unit.formerly, *unit.also)}:
                self._units[name] = "" if name in self._units else unit.name
        self._places = tuple(_compared(place) for place in reporting.places)
        self._beginnings = {*self._places, *(place[-1] for place in self._places if place[-1] in LEVELS)}

    def find_unit(self, given: str) -> str:
        """Returns the present name of the unit; empty if it is unknown, or one of several."""
        text = _compared(given)
        for place in ("", *self._places):
            text = text.removeprefix(place)
            if text in self._units:
                return self._units[text]
            alike = {name for one in self._beginnings for name in (one + text, text.removeprefix(one))}
            if found := {self._units[name] for name in alike if name in self._units}:
                return found.pop() if len(found) == 1 else ""
        return ""

    def similar(self, given: str) -> list[str]:
        """Returns the present names of at most two units with similar names."""
        near = get_close_matches(_compared(given), self._units, n=2)
        return list(dict.fromkeys(found for name in near if (found := self._units[name])))


def _compared(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
