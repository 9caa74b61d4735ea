"""The use cases of the organiser's desk with their ports. Citizens' requests never import this."""

from dataclasses import dataclass
from functools import cached_property

from chalicelib.domain.contest import Contest
from chalicelib.ports import Clock, Ports
from chalicelib.settings import Settings
from chalicelib.usecases.desk.keep_codes import UnitCodes


@dataclass
class DeskServices:
    """Each use case is made at first use."""

    contest: Contest
    settings: Settings
    ports: Ports
    clock: Clock

    @cached_property
    def unit_codes(self) -> UnitCodes:
        return UnitCodes(self.contest, self.ports.office, lambda: self.ports.account, self.clock)
