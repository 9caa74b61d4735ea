"""The figures of the desk: how many took part, by unit and in all, at one moment; and the difference of two moments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from chalicelib.domain.contest import Window
from chalicelib.domain.shanghai import SHANGHAI

NIGHT = time(0, 10)
"""Each day's figures are its state at this time of the next day."""
NO_UNIT = ""
"""Stands for the unit of people who registered with none."""
Count = tuple[int, ...]
C = TypeVar("C", bound=Count)


@dataclass(frozen=True, slots=True)
class FollowerCounts:
    followers: int = 0
    """The account's followers at the moment of counting, whichever contest brought them."""
    friends: int = 0
    """Followers who were counted for a sharer in this contest."""
    beyond: int = 0
    """Of these, the ones who brought no chance: the sharer had as many as the organiser allows."""
    taken: int = 0
    """Of these, the ones whose chance was taken back because they left."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The cumulative state at `at`. Amounts in fen.

    Everything up to `fen`, and `answers`, counts what happened before `at`, however late it is read.
    Units, payout states and followers are those found by the reading.
    """

    at: datetime
    people: Mapping[str, int] = field(default_factory=dict)
    """Unit -> people who submitted at least one attempt; NO_UNIT for people without a unit. Units have the names under
    which people registered, perhaps former ones; those without people are left out."""
    attempts: int = 0
    passes: int = 0
    claims: int = 0
    fen: int = 0
    """The sum of the claims. Released ones are left out of both, as in the audit."""
    payouts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """State -> number of claims and their sum, released ones too."""
    answers: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """Question id -> right, wrong and missing answers."""
    followed: FollowerCounts = FollowerCounts()

    @property
    def total_people(self) -> int:
        return sum(self.people.values())

    def since(self, earlier: "DayFigures | None") -> "DayFigures":
        """Returns the difference to an earlier state (None: to the beginning), so that differences add up to the whole.

        A unit's people, the followers and a payout state can become fewer.
        """
        if earlier is None:
            return self
        before, after = earlier.followed, self.followed
        return DayFigures(
            at=self.at,
            people={unit: one for unit, (one,) in _less(_ones(self.people), _ones(earlier.people)).items()},
            attempts=self.attempts - earlier.attempts,
            passes=self.passes - earlier.passes,
            claims=self.claims - earlier.claims,
            fen=self.fen - earlier.fen,
            payouts=_less(self.payouts, earlier.payouts),
            answers=_less(self.answers, earlier.answers),
            followed=FollowerCounts(
                after.followers - before.followers,
                after.friends - before.friends,
                after.beyond - before.beyond,
                after.taken - before.taken,
            ),
        )


def contest_days(window: Window) -> tuple[date, ...]:
    """Returns the days on which the contest is open, in Shanghai."""
    first = window.opens_at.astimezone(SHANGHAI).date()
    last = (window.closes_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def night_of(day: date) -> datetime:
    """Returns the moment at which the day's figures are taken."""
    return datetime.combine(day + timedelta(days=1), NIGHT, SHANGHAI)


def figures_body(found: DayFigures) -> dict[str, Any]:
    """As JSON, for the store."""
    followed = found.followed
    return {
        "at": found.at.isoformat(),
        "people": dict(found.people),
        "attempts": found.attempts,
        "passes": found.passes,
        "claims": found.claims,
        "fen": found.fen,
        "payouts": _lists(found.payouts),
        "answers": _lists(found.answers),
        "followed": [followed.followers, followed.friends, followed.beyond, followed.taken],
    }


def figures_of(body: Mapping[str, Any]) -> DayFigures:
    """Reads what `figures_body` made. An earlier version's have the claims' sums by day."""
    by_day = body.get("claims_by_day", {}).values()
    return DayFigures(
        at=datetime.fromisoformat(body["at"]),
        people=dict(body["people"]),
        attempts=body["attempts"],
        passes=body["passes"],
        claims=body.get("claims", sum(number for number, _ in by_day)),
        fen=body.get("fen", sum(fen for _, fen in by_day)),
        payouts={state: (number, fen) for state, (number, fen) in body["payouts"].items()},
        answers={name: (right, wrong, missing) for name, (right, wrong, missing) in body["answers"].items()},
        followed=FollowerCounts(*body["followed"]),
    )


def _lists(counts: Mapping[str, Count]) -> dict[str, list[int]]:
    return {name: list(numbers) for name, numbers in counts.items()}


def _ones(counts: Mapping[str, int]) -> dict[str, tuple[int]]:
    return {name: (number,) for name, number in counts.items()}


def _less(after: Mapping[str, C], before: Mapping[str, C]) -> dict[str, C]:
    """Subtracts name by name. A name that only `before` has becomes negative; names without a difference are left
    out."""
    found: dict[str, C] = {}
    for name in dict.fromkeys((*after, *before)):
        nothing: Any = (0,) * len(after[name] if name in after else before[name])
        numbers: Any = tuple(a - b for a, b in zip(after.get(name, nothing), before.get(name, nothing), strict=True))
        if any(numbers):
            found[name] = numbers
    return found
