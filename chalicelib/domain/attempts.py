"""Draws and grades attempts, and defines what a sealed attempt token holds (R4, R5)."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import permutations
from random import Random

from chalicelib.domain.bank import Bank
from chalicelib.domain.draw_cells import Cell
from chalicelib.domain.draw_sample import sample
from chalicelib.domain.errors import AttemptExpired, BadRequest, TooManyRequests

KEYS = "ABCDEFGH"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One question of a draw: `order[i]` is the bank's index of the option shown under `KEYS[i]`.

    `digest` is the question's at the draw; empty in a draw sealed before digests existed.
    """

    question_id: str
    order: tuple[int, ...]
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Draw:
    """The draw in a sealed attempt token, which also names the participant who may use it."""

    attempt_id: str
    drawn_at: datetime
    questions: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One graded answer, in the keys that the participant saw. `chosen` is None if unanswered."""

    question_id: str
    chosen: str | None
    correct: str
    picked: int | None = None
    """The bank's index of the chosen option, for the statistics; None also in attempts of earlier versions."""
    withdrawn: bool = False
    """Whether the question had been withdrawn when this was graded."""

    @property
    def counts(self) -> bool:
        """Whether it counts as right: a withdrawn question does, answered or not (R4)."""
        return self.withdrawn or self.chosen == self.correct


@dataclass(frozen=True, slots=True)
class Attempt:
    """A graded attempt."""

    attempt_id: str
    answers: tuple[Answer, ...]
    graded_at: datetime
    passed: bool

    @property
    def score(self) -> int:
        return sum(answer.counts for answer in self.answers)

    def answered_as(self, answers: Mapping[str, str]) -> bool:
        """Returns whether these answers (question id -> key) are those that were graded: then this is a repeat, not a
        second try."""
        return {a.question_id: a.chosen for a in self.answers if a.chosen is not None} == dict(answers)


def draw(cells: tuple[Cell, ...], attempt_id: str, now: datetime, rng: Random) -> Draw:
    """Draws each cell's number of questions as `sample` does, each with its options in random order. Raises TryAgain
    where too few questions are left."""
    questions = tuple(Drawn(one.id, rng.choice(_orders(len(one.options))), one.digest) for one in sample(cells, rng))
    return Draw(attempt_id, now, questions)


@cache
def _orders(options: int) -> tuple[tuple[int, ...], ...]:
    """Returns all orders: 24 for four options."""
    return tuple(permutations(range(options)))


def check_time(drawn: Draw, now: datetime, attempt_minutes: int, min_seconds: int) -> None:
    """Raises AttemptExpired later than `attempt_minutes` after the draw, TooManyRequests sooner than `min_seconds`."""
    age = now - drawn.drawn_at
    if age > timedelta(minutes=attempt_minutes):
        raise AttemptExpired
    if min_seconds and age < timedelta(seconds=min_seconds):  # with no minimum, the draw's clock may be ahead of ours
        raise TooManyRequests


def check_answers(drawn: Draw, answers: Mapping[str, str]) -> None:
    """Raises BadRequest for an answer to a question, or with a key, that was not shown."""
    shown = {question.question_id: KEYS[: len(question.order)] for question in drawn.questions}
    for question_id, key in answers.items():
        if question_id not in shown:
            raise BadRequest("answer to a question that was not shown")
        if len(key) != 1 or key not in shown[question_id]:
            raise BadRequest("answer with a key that was not shown")


def grade(
    drawn: Draw,
    answers: Mapping[str, str],
    bank: Bank,
    pass_mark: int,
    now: datetime,
    withdrawn: Set[str] = frozenset(),
) -> Attempt:
    """Grades the answers. Raises KeyError when the bank no longer has a question as it was drawn, unless it is
    `withdrawn`."""
    graded = tuple(
        _graded(one, answers.get(one.question_id), bank, one.question_id in withdrawn) for one in drawn.questions
    )
    score = sum(answer.counts for answer in graded)
    return Attempt(drawn.attempt_id, graded, now, passed=score >= pass_mark)


def _graded(drawn: Drawn, chosen: str | None, bank: Bank, withdrawn: bool) -> Answer:
    try:
        correct = _right_key(drawn, bank)
    except KeyError:
        if not withdrawn:
            raise
        correct = chosen or KEYS[0]  # corrected or removed since; it counts as right, whichever is named
    picked = drawn.order[KEYS.index(chosen)] if chosen else None
    return Answer(drawn.question_id, chosen, correct, picked, withdrawn)


def _right_key(drawn: Drawn, bank: Bank) -> str:
    question = bank.get(drawn.question_id)
    # After a change of wording, positions are meaningless, so the answer cannot be graded.
    if len(question.options) != len(drawn.order) or drawn.digest not in ("", question.digest):
        raise KeyError(drawn.question_id)
    return KEYS[drawn.order.index(question.answer)]
