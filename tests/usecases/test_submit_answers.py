"""Grading a submission, once (R4, R5, I6, I7)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.bank import Bank
from chalicelib.domain.errors import (
    AttemptAlreadyGraded,
    AttemptExpired,
    AttemptInvalid,
    BadRequest,
    ContestClosed,
    ContestError,
    ContestNotOpen,
    ContestPaused,
    NotFollowing,
    TooManyRequests,
    TryAgain,
)
from chalicelib.domain.switches import Switches
from chalicelib.usecases.draw_questions import Offer
from chalicelib.usecases.submit_answers import TRIES
from tests.support import examples
from tests.support.bench import Bench
from tests.support.clock import FakeClock
from tests.support.world import Trouble
from tests.usecases.check_order import every_choice

ME = "o1"


@pytest.fixture
def offer(bench: Bench) -> Offer:
    bench.follow(ME)
    return bench.drawn(ME)


def submit(bench: Bench, offer: Offer, right: int = 5, token: str | None = None) -> Attempt:
    answers = bench.answers(offer, right)
    return bench.app.submissions.submit_answers(
        ME, offer.draw.attempt_id, offer.token if token is None else token, answers
    )


@pytest.mark.parametrize(("right", "passed"), [(0, False), (4, False), (5, True), (10, True)])
def test_five_right_pass(bench: Bench, offer: Offer, right: int, passed: bool) -> None:
    attempt = submit(bench, offer, right)
    assert (attempt.score, attempt.passed) == (right, passed)
    participation = bench.ports.participants.read_participation(ME)
    assert participation.claimable == ((attempt.attempt_id,) if passed else ())


def test_what_is_unanswered_is_wrong(bench: Bench, offer: Offer) -> None:
    attempt = bench.app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, {})
    assert (attempt.score, [answer.chosen for answer in attempt.answers]) == (0, [None] * 10)


def test_a_warm_submission_is_one_write(bench: Bench, offer: Offer) -> None:
    bench.app.gate.enter()
    bench.world.calls.clear()
    submit(bench, offer)
    assert bench.world.calls == {"participants.record_attempt": 1}


def close(bench: Bench, offer: Offer) -> None:
    bench.clock.now = examples.CLOSES


def grade(bench: Bench, offer: Offer) -> None:
    submit(bench, offer, right=3)
    bench.clock.advance(seconds=10)


def expire(bench: Bench, offer: Offer) -> None:
    bench.clock.advance(minutes=31)


def hurry(bench: Bench, offer: Offer) -> None:
    bench.submit(ME, bench.drawn(ME))


def pause(bench: Bench, offer: Offer) -> None:
    bench.pause()


def unfollow(bench: Bench, offer: Offer) -> None:
    bench.unfollow(ME)


def nothing(bench: Bench, offer: Offer) -> None:
    """Nothing to set up: the request itself has the forged token."""


# Ordered as the checks are; the faults are set up in the reverse order.
ORDER: dict[str, tuple[type[ContestError], Callable[[Bench, Offer], None]]] = {
    "closed": (ContestClosed, close),
    "paused": (ContestPaused, pause),
    "forged": (AttemptInvalid, nothing),
    "unfollowed": (NotFollowing, unfollow),
    "graded": (AttemptAlreadyGraded, grade),
    "expired": (AttemptExpired, expire),
    "hurried": (TooManyRequests, hurry),
}
DOING = ["graded", "expired", "hurried", "unfollowed", "forged", "paused", "closed"]


@pytest.mark.parametrize("wrong", every_choice(list(ORDER)), ids=" ".join)
def test_the_first_reason_refuses_and_nothing_is_changed(bench: Bench, offer: Offer, wrong: tuple[str, ...]) -> None:
    for name in DOING:
        if name in wrong:
            ORDER[name][1](bench, offer)
    before = bench.world.snapshot()
    with pytest.raises(ContestError) as caught:
        submit(bench, offer, right=6, token="1.forged" if "forged" in wrong else None)
    assert type(caught.value) is ORDER[wrong[0]][0]
    assert bench.world.snapshot() == before


@pytest.mark.parametrize("since", every_choice(["closed", "paused", "unfollowed", "expired", "hurried"]), ids=" ".join)
def test_a_repeat_is_answered_at_any_time(bench: Bench, offer: Offer, since: tuple[str, ...]) -> None:
    first = submit(bench, offer)
    bench.clock.advance(seconds=5)
    for name in DOING:
        if name in since:
            ORDER[name][1](bench, offer)
    before = bench.world.snapshot()
    assert submit(bench, offer) == first
    assert bench.world.snapshot() == before


def test_before_the_opening_nothing_is_graded(bench: Bench, offer: Offer) -> None:
    bench.clock.now = examples.OPENS - timedelta(seconds=1)
    with pytest.raises(ContestNotOpen):
        submit(bench, offer)


@pytest.mark.parametrize("answers", [{"unknown": "A"}, {"{first}": "E"}, {"{first}": ""}, {"{first}": "AB"}])
def test_an_answer_that_was_not_shown_is_a_bad_request(bench: Bench, offer: Offer, answers: dict[str, str]) -> None:
    first = offer.draw.questions[0].question_id
    given = {question.format(first=first): key for question, key in answers.items()}
    with pytest.raises(BadRequest):
        bench.app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, given)


def test_the_thirtieth_minute_is_in_time_and_what_comes_later_is_not(bench: Bench) -> None:
    bench.follow(ME)
    for late, graded in ((timedelta(), True), (timedelta(milliseconds=1), False)):
        offer = bench.app.draws.draw_questions(ME)
        bench.clock.now = offer.expires_at + late
        if graded:
            submit(bench, offer)
        else:
            with pytest.raises(AttemptExpired):
                submit(bench, offer)


def test_sooner_than_five_seconds_after_the_draw_is_too_soon(bench: Bench) -> None:
    bench.follow(ME)
    offer = bench.app.draws.draw_questions(ME)
    bench.clock.advance(seconds=4.999)
    with pytest.raises(TooManyRequests):
        submit(bench, offer)
    bench.clock.advance(seconds=0.001)
    submit(bench, offer)


def test_without_a_pace_all_goes_at_once() -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, quiz=replace(contest.quiz, min_seconds=0)))
    bench.follow(ME)
    assert [submit(bench, bench.app.draws.draw_questions(ME)).score for _ in range(3)] == [5, 5, 5]


def test_another_s_token_is_invalid(bench: Bench, offer: Offer) -> None:
    bench.follow("thief")
    with pytest.raises(AttemptInvalid):
        bench.app.submissions.submit_answers("thief", offer.draw.attempt_id, offer.token, {})


def test_a_token_of_another_attempt_is_invalid(bench: Bench, offer: Offer) -> None:
    with pytest.raises(AttemptInvalid):
        bench.app.submissions.submit_answers(ME, bench.app.draws.draw_questions(ME).draw.attempt_id, offer.token, {})


def changed_bank(bench: Bench, change: Callable[[Bank], Bank]) -> None:
    bench.bank = bench.ports.bank = change(bench.bank)
    bench.app = bench.instance()


def without_questions(bank: Bank) -> Bank:
    return Bank(tuple(replace(question, id=f"new-{question.id}") for question in bank.questions))


def with_more_options(bank: Bank) -> Bank:
    more = ("a", "b", "c", "d", "right")
    return Bank(tuple(replace(question, options=more, answer=4) for question in bank.questions))


def with_options_in_another_order(bank: Bank) -> Bank:
    return Bank(tuple(replace(q, options=q.options[::-1], answer=3 - q.answer) for q in bank.questions))


def with_other_answers(bank: Bank) -> Bank:
    return Bank(tuple(replace(q, answer=(q.answer + 1) % 4) for q in bank.questions))


def with_another_stem(bank: Bank) -> Bank:
    return Bank(tuple(replace(q, stem=f"Which is not? {q.stem}") for q in bank.questions))


CHANGES = [
    without_questions,
    with_more_options,
    with_options_in_another_order,
    with_other_answers,
    with_another_stem,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_draw_that_the_bank_no_longer_knows_is_invalid(
    bench: Bench, offer: Offer, change: Callable[[Bank], Bank]
) -> None:
    answers = bench.answers(offer, 5)
    changed_bank(bench, change)
    with pytest.raises(AttemptInvalid):
        bench.app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, answers)


def test_what_is_not_graded_may_change_under_a_draw(bench: Bench, offer: Offer) -> None:
    """The bank gets another explanation and further questions."""
    answers = bench.answers(offer, 6)
    more = tuple(replace(q, id=f"new-{q.id}", stem=f"New: {q.stem}") for q in bench.bank.questions)
    changed_bank(bench, lambda bank: Bank((*(replace(q, explanation="So it is.") for q in bank.questions), *more)))
    assert bench.app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, answers).score == 6


def test_a_draw_that_was_sealed_without_digests_is_graded(bench: Bench) -> None:
    bench.follow(ME)
    drawn = bench.drawn(ME).draw
    old = replace(drawn, questions=tuple(replace(q, digest="") for q in drawn.questions))
    token, answers = bench.tokens.seal_draw(ME, old), examples.answers(old, bench.bank, 6)
    assert bench.app.submissions.submit_answers(ME, old.attempt_id, token, answers).score == 6


@pytest.mark.parametrize("change", CHANGES)
def test_a_repeat_is_answered_whatever_became_of_the_bank(
    bench: Bench, offer: Offer, change: Callable[[Bank], Bank]
) -> None:
    first, answers = submit(bench, offer), bench.answers(offer, 5)
    changed_bank(bench, change)
    assert bench.app.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, answers) == first


def test_a_store_that_is_busy_for_a_moment_is_tried_again(bench: Bench, offer: Offer) -> None:
    bench.world.will_fail("participants.record_attempt", *[Trouble.BUSY] * (TRIES - 1))
    assert submit(bench, offer).passed
    assert bench.ports.participants.read_participation(ME).me.attempts == 1


def test_a_pause_between_two_tries_stops_the_submission(bench: Bench, offer: Offer) -> None:
    def pauses() -> Switches:
        tried = bench.world.calls["participants.record_attempt"]
        return Switches(paused=bool(tried))

    app = bench.instance()
    paused_later = replace(app.submissions, gate=replace(app.gate, switches=pauses))
    bench.world.will_fail("participants.record_attempt", Trouble.BUSY)
    with pytest.raises(ContestPaused):
        paused_later.submit_answers(ME, offer.draw.attempt_id, offer.token, bench.answers(offer, 5))
    assert bench.ports.participants.read_participation(ME).me.attempts == 0


def test_a_busy_store_is_try_again_and_then_the_same_request_succeeds(bench: Bench, offer: Offer) -> None:
    bench.world.will_fail("participants.record_attempt", *[Trouble.BUSY] * TRIES)
    with pytest.raises(TryAgain):
        submit(bench, offer)
    assert submit(bench, offer).passed


def test_a_lost_answer_is_found_at_once(bench: Bench, offer: Offer) -> None:
    bench.world.will_fail("participants.record_attempt", Trouble.LOST)
    assert submit(bench, offer).passed
    assert bench.ports.participants.read_participation(ME).me.attempts == 1


def test_one_moment_judges_a_submission(bench: Bench, offer: Offer) -> None:
    """It arrived in the contest's last moment, and its grading is judged by that moment."""
    last = examples.CLOSES - timedelta(milliseconds=1)
    bench.clock.now = last - timedelta(seconds=60)
    offer = bench.drawn(ME)
    slow = bench.instance(clock=FakeClock(last, tick=timedelta(milliseconds=1)))
    attempt = slow.submissions.submit_answers(ME, offer.draw.attempt_id, offer.token, bench.answers(offer, 5))
    assert attempt.graded_at == last
