"""Finds questions that are nearly the same, and questions that give away each other's answers."""

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

from chalicelib.domain.bank import Bank, Question
from tests.bank.guesses import pieces

NEARLY_THE_SAME = 0.5
"""The largest permitted share of the shorter stem's pieces that another stem also has."""
TELLS, TELLS_MORE, ABOUT_IT = 0.75, 0.35, 0.25
"""A text gives an answer away if it contains at least this share of the right option, this much more than of any wrong
one, and this share of the stem: otherwise it is about something else."""


class Pair(NamedTuple):
    """Two questions; `share` is their similarity."""

    share: float
    first: Question
    second: Question


class GiveAway(NamedTuple):
    """The `part` of `teller`, its stem or its explanation, has the right option of `told`."""

    told: Question
    teller: Question
    part: str


def near_duplicates(bank: Bank) -> list[Pair]:
    """Returns all pairs whose stems are too similar, the most similar first."""
    found = {one.id: pieces(one.stem) for one in bank.questions}
    pairs = (
        Pair(len(found[one.id] & found[two.id]) / min(len(found[one.id]), len(found[two.id])), one, two)
        for one, two in combinations(bank.questions, 2)
    )
    return sorted((pair for pair in pairs if pair.share >= NEARLY_THE_SAME), key=lambda pair: -pair.share)


def give_aways(bank: Bank) -> Iterator[GiveAway]:
    """Returns all of them, also between questions of one group, which are never in one draw."""
    texts = [(one, part, pieces(text)) for one in bank.questions for part, text in _parts(one)]
    for told in bank.questions:
        right = pieces(told.options[told.answer])
        wrong = [pieces(option) for option in told.options if option != told.options[told.answer]]
        stem = pieces(told.stem)
        for teller, part, known in texts:
            if teller is not told and right and len(right & known) >= TELLS * len(right):
                others = max(len(one & known) / len(one) if one else 0.0 for one in wrong)
                more = len(right & known) / len(right) - others
                if more >= TELLS_MORE and len(stem & known) >= ABOUT_IT * len(stem):
                    yield GiveAway(told, teller, part)


def _parts(question: Question) -> Iterator[tuple[str, str]]:
    yield "stem", question.stem
    yield "explanation", question.explanation
