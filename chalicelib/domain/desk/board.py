"""The wall's board: the contest in a few large numbers, and the foremost units of each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import DayFigures
from chalicelib.domain.desk.unit_table import kind_words, kinds
from chalicelib.domain.shanghai import day_and_time
from chalicelib.domain.switches import Switches
from chalicelib.domain.units import RankedUnit, rank_units

FOREMOST = 10
"""Units of each kind on the board."""


@dataclass(frozen=True, slots=True)
class BoardKind:
    name: str
    units: tuple[RankedUnit, ...]
    """Ranked within the kind; at most `FOREMOST`, those without people left out."""


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on it was stored by the scheduled functions."""

    people: int
    counted_at: datetime | None
    """When people and packets were counted; None before the first count."""
    attempts: int | None
    """None before the first scan."""
    attempts_at: datetime | None
    packets_left: int | None
    """None while there is no plan."""
    kinds: tuple[BoardKind, ...]


def make_board(
    contest: Contest,
    counts: Mapping[str, int],
    counted_at: datetime | None,
    switches: Switches,
    latest: DayFigures | None,
) -> Board:
    """`counts` are people by unit, perhaps under former names."""
    people = contest.reporting.by_present_name(counts)
    ranked = {kind: rank_units(units, people) for kind, units in kinds(contest.units).items()}
    return Board(
        people=sum(counts.values()),
        counted_at=counted_at,
        attempts=latest.attempts if latest else None,
        attempts_at=latest.at if latest else None,
        packets_left=0 if switches.exhausted else switches.free_packets,
        kinds=tuple(
            BoardKind(kind_words(kind), tuple(one for one in units if one.people)[:FOREMOST])
            for kind, units in ranked.items()
        ),
    )


def board_body(board: Board) -> dict[str, Any]:
    """As JSON, for the page. Times are words; unknown values are null."""
    return {
        "people": board.people,
        "counted_at": day_and_time(board.counted_at) if board.counted_at else None,
        "attempts": board.attempts,
        "attempts_at": day_and_time(board.attempts_at) if board.attempts_at else None,
        "packets_left": board.packets_left,
        "kinds": [
            {
                "name": kind.name,
                "units": [{"rank": one.rank, "name": one.unit.name, "people": one.people} for one in kind.units],
            }
            for kind in board.kinds
        ],
    }
