"""The addresses in the units' permanent codes: made once, kept in the office's records, given from the opening on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile
from chalicelib.domain.desk.materials import UnitCode, require_codes_public
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.reporting import ReportingUnit
from chalicelib.domain.units import unit_scene
from chalicelib.ports import Clock, Codes, OfficeRecord, OfficeRecords

CODES = "codes"
"""The record: a unit's name -> the address in its code."""


@dataclass(frozen=True, slots=True)
class UnitCodes:
    contest: Contest
    office: OfficeRecords
    account: Callable[[], Codes]
    """Makes the client of WeChat at first use: the desk's requests only read."""
    clock: Clock

    def public_codes(self, unit: str = "") -> tuple[UnitCode, ...]:
        """Returns the codes made so far, in the contest file's order; with `unit` its own alone.

        Raises ContestNotOpen before the opening (R11), and TryAgain.
        """
        require_codes_public(self.contest.window, self.clock())
        made = self._in_order(self.office.read_record(CODES).body)
        return tuple(code for code in made if unit in ("", code.unit))

    def make_codes(self, progress: Callable[[int, int], None]) -> tuple[UnitCode, ...]:
        """Has the missing codes made, and returns all. Making one does not publish it.

        `progress` gets how many units have one, and of how many. What was made before a failure is kept. Raises
        TryAgain, also where two make them at once: the next run finds the other's.
        """
        record = self.office.read_record(CODES)
        made, units = dict(record.body), self.contest.units
        try:
            for number, unit in enumerate(units, start=1):
                if not _address(unit, made):
                    made[unit.name] = self.account().create_code(unit_scene(unit.name), permanent=True)
                progress(number, len(units))
        finally:
            if made != record.body:
                self._keep(record, made)
        return self._in_order(made)

    def make_when_open(self) -> None:
        """Has the missing codes made while the contest is open, for the desk. Raises TryAgain."""
        if self.contest.window.phase(self.clock()) is Phase.OPEN:
            self.make_codes(_unseen)

    def _keep(self, record: OfficeRecord, made: Mapping[str, str]) -> None:
        try:
            self.office.write_record(record, made)
        except ChangedMeanwhile as error:
            raise TryAgain from error

    def _in_order(self, made: Mapping[str, str]) -> tuple[UnitCode, ...]:
        found = ((unit.name, _address(unit, made)) for unit in self.contest.units)
        return tuple(UnitCode(name, address) for name, address in found if address)


def _address(unit: ReportingUnit, made: Mapping[str, str]) -> str:
    """Returns the address in the unit's code, also in one made under a former name; empty if none was made."""
    return next((made[name] for name in (unit.name, *unit.formerly) if name in made), "")


def _unseen(done: int, of: int) -> None:
    """Nobody looks."""
