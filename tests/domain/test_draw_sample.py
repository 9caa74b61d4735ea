"""Draws after withdrawals: nothing withdrawn, never two of a group; cells are filled from their subject, then from
all."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest_rules import MixCell
from chalicelib.domain.draw_cells import cells_left, together
from chalicelib.domain.draw_sample import sample
from chalicelib.domain.errors import TryAgain
from tests.domain.test_draw_cells import CHI_SQUARE, MIX, MIXED, RULES, bank_of, chi_square, is_permitted, question

MIXED_RULES = replace(RULES, mix=MIX)


def ids(numbers: Iterable[int]) -> frozenset[str]:
    return frozenset(f"q{number}" for number in numbers)


def subjects(withdrawn: Iterable[int], rng: Random) -> Counter[tuple[str, str]]:
    """The subjects and difficulties of one draw from MIXED."""
    chosen = sample(cells_left(MIXED, MIXED_RULES, ids(withdrawn)), rng)
    return Counter((one.subject, one.difficulty) for one in chosen)


def test_a_cell_that_can_still_be_filled_is() -> None:
    """Four of the five easy questions are withdrawn; one is drawn."""
    rng = Random(1)
    for _ in range(100):
        assert subjects(range(4), rng) == {("credit", "easy"): 1, ("credit", "hard"): 1, ("tax", "easy"): 1}


def test_a_cell_without_questions_is_filled_from_its_subject() -> None:
    rng = Random(1)
    for _ in range(100):
        assert subjects(range(5), rng) == {("credit", "hard"): 2, ("tax", "easy"): 1}


def test_a_subject_without_questions_is_filled_from_all() -> None:
    """No tax is left. Of the eight other questions that no cell took, each is equally likely."""
    rng = Random(1)
    found = Counter(tuple(subjects(range(9, 13), rng).elements()) for _ in range(4000))
    extra = Counter(one for drawn, count in found.items() for one in Counter(drawn) for _ in range(count))
    assert set(extra) == {("credit", "easy"), ("credit", "hard"), ("other", "easy")}
    assert abs(extra["other", "easy"] - 500) < 100


def test_what_fills_one_cell_is_never_missing_in_another() -> None:
    """The first cell has no question left. The only hard one belongs to the second cell, and another subject fills the
    first."""
    rng = Random(1)
    for _ in range(100):
        assert subjects([*range(5), 6, 7, 8], rng)["credit", "hard"] == 1


def test_draws_stay_uniform_while_the_cells_can_be_filled() -> None:
    """Of seven questions one is withdrawn. Two of the others are a group: sixteen of the 20 triples are permitted."""
    value, freedom = chi_square(cells_left(bank_of("x", "x", "", "", "", "", ""), RULES, ids([6])), 16_000)
    assert (freedom, value < CHI_SQUARE[15]) == (15, True)


def test_a_cell_of_one_group_is_filled_from_elsewhere() -> None:
    """Two questions are left in the cell and two are drawn, but both are of one group."""
    bank = Bank((question(0, "x"), question(1, "x"), question(2), question(3), question(4, subject="t")))
    rules = replace(RULES, draw_size=2, mix=(MixCell("s", 2),))
    (cell,) = cells_left(bank, rules, ids([2, 3]))
    assert cell.is_short
    assert {frozenset(one.id for one in sample((cell,), Random(seed))) for seed in range(20)} == {
        ids([0, 4]),
        ids([1, 4]),
    }


def test_too_few_questions_are_try_again() -> None:
    bank = bank_of("x", "x", "", "")
    for withdrawn in ([2], [3], [2, 3], [0, 1]):
        with pytest.raises(TryAgain):
            sample(cells_left(bank, RULES, ids(withdrawn)), Random(1))


LABELS = st.tuples(
    st.sampled_from(["", "", "x", "y"]), st.sampled_from(["s", "t", "u"]), st.sampled_from(["easy", "hard"])
)


@given(st.lists(LABELS, min_size=4, max_size=16), st.data())
def test_every_draw_after_withdrawals_is_whole(labels: list[tuple[str, str, str]], data: st.DataObject) -> None:
    bank = Bank(tuple(question(number, *label) for number, label in enumerate(labels)))
    mix = data.draw(
        st.sampled_from([(), (MixCell("s", 2), MixCell("t", 1)), (MixCell("s", 1, "easy"), MixCell("s", 2, "hard"))])
    )
    withdrawn = ids(data.draw(st.sets(st.integers(0, 15))))
    cells = cells_left(bank, replace(RULES, mix=mix), withdrawn)
    left = [one for one in bank.questions if one.id not in withdrawn]
    if together(left) < RULES.draw_size:
        with pytest.raises(TryAgain):
            sample(cells, Random(1))
        return
    chosen: list[Question] = sample(cells, Random(data.draw(st.integers())))
    assert len({one.id for one in chosen}) == len(chosen) == RULES.draw_size
    assert set(chosen) <= set(left)
    assert is_permitted(chosen)
