"""Takes a draw's questions from the cells of the bank, never two of one exclusion group (R4)."""

from collections.abc import Iterator
from random import Random

from chalicelib.domain.bank import Question
from chalicelib.domain.draw_cells import Cell
from chalicelib.domain.errors import TryAgain

MOST_TRIES = 50
"""Samples before the questions are chosen one by one. Two in three are permitted ones, unless many questions of a cell
were withdrawn."""


def sample(cells: tuple[Cell, ...], rng: Random) -> list[Question]:
    """Returns the questions of one draw in random order.

    Uniform among the permitted draws that fill the cells; the time does not depend on the size of the bank. A cell that
    can no longer be filled is completed from its subject, then from all questions. Raises TryAgain where too few are
    left at all: `bank withdraw` refuses that, so the bank is a smaller one since.
    """
    if not any(cell.is_short for cell in cells):
        for _ in range(MOST_TRIES):
            chosen = [question for cell in cells for question in rng.sample(cell.questions, cell.number)]
            if not _clash(chosen):
                if len(cells) > 1:
                    rng.shuffle(chosen)
                return chosen
    return _completed(cells, rng)


def _clash(chosen: list[Question]) -> bool:
    groups = [question.group for question in chosen if question.group]
    return len(set(groups)) < len(groups)


def _completed(cells: tuple[Cell, ...], rng: Random) -> list[Question]:
    """First all cells, then what they lack: so a cell never lacks what filled another one."""
    chosen: list[Question] = []
    taken: set[str] = set()
    missing = [(cell, _take(cell.questions, cell.number, chosen, taken, rng)) for cell in cells]
    for cell, number in missing:
        for questions in cell.spare if number else ():
            number = _take(questions, number, chosen, taken, rng)
        if number:
            raise TryAgain
    rng.shuffle(chosen)
    return chosen


def _take(questions: tuple[Question, ...], number: int, chosen: list[Question], taken: set[str], rng: Random) -> int:
    """Adds up to `number` questions that may stand beside those in `chosen`. Returns how many are missing.

    `taken` are the groups of `chosen`, and the ids of those without one.
    """
    for one in _shuffled(questions, rng) if number else ():
        mark = f"group {one.group}" if one.group else one.id
        if mark not in taken:
            taken.add(mark)
            chosen.append(one)
            number -= 1
            if not number:
                break
    return number


def _shuffled(questions: tuple[Question, ...], rng: Random) -> Iterator[Question]:
    """Yields them in random order, by Fisher and Yates, in time for those that are taken."""
    moved: dict[int, int] = {}
    for last in reversed(range(len(questions))):
        at = rng.randrange(last + 1)
        yield questions[moved.get(at, at)]
        moved[at] = moved.get(last, last)
