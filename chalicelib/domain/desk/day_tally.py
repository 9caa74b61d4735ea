"""Counts the figures of one moment from a scan: row by row, without keeping people or rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.desk.day_figures import NO_UNIT, DayFigures, FollowerCounts


class AttemptSeen(NamedTuple):
    """A graded attempt as a scan finds it."""

    who: str
    """Whose it is: any key that is the same in all rows of one person."""
    graded_at: datetime
    passed: bool
    answers: Sequence[Sequence[str | None]]
    """Question id, chosen key (None if unanswered) and right key. Empty once the person had them erased."""


class ClaimSeen(NamedTuple):
    who: str
    claimed_at: datetime
    fen: int
    status: str


class UnitSeen(NamedTuple):
    """The reporting unit of a person who has one."""

    who: str
    unit: str


Seen = AttemptSeen | ClaimSeen | UnitSeen
"""What a scan finds about people. All of one person comes together, in any order."""


@dataclass(slots=True)
class DayTally:
    """The figures at `until`: attempts and claims from then on are passed over, so that a scan that goes on while
    people answer counts the state of one moment."""

    until: datetime
    _people: Counter[str] = field(default_factory=Counter)
    _attempts: int = 0
    _passes: int = 0
    _claims: int = 0
    _fen: int = 0
    _payouts: dict[str, list[int]] = field(default_factory=dict)
    _answers: dict[str, list[int]] = field(default_factory=dict)
    _who: str = ""
    _unit: str = NO_UNIT
    _acted: bool = False

    def take(self, seen: Seen) -> None:
        if seen.who != self._who:
            self._end_person()
            self._who = seen.who
        if isinstance(seen, AttemptSeen):
            self._take_attempt(seen)
        elif isinstance(seen, UnitSeen):
            self._unit = seen.unit
        else:
            self._take_claim(seen)

    def figures(self, followed: FollowerCounts) -> DayFigures:
        """Returns the figures, after the last row."""
        self._end_person()
        return DayFigures(
            at=self.until,
            people=dict(self._people),
            attempts=self._attempts,
            passes=self._passes,
            claims=self._claims,
            fen=self._fen,
            payouts={state: (number, fen) for state, (number, fen) in self._payouts.items()},
            answers={name: (right, wrong, missing) for name, (right, wrong, missing) in self._answers.items()},
            followed=followed,
        )

    def _end_person(self) -> None:
        if self._acted:
            self._people[self._unit] += 1
        self._unit, self._acted = NO_UNIT, False

    def _take_attempt(self, seen: AttemptSeen) -> None:
        if seen.graded_at >= self.until:
            return
        self._acted = True
        self._attempts += 1
        self._passes += seen.passed
        for question_id, chosen, right in seen.answers:
            counts = self._answers.get(question_id or "")
            if counts is None:
                counts = self._answers[question_id or ""] = [0, 0, 0]
            counts[2 if chosen is None else 0 if chosen == right else 1] += 1

    def _take_claim(self, seen: ClaimSeen) -> None:
        if seen.claimed_at >= self.until:
            return
        held = self._payouts.setdefault(seen.status, [0, 0])
        held[0] += 1
        held[1] += seen.fen
        if seen.status != PayoutStatus.RELEASED:
            self._claims += 1
            self._fen += seen.fen
