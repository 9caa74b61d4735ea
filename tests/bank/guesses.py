"""Ways to guess without knowledge, and how often each is right: a guard against questions that give away their answers.

A guess takes the option with the largest score. Equal scores share the point.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import fmean, pstdev

from chalicelib.domain.bank import Bank, Question

Scores = Callable[[Question], list[float]]


def pieces(text: str) -> set[str]:
    """Returns all pairs of adjacent characters; punctuation separates."""
    runs = re.findall(r"\w+", text)
    return {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def share(option: str, known: set[str]) -> float:
    """Returns the share of the option's pieces that are in `known`; 0 for an option without pieces."""
    own = pieces(option)
    return len(own & known) / len(own) if own else 0.0


def guesses(bank: Bank) -> dict[str, Scores]:
    """The guesses by their names."""
    in_stems = Counter(piece for one in bank.questions for piece in pieces(one.stem))

    def longest(question: Question) -> list[float]:
        return [float(len(option)) for option in question.options]

    def shortest(question: Question) -> list[float]:
        return [-size for size in longest(question)]

    def like_the_stem(question: Question) -> list[float]:
        own = pieces(question.stem)
        return [share(option, own) for option in question.options]

    def like_the_theme(question: Question) -> list[float]:
        own = pieces(question.stem)
        others = {piece for piece, count in in_stems.items() if count > (piece in own)}
        return [share(option, others) for option in question.options]

    def all_three(question: Question) -> list[float]:
        parts = [_standard(scores(question)) for scores in (longest, like_the_stem, like_the_theme)]
        return [sum(scores) for scores in zip(*parts, strict=True)]

    found = (longest, shortest, like_the_stem, like_the_theme, all_three)
    return {guess.__name__.replace("_", " "): guess for guess in found}


def rate(questions: Sequence[Question], scores: Scores) -> float:
    """Returns the share of questions that the guess gets right."""
    return fmean(_chance(one, scores(one)) for one in questions)


def _chance(question: Question, scores: list[float]) -> float:
    best = [place for place, score in enumerate(scores) if score > max(scores) - 1e-9]
    return (question.answer in best) / len(best)


def _standard(scores: list[float]) -> list[float]:
    middle, spread = fmean(scores), pstdev(scores)
    return [(score - middle) / spread if spread else 0.0 for score in scores]
