"""The wall's board, from what the scheduled functions stored. One reading serves all its watchers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.board import Board, make_board
from chalicelib.domain.desk.day_figures import figures_of
from chalicelib.domain.switches import Switches
from chalicelib.ports import Control, OfficeRecords
from chalicelib.usecases.desk.count_days import LATEST

KEPT_SECONDS = 20.0
"""So long an instance shows the same board: the counts change once a minute."""


@dataclass(slots=True)
class Boards:
    """`switches` are the instance's copy."""

    contest: Contest
    control: Control
    office: OfficeRecords
    switches: Callable[[], Switches]
    monotonic: Callable[[], float]
    _kept: Board | None = None
    _until: float = field(default=0.0)

    def current_board(self) -> Board:
        if self._kept is None or self.monotonic() >= self._until:
            self._kept = self._read()
            self._until = self.monotonic() + KEPT_SECONDS
        return self._kept

    def _read(self) -> Board:
        counts, counted_at = self.control.dated_counts()
        latest = self.office.read_record(LATEST).body
        figures = figures_of(latest["figures"]) if latest else None
        return make_board(self.contest, counts, counted_at, self.switches(), figures)
