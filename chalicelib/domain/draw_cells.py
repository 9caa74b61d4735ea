"""The cells of the bank from which a draw takes its questions, each with the number drawn from it (R4).

`draw_sample.py` draws from them, again and again while two of the questions belong to one group. A bank is refused if
that would happen too often: participants would wait, and a script could learn from the time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from math import comb, prod

from chalicelib.domain.bank import Bank, LineProblem, Question
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.errors import BankError

MOST_CLASHES = 1 / 3
"""The largest probability that a random draw has two questions of one group."""
MOST_EXACT_CELLS = 10
"""The time for the exact probability doubles with each cell."""

Part = tuple[int, ...]
"""How many questions are taken from each cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`number` questions are drawn from these."""

    questions: tuple[Question, ...]
    number: int
    spare: tuple[tuple[Question, ...], ...] = ()
    """What fills the cell where it has too few, in turn: the same subject, then all. Only after a withdrawal."""
    is_short: bool = False
    """Whether it has too few questions that may be in one draw."""


def draw_cells(bank: Bank, rules: QuizRules) -> tuple[Cell, ...]:
    """Returns the cells of `[[quiz.mix]]`, or the whole bank as one cell. Raises BankError if no draw can be made of
    them."""
    cells = tuple(_cells(bank, rules))
    faults = [*_sizes(bank, rules, cells)]
    if not faults and (clashes := clash_probability(cells)) > MOST_CLASHES:
        faults.append(f"随机抽一次题，抽到同组题目的概率是 {clashes:.0%}，不能超过三分之一：请减少同组的题目")
    if faults:
        raise BankError(LineProblem(0, fault) for fault in faults)
    return cells


def cells_left(bank: Bank, rules: QuizRules, withdrawn: Set[str]) -> tuple[Cell, ...]:
    """Returns the cells of a valid bank without the withdrawn questions; the missing ones come from `spare`."""
    left = tuple(one for one in bank.questions if one.id not in withdrawn)
    cells = _cells(Bank(left), rules)
    subjects = [tuple(one for one in left if one.subject == asked.subject) for asked in rules.mix] or [left]
    return tuple(
        Cell(cell.questions, cell.number, (subject, left), together(cell.questions) < cell.number)
        for cell, subject in zip(cells, subjects, strict=True)
    )


def together(questions: Iterable[Question]) -> int:
    """Returns how many of these may be in one draw, of each group one."""
    return len({one.group or (one.id,) for one in questions})


def _cells(bank: Bank, rules: QuizRules) -> Iterator[Cell]:
    if not rules.mix:
        yield Cell(bank.questions, rules.draw_size)
    for asked in rules.mix:
        fit = (one for one in bank.questions if one.subject == asked.subject)
        yield Cell(tuple(one for one in fit if asked.difficulty in ("", one.difficulty)), asked.number)


def _sizes(bank: Bank, rules: QuizRules, cells: Iterable[Cell]) -> Iterator[str]:
    if len(bank) < rules.draw_size:
        yield f"只有 {len(bank)} 题，每次要抽 {rules.draw_size} 题"
    for asked, cell in zip(rules.mix, cells, strict=False):
        if len(cell.questions) < asked.number:
            name = f"{asked.subject}（{asked.difficulty}）" if asked.difficulty else asked.subject
            yield f"科目“{name}”只有 {len(cell.questions)} 题，[[quiz.mix]] 每次要抽 {asked.number} 题"


def clash_probability(cells: tuple[Cell, ...]) -> float:
    """Returns the probability that a sample of every cell has two questions of one group.

    The expected number of such pairs is quick to compute and never smaller. It is returned instead if it is within the
    bound, or if there are so many cells that the exact probability would take seconds at each start.
    """
    sizes = Counter((one.group, number) for number, cell in enumerate(cells) for one in cell.questions if one.group)
    groups: dict[str, dict[int, int]] = {}
    for (group, number), size in sizes.items():
        groups.setdefault(group, {})[number] = size
    shared = [group for group in groups.values() if sum(group.values()) > 1]
    pairs = sum(_expected_pairs(group, cells) for group in shared)
    exactly = pairs > MOST_CLASHES and len(cells) <= MOST_EXACT_CELLS
    return 1 - _permitted(shared, cells) if exactly else min(pairs, 1)


def _expected_pairs(group: Mapping[int, int], cells: tuple[Cell, ...]) -> float:
    """Returns the expected number of pairs of this group in a draw. `group` has its size in each cell."""
    chances = {number: cells[number].number / len(cells[number].questions) for number in group}
    inside, across = 0.0, 0.0
    for number, size in group.items():
        drawn, most = cells[number].number, len(cells[number].questions)
        if size > 1:
            inside += comb(size, 2) * drawn * (drawn - 1) / (most * (most - 1))
        across += sum(size * group[other] * chances[number] * chances[other] for other in group if other < number)
    return inside + across


def _permitted(groups: Iterable[Mapping[int, int]], cells: tuple[Cell, ...]) -> float:
    """Returns the share of samples without a clash: counts the ways to take at most one question of each group."""
    ways: Counter[Part] = Counter({(0,) * len(cells): 1})
    left = [len(cell.questions) for cell in cells]
    for group in groups:
        more = Counter(ways)
        for part, count in ways.items():
            for number, size in group.items():
                if part[number] < cells[number].number:
                    more[(*part[:number], part[number] + 1, *part[number + 1 :])] += count * size
        ways = more
        for number, size in group.items():
            left[number] -= size
    permitted = sum(
        count * prod(comb(left[n], cell.number - part[n]) for n, cell in enumerate(cells))
        for part, count in ways.items()
    )
    return permitted / prod(comb(len(cell.questions), cell.number) for cell in cells)
