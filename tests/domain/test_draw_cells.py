"""Draws: cells of the mix, never two questions of a group, uniform among the permitted draws; and the banks that are
refused."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations, product
from random import Random
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import draw_cells as draw_cells_module
from chalicelib.domain.attempts import draw
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest_rules import MixCell, QuizRules
from chalicelib.domain.draw_cells import MOST_CLASHES, MOST_EXACT_CELLS, Cell, clash_probability, draw_cells
from chalicelib.domain.errors import BankError

NOW = datetime(2020, 7, 8, tzinfo=UTC)
RULES = QuizRules(draw_size=3, pass_mark=1, attempt_minutes=30, min_seconds=0, bank="questions.csv")
# Upper 0.1 % points of the chi-square distribution, by degrees of freedom.
CHI_SQUARE = {15: 37.70, 98: 147.01}


def question(number: int, group: str = "", subject: str = "s", difficulty: str = "easy") -> Question:
    options = ("a", "b", "c", "d")
    return Question(f"q{number}", f"stem {number}", options, 0, "why", "where", subject, difficulty, group)


def bank_of(*groups: str) -> Bank:
    return Bank(tuple(question(number, group) for number, group in enumerate(groups)))


def permitted(cells: tuple[Cell, ...]) -> set[frozenset[str]]:
    """Lists every permitted draw."""
    samples = product(*(combinations(cell.questions, cell.number) for cell in cells))
    whole = [[one for part in sample for one in part] for sample in samples]
    return {frozenset(one.id for one in sample) for sample in whole if is_permitted(sample)}


def is_permitted(sample: Iterable[Question]) -> bool:
    groups = [one.group for one in sample if one.group]
    return len(groups) == len(set(groups))


def chi_square(cells: tuple[Cell, ...], draws: int) -> tuple[float, int]:
    """Returns the chi-square statistic of the drawn frequencies, and the degrees of freedom. Every draw must be a
    permitted one."""
    rng, expected = Random(20200708), permitted(cells)
    seen = Counter(frozenset(q.question_id for q in draw(cells, "a", NOW, rng).questions) for _ in range(draws))
    assert set(seen) <= expected
    each = draws / len(expected)
    return sum((seen[one] - each) ** 2 / each for one in expected), len(expected) - 1


def test_without_a_mix_the_whole_bank_is_one_cell() -> None:
    bank = bank_of("", "", "", "")
    assert draw_cells(bank, RULES) == (Cell(bank.questions, 3),)


MIXED = Bank(
    (
        *(question(number, subject="credit", difficulty="easy") for number in range(5)),
        *(question(number, subject="credit", difficulty="hard") for number in range(5, 9)),
        *(question(number, subject="tax") for number in range(9, 13)),
        question(13, subject="other"),
    )
)
MIX = (MixCell("credit", 1, "easy"), MixCell("credit", 1, "hard"), MixCell("tax", 1))


def test_a_mix_takes_its_subjects_and_difficulties() -> None:
    cells = draw_cells(MIXED, replace(RULES, mix=MIX))
    assert [len(cell.questions) for cell in cells] == [5, 4, 4]
    assert [cell.number for cell in cells] == [1, 1, 1]
    rng = Random(1)
    for _ in range(200):
        drawn = [MIXED.get(q.question_id) for q in draw(cells, "a", NOW, rng).questions]
        found = Counter((one.subject, one.difficulty) for one in drawn)
        assert found == {("credit", "easy"): 1, ("credit", "hard"): 1, ("tax", "easy"): 1}


def test_the_subjects_of_a_mix_come_in_random_order() -> None:
    cells, rng = draw_cells(MIXED, replace(RULES, mix=MIX)), Random(1)
    first = Counter(MIXED.get(draw(cells, "a", NOW, rng).questions[0].question_id).subject for _ in range(3000))
    assert abs(first["tax"] - 1000) < 100


def test_draws_are_uniform_among_the_permitted_ones() -> None:
    """Six questions have 20 triples. Four of them have both questions of the group; the other sixteen are equally
    likely."""
    value, freedom = chi_square(draw_cells(bank_of("x", "x", "", "", "", ""), RULES), 16_000)
    assert (freedom, value < CHI_SQUARE[15]) == (15, True)


def test_a_group_may_span_cells() -> None:
    """Of 5 x C(7, 2) = 105 samples, six have both of the group's."""
    first = [question(0, "x"), *(question(number) for number in range(1, 5))]
    second = [question(5, "x"), *(question(number) for number in range(6, 12))]
    value, freedom = chi_square((Cell(tuple(first), 1), Cell(tuple(second), 2)), 50_000)
    assert (freedom, value < CHI_SQUARE[98]) == (98, True)


def test_taking_the_next_question_instead_would_be_noticed() -> None:
    """The obvious shortcut, replacing only one of two clashing questions, favours draws with the other."""
    bank, rng = bank_of("x", "x", "", "", "", ""), Random(5)
    seen: Counter[frozenset[str]] = Counter()
    for _ in range(16_000):
        shuffled = rng.sample(bank.questions, len(bank))
        kept: list[Question] = []
        for one in shuffled:
            if len(kept) < 3 and is_permitted([*kept, one]):
                kept.append(one)
        seen[frozenset(one.id for one in kept)] += 1
    each = 1000
    assert sum((count - each) ** 2 / each for count in seen.values()) > CHI_SQUARE[15] * 4


def refusal(bank: Bank, rules: QuizRules) -> list[str]:
    with pytest.raises(BankError) as caught:
        draw_cells(bank, rules)
    return str(caught.value).split("\n")


def test_a_bank_smaller_than_a_draw_is_refused() -> None:
    assert refusal(bank_of("", ""), RULES) == ["只有 2 题，每次要抽 3 题"]


def test_every_small_cell_is_named() -> None:
    mix = (MixCell("credit", 5, "hard"), MixCell("other", 2), MixCell("law", 1))
    assert refusal(MIXED, replace(RULES, draw_size=8, mix=mix)) == [
        "科目“credit（hard）”只有 4 题，[[quiz.mix]] 每次要抽 5 题",
        "科目“other”只有 1 题，[[quiz.mix]] 每次要抽 2 题",
        "科目“law”只有 0 题，[[quiz.mix]] 每次要抽 1 题",
    ]


def test_a_clash_in_more_than_a_third_of_draws_is_refused() -> None:
    """Three of five questions are in one group. Two drawn questions clash with probability 3/10, three with 7/10."""
    crowded = bank_of("x", "x", "x", "", "")
    assert len(draw_cells(crowded, replace(RULES, draw_size=2))) == 1
    (reason,) = refusal(crowded, RULES)
    assert reason.startswith("随机抽一次题，抽到同组题目的概率是 70%，不能超过三分之一")


def test_a_draw_that_always_clashes_is_refused() -> None:
    assert "100%" in refusal(bank_of("x", "x", "x"), RULES)[0]


def test_many_cells_are_judged_by_the_expected_pairs() -> None:
    """Eleven cells of a pair in one group, one drawn of each: the exact count would double with each further cell."""
    pair = tuple(question(number, "x") for number in range(2))
    cells = (Cell(pair, 1),) * (MOST_EXACT_CELLS + 1)
    with patch.object(draw_cells_module, "_permitted", side_effect=AssertionError):
        assert clash_probability(cells) == 1


groups = st.lists(st.sampled_from(["", "", "", "x", "y", "z"]), min_size=3, max_size=7)


@given(st.lists(groups, min_size=1, max_size=2), st.data())
def test_the_probability_of_a_clash_is_exact_where_it_decides(found: list[list[str]], data: st.DataObject) -> None:
    numbers = iter(range(100))
    parts = [tuple(question(next(numbers), group) for group in one) for one in found]
    cells = tuple(Cell(part, data.draw(st.integers(1, min(3, len(part))))) for part in parts)
    samples = [
        [one for part in sample for one in part]
        for sample in product(*(combinations(cell.questions, cell.number) for cell in cells))
    ]
    exact = 1 - sum(map(is_permitted, samples)) / len(samples)
    probability = clash_probability(cells)
    assert probability >= exact - 1e-9
    assert probability <= MOST_CLASHES or probability == pytest.approx(exact)


class CountingRandom(Random):
    """Counts the random numbers that a draw takes."""

    taken = 0

    def getrandbits(self, k: int) -> int:
        self.taken += 1
        return super().getrandbits(k)


def test_a_draw_takes_no_longer_from_a_larger_bank() -> None:
    def taken(size: int) -> int:
        rng = CountingRandom(7)
        cells = draw_cells(bank_of(*[""] * size), replace(RULES, draw_size=10))
        for _ in range(100):
            draw(cells, "a", NOW, rng)
        return rng.taken

    assert taken(100_000) < 2 * taken(400)
