"""Drawing is uniform, grading is exact, and questions and options that were not shown cannot be answered."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.attempts import KEYS, Draw, Drawn, check_answers, check_time, draw, grade
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.errors import AttemptExpired, BadRequest, TooManyRequests
from tests.support.examples import cells

NOW = datetime(2020, 7, 8, tzinfo=UTC)
QUESTIONS, OPTIONS, SIZE, DRAWS = 40, 4, 10, 20_000
# Upper 0.1 % points of the chi-square distribution, by degrees of freedom.
CHI_SQUARE = {3: 16.27, 39: 72.06}


def bank_of(size: int, options: int = OPTIONS) -> Bank:
    texts = tuple(f"option {i}" for i in range(options))
    return Bank(tuple(Question(f"q{i:03d}", f"stem {i}", texts, i % options, "why", "where") for i in range(size)))


BANK = bank_of(QUESTIONS)
CELLS = cells(BANK, SIZE)
DRAWN = draw(CELLS, "a1", NOW, Random(1))
RIGHT = {q.question_id: KEYS[q.order.index(BANK.get(q.question_id).answer)] for q in DRAWN.questions}


def wrong_key(question_id: str) -> str:
    return next(key for key in KEYS[:OPTIONS] if key != RIGHT[question_id])


def chi_square(seen: Iterable[int], cells: int) -> float:
    """Returns the chi-square statistic of counts that should be equal; `seen` has cell numbers."""
    counts = Counter(seen)
    expected = counts.total() / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in range(cells))


@given(st.integers(1, 20), st.integers(2, 4), st.data())
def test_a_draw_is_distinct_questions_with_permuted_options(size: int, options: int, data: st.DataObject) -> None:
    bank = bank_of(data.draw(st.integers(size, 30)), options)
    drawn = draw(cells(bank, size), "an-id", NOW, Random(data.draw(st.integers())))
    ids = [question.question_id for question in drawn.questions]
    assert (drawn.attempt_id, drawn.drawn_at) == ("an-id", NOW)
    assert len(ids) == len(set(ids)) == size
    assert set(ids) <= set(bank.ids)
    assert all(sorted(question.order) == list(range(options)) for question in drawn.questions)


def test_draws_differ() -> None:
    rng = Random(3)
    assert len({draw(CELLS, "a", NOW, rng).questions for _ in range(100)}) == 100


@pytest.fixture(scope="module")
def many() -> list[Draw]:
    rng = Random(20200708)
    return [draw(CELLS, "a", NOW, rng) for _ in range(DRAWS)]


def test_every_question_is_drawn_equally_often(many: list[Draw]) -> None:
    place = {question_id: i for i, question_id in enumerate(BANK.ids)}
    drawn = [place[q.question_id] for one in many for q in one.questions]
    # Without replacement the counts vary less than chi-square assumes, so the statistic is scaled.
    scale = (QUESTIONS - 1) / (QUESTIONS - SIZE)
    assert chi_square(drawn, QUESTIONS) * scale < CHI_SQUARE[39]


@pytest.mark.parametrize("position", [0, SIZE - 1])
def test_every_question_is_equally_often_first_and_last(many: list[Draw], position: int) -> None:
    place = {question_id: i for i, question_id in enumerate(BANK.ids)}
    assert chi_square([place[one.questions[position].question_id] for one in many], QUESTIONS) < CHI_SQUARE[39]


def right_positions(draws: Iterable[Draw]) -> list[int]:
    return [q.order.index(BANK.get(q.question_id).answer) for one in draws for q in one.questions]


def test_the_right_option_is_equally_often_at_every_position(many: list[Draw]) -> None:
    assert chi_square(right_positions(many), OPTIONS) < CHI_SQUARE[3]


@pytest.mark.parametrize("answer", range(OPTIONS))
def test_so_it_is_for_each_place_in_the_bank(many: list[Draw], answer: int) -> None:
    """A shuffle can be uniform on the whole and still keep an option near its place."""
    positions = [
        q.order.index(answer) for one in many for q in one.questions if BANK.get(q.question_id).answer == answer
    ]
    assert chi_square(positions, OPTIONS) < CHI_SQUARE[3]


def naive_shuffle(rng: Random) -> list[int]:
    """The well-known wrong shuffle: swaps each element with any other."""
    order = list(range(OPTIONS))
    for i in range(OPTIONS):
        j = rng.randrange(OPTIONS)
        order[i], order[j] = order[j], order[i]
    return order


def by_sorting(rng: Random) -> list[int]:
    """Another wrong shuffle: sorts by random keys with too few values."""
    return sorted(range(OPTIONS), key=lambda _: rng.randrange(10))


@pytest.mark.parametrize("shuffle", [naive_shuffle, by_sorting])
def test_the_bound_would_catch_a_biased_shuffle(shuffle: Callable[[Random], list[int]]) -> None:
    rng = Random(5)
    worst = max(chi_square([shuffle(rng).index(i) for _ in range(DRAWS * 2)], OPTIONS) for i in range(OPTIONS))
    assert worst > CHI_SQUARE[3] * 5


def test_the_bound_would_catch_a_favoured_question() -> None:
    rng = Random(5)
    crowd = [*range(QUESTIONS), 7]
    drawn = [i % QUESTIONS for _ in range(DRAWS) for i in rng.sample(crowd, SIZE)]
    assert chi_square(drawn, QUESTIONS) > CHI_SQUARE[39] * 5


@pytest.mark.parametrize(("right", "passed"), [(0, False), (4, False), (5, True), (10, True)])
def test_grading_counts_right_answers(right: int, passed: bool) -> None:
    answers = {id_: key if i < right else wrong_key(id_) for i, (id_, key) in enumerate(RIGHT.items())}
    attempt = grade(DRAWN, answers, BANK, pass_mark=5, now=NOW)
    assert (attempt.score, attempt.passed, attempt.graded_at) == (right, passed, NOW)
    assert {answer.question_id: answer.correct for answer in attempt.answers} == RIGHT
    assert {answer.question_id: answer.chosen for answer in attempt.answers} == answers


@pytest.mark.parametrize(("answered", "passed"), [(4, False), (5, True)])
def test_an_unanswered_question_is_wrong(answered: int, passed: bool) -> None:
    attempt = grade(DRAWN, dict(list(RIGHT.items())[:answered]), BANK, pass_mark=5, now=NOW)
    assert (attempt.score, attempt.passed) == (answered, passed)
    assert [answer.chosen for answer in attempt.answers][answered:] == [None] * (SIZE - answered)


def test_a_question_that_the_bank_no_longer_has_as_drawn_is_not_graded() -> None:
    with pytest.raises(KeyError):
        grade(DRAWN, RIGHT, bank_of(0), 5, NOW)
    with pytest.raises(KeyError):
        grade(replace(DRAWN, questions=(Drawn("q003", (1, 0)),)), {}, BANK, 5, NOW)


@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [
        (30 * 60, None),
        (30 * 60 + 0.001, AttemptExpired),
        (30 * 60 + 0.000_001, AttemptExpired),
        (5, None),
        (4.999, TooManyRequests),
        (0, TooManyRequests),
        (-1, TooManyRequests),
    ],
)
def test_the_times_of_a_submission(seconds: float, refusal: type[Exception] | None) -> None:
    now = NOW + timedelta(seconds=seconds)
    if refusal is None:
        check_time(DRAWN, now, attempt_minutes=30, min_seconds=5)
    else:
        with pytest.raises(refusal):
            check_time(DRAWN, now, attempt_minutes=30, min_seconds=5)


def test_zero_switches_the_pace_off() -> None:
    check_time(DRAWN, NOW, attempt_minutes=30, min_seconds=0)
    # on an instance whose clock is behind that of the instance that drew
    check_time(DRAWN, NOW - timedelta(milliseconds=20), attempt_minutes=30, min_seconds=0)


SHOWN = DRAWN.questions[0].question_id
UNSHOWN = next(id_ for id_ in BANK.ids if id_ not in RIGHT)


@pytest.mark.parametrize(
    "answers",
    [{UNSHOWN: "A"}, {"": "A"}, {SHOWN: "E"}, {SHOWN: ""}, {SHOWN: "AB"}, {SHOWN: "a"}, RIGHT | {"q999": "A"}],
)
def test_what_was_not_shown_cannot_be_answered(answers: dict[str, str]) -> None:
    with pytest.raises(BadRequest):
        check_answers(DRAWN, answers)


def test_what_was_shown_can() -> None:
    check_answers(DRAWN, {})
    check_answers(DRAWN, RIGHT)
    check_answers(DRAWN, {SHOWN: "D"})


def test_a_key_beyond_a_question_of_two_options_was_not_shown() -> None:
    two = Draw("a", NOW, (Drawn("q000", (1, 0)),))
    check_answers(two, {"q000": "B"})
    with pytest.raises(BadRequest):
        check_answers(two, {"q000": "C"})


def test_answered_as_tells_a_repeat_from_a_second_try() -> None:
    answers = dict(list(RIGHT.items())[:6])
    attempt = grade(DRAWN, answers, BANK, 5, NOW)
    assert attempt.answered_as(answers)
    assert attempt.answered_as(dict(reversed(answers.items())))
    assert not attempt.answered_as({})
    assert not attempt.answered_as(RIGHT)
    assert not attempt.answered_as(answers | {SHOWN: wrong_key(SHOWN)})
    assert grade(DRAWN, {}, BANK, 5, NOW).answered_as({})


def test_a_withdrawn_question_counts_as_right_answered_or_not() -> None:
    """Four are right. Of two withdrawn ones, one is answered wrong and one is not answered."""
    *answered, wrong, unanswered = RIGHT
    answers = {id_: RIGHT[id_] if at < 4 else wrong_key(id_) for at, id_ in enumerate([*answered, wrong])}
    assert not grade(DRAWN, answers, BANK, 5, NOW).passed
    attempt = grade(DRAWN, answers, BANK, 5, NOW, {wrong, unanswered, "another"})
    assert (attempt.score, attempt.passed) == (6, True)
    assert {one.question_id for one in attempt.answers if one.withdrawn} == {wrong, unanswered}
    assert {one.question_id: one.correct for one in attempt.answers} == RIGHT
    assert attempt.answered_as(answers)


def test_a_withdrawn_question_that_is_answered_right_counts_once() -> None:
    assert grade(DRAWN, RIGHT, BANK, 5, NOW, frozenset(RIGHT)).score == SIZE


def test_a_withdrawn_question_may_be_corrected_or_removed_in_the_bank() -> None:
    corrected, removed = list(RIGHT)[:2]
    kept = (one for one in BANK.questions if one.id != removed)
    bank = Bank(tuple(replace(one, stem="Which is right?") if one.id == corrected else one for one in kept))
    attempt = grade(DRAWN, {corrected: "B"}, bank, 5, NOW, {corrected, removed})
    assert [(one.chosen, one.correct) for one in attempt.answers if one.withdrawn] == [("B", "B"), (None, "A")]
    assert attempt.score == 2
    with pytest.raises(KeyError):
        grade(DRAWN, {}, bank, 5, NOW, {corrected})
