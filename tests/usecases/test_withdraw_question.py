"""Withdrawing a question: its log, what is refused, and the draws and gradings from then on (R4, I6)."""

from collections.abc import Callable, Set
from dataclasses import replace

import pytest

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.bank import Bank, Question
from chalicelib.domain.contest_rules import QuizRules
from chalicelib.domain.draw_cells import Cell, cells_left
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.switches import Switches
from chalicelib.usecases.draw_questions import Offer
from chalicelib.usecases.withdraw_question import QuestionRefused, Withdrawals
from tests.support.bench import Bench
from tests.support.control import FakeControl
from tests.support.examples import act
from tests.support.world import Trouble

ME = "o1"


@pytest.fixture
def offer(bench: Bench) -> Offer:
    bench.follow(ME)
    return bench.drawn(ME)


def last(bench: Bench) -> LogEntry:
    return list(bench.ports.ledger.log_entries())[-1]


def withdraw(bench: Bench, *question_ids: str) -> None:
    """It is in force everywhere."""
    for question_id in question_ids:
        assert bench.app.withdrawals.withdraw(question_id, "li", "the statute changed")
        bench.clock.advance(milliseconds=1)
    bench.refresh()


def drawn_ids(offer: Offer) -> list[str]:
    return [one.question_id for one in offer.draw.questions]


def submit(bench: Bench, offer: Offer, right: int) -> Attempt:
    """The first `right` questions are answered right, the others wrong."""
    return bench.submit(ME, offer, right)


def test_it_is_done_and_written_down(bench: Bench) -> None:
    assert bench.app.withdrawals.withdraw("q03", "li", "why")
    assert last(bench) == LogEntry(bench.clock.now, "li", "bank withdraw", "q03", "in_use", "withdrawn", "why")
    assert bench.app.withdrawals.withdrawn() == {"q03"}
    assert not bench.app.withdrawals.withdraw("q03", "li", "why"), "it is withdrawn already"
    bench.clock.advance(minutes=1)
    assert bench.app.withdrawals.restore("q03", "wu", "by mistake")
    assert last(bench) == LogEntry(bench.clock.now, "wu", "bank restore", "q03", "withdrawn", "in_use", "by mistake")
    assert bench.app.withdrawals.withdrawn() == frozenset()
    assert not bench.app.withdrawals.restore("q03", "wu", "by mistake")
    assert sum(entry.about == "q03" for entry in bench.ports.ledger.log_entries()) == 2


def test_an_unknown_question_is_refused(bench: Bench) -> None:
    before = bench.world.snapshot()
    with pytest.raises(QuestionRefused, match="no_such_question"):
        bench.app.withdrawals.withdraw("q99", "li", "why")
    assert bench.world.snapshot() == before


def test_fewer_questions_than_a_draw_has_are_refused(bench: Bench) -> None:
    """Of fifteen, ten are drawn."""
    bench.follow(ME)
    withdraw(bench, *(f"q{number:02d}" for number in range(5)))
    before = bench.world.snapshot()
    for refused in (bench.app.withdrawals.withdraw, lambda *_: bench.app.withdrawals.require_enough("q05")):
        with pytest.raises(QuestionRefused, match="too_few_left") as caught:
            refused("q05", "li", "why")
        assert caught.value.detail == "能同时抽到的只剩 9 题，每次要抽 10 题"
    assert bench.world.snapshot() == before
    assert sorted(drawn_ids(bench.drawn(ME))) == [f"q{number:02d}" for number in range(5, 15)]


def test_questions_of_one_group_count_as_one(bench: Bench) -> None:
    grouped = (replace(one, group="x") if one.id in ("q13", "q14") else one for one in bench.bank.questions)
    rules = replace(bench.contest.quiz, draw_size=14)
    withdrawals = Withdrawals(Bank(tuple(grouped)), rules, bench.ports.control, bench.clock)
    withdrawals.require_enough("q13")
    with pytest.raises(QuestionRefused, match="too_few_left"):
        withdrawals.require_enough("q12")


class Overtaken(FakeControl):
    """Another operator withdraws a question right after this one has read the list."""

    def read_switches(self) -> Switches:
        found = super().read_switches()
        self.change_withdrawn(found.withdrawn, "q10", True, act("another's"))
        return found


def test_two_operators_never_withdraw_too_much_together(bench: Bench) -> None:
    withdraw(bench, *(f"q{number:02d}" for number in range(4)))
    overtaken = replace(bench.app.withdrawals, control=Overtaken(bench.world, bench.contest.id))
    with pytest.raises(QuestionRefused, match="changed_meanwhile"):
        overtaken.withdraw("q11", "li", "why")
    assert "q11" not in bench.app.withdrawals.withdrawn()
    assert [entry.about for entry in bench.ports.ledger.log_entries() if entry.about == "q11"] == []


def test_a_busy_store_withdraws_nothing(bench: Bench) -> None:
    bench.world.will_fail("control.change_withdrawn", Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.withdrawals.withdraw("q03", "li", "why")
    assert bench.app.withdrawals.withdrawn() == frozenset()


def test_it_is_drawn_no_more_within_five_seconds(bench: Bench) -> None:
    bench.follow(ME)
    bench.app.draws.draw_questions(ME)
    assert bench.app.withdrawals.withdraw("q00", "li", "why")
    bench.stopwatch.seconds += 3
    others = bench.instance()
    for app in (bench.app, others):
        assert not any("q00" in drawn_ids(app.draws.draw_questions(ME)) for _ in range(30))
    assert bench.app.withdrawals.restore("q00", "li", "why")
    bench.refresh()
    assert any("q00" in drawn_ids(bench.app.draws.draw_questions(ME)) for _ in range(30))


def test_a_draw_makes_no_call_for_it_and_the_cells_are_made_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Set[str]] = []

    def noted(bank: Bank, rules: QuizRules, withdrawn: Set[str]) -> tuple[Cell, ...]:
        made.append(withdrawn)
        return cells_left(bank, rules, withdrawn)

    monkeypatch.setattr("chalicelib.usecases.draw_questions.cells_left", noted)
    bench.follow(ME)
    for question_id in ("q00", "q01"):
        withdraw(bench, question_id)
        bench.app.draws.draw_questions(ME)
        bench.world.calls.clear()
        for _ in range(3):
            bench.app.draws.draw_questions(ME)
        assert bench.world.calls == {"followers.find_follower": 3}
    bench.refresh()
    bench.app.draws.draw_questions(ME)
    assert made == [{"q00"}, {"q00", "q01"}]


@pytest.mark.parametrize("answered", [True, False])
def test_a_draw_from_before_gets_it_as_right_answered_or_not(bench: Bench, offer: Offer, answered: bool) -> None:
    """Four right answers, and the last question, answered wrong or not at all."""
    gone = drawn_ids(offer)[-1]
    withdraw(bench, gone)
    answers = {key: value for key, value in bench.answers(offer, 4).items() if answered or key != gone}
    attempt = bench.app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, answers)
    assert (attempt.score, attempt.passed) == (5, True)
    assert [one.question_id for one in attempt.answers if one.withdrawn] == [gone]
    assert bench.ports.participants.read_participation(ME).me.best_score == 5
    assert bench.app.claims.open_packet(ME, attempt.attempt_id)[0].packet.amount_fen > 0


def test_a_submission_makes_no_call_for_it(bench: Bench, offer: Offer) -> None:
    withdraw(bench, drawn_ids(offer)[0])
    bench.app.gate.enter()
    bench.world.calls.clear()
    submit(bench, offer, 5)
    assert bench.world.calls == {"participants.record_attempt": 1}


def test_an_attempt_graded_before_stays_as_it_is(bench: Bench, offer: Offer) -> None:
    first = submit(bench, offer, 4)
    withdraw(bench, drawn_ids(offer)[-1])
    before = bench.world.snapshot()
    assert submit(bench, offer, 4) == first
    assert bench.world.snapshot() == before
    assert (first.score, first.passed) == (4, False)


def test_an_attempt_graded_with_it_stays_when_it_is_put_back(bench: Bench, offer: Offer) -> None:
    gone = drawn_ids(offer)[-1]
    withdraw(bench, gone)
    first = submit(bench, offer, 4)
    bench.app.withdrawals.restore(gone, "li", "by mistake")
    bench.refresh()
    assert submit(bench, offer, 4) == first
    assert first.passed


@pytest.mark.parametrize("lost", [True, False])
def test_a_submission_whose_answer_was_lost_keeps_its_first_grade(bench: Bench, offer: Offer, lost: bool) -> None:
    """The store's answer is lost, or the store was busy; then the question is withdrawn; then the page sends it
    again."""
    gone = drawn_ids(offer)[-1]
    troubles = [Trouble.LOST] if lost else [Trouble.BUSY] * 3
    bench.world.will_fail("participants.record_attempt", *troubles)
    bench.world.will_fail("participants.read_standing", Trouble.BUSY)
    with pytest.raises(TryAgain):
        submit(bench, offer, 4)
    withdraw(bench, gone)
    attempt = submit(bench, offer, 4)
    assert (attempt.score, attempt.passed) == ((4, False) if lost else (5, True))
    assert submit(bench, offer, 4) == attempt


@pytest.mark.parametrize(("at", "counts"), [(2, True), (3, False)])
def test_a_withdrawal_during_the_grading_is_seen_whole_or_not_at_all(
    bench: Bench, offer: Offer, at: int, counts: bool
) -> None:
    """The list is read once for a grading, the second reading of the switches, however often the store is tried. The
    answer is what is stored."""
    gone, seen = drawn_ids(offer)[-1], 0

    def changing() -> Switches:
        nonlocal seen
        seen += 1
        return Switches(withdrawn=frozenset({gone} if seen >= at else ()))

    app = bench.instance()
    racing = replace(app.submissions, gate=replace(app.gate, switches=changing))
    bench.world.will_fail("participants.record_attempt", Trouble.BUSY)
    attempt = racing.submit_answers(ME, offer.draw.attempt_id, offer.token, bench.answers(offer, 4))
    assert attempt.passed is counts
    assert bench.ports.participants.read_standing(ME, attempt.attempt_id).attempt == attempt
    assert submit(bench, offer, 4) == attempt


def corrected(question: Question) -> Question:
    return replace(question, stem="Corrected", answer=(question.answer + 1) % 4)


def removed(question: Question) -> Question:
    return replace(question, id="another", stem="Another")


@pytest.mark.parametrize("change", [corrected, removed])
def test_a_draw_from_before_is_graded_after_the_question_was_corrected_in_the_bank(
    bench: Bench, offer: Offer, change: Callable[[Question], Question]
) -> None:
    gone = drawn_ids(offer)[-1]
    answers = bench.answers(offer, 4)
    withdraw(bench, gone)
    bank = Bank(tuple(change(one) if one.id == gone else one for one in bench.bank.questions))
    app = bench.instance(bank=bank)
    attempt = app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, answers)
    assert (attempt.score, attempt.passed) == (5, True)
