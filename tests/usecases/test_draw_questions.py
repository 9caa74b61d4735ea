"""Drawing questions (R3, R4)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import ContestClosed, ContestError, ContestNotOpen, ContestPaused, NotFollowing, TryAgain
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import act
from tests.support.world import Trouble
from tests.usecases.check_order import every_choice


def test_a_follower_draws_ten_distinct_questions(bench: Bench) -> None:
    bench.follow("o1")
    offer = bench.app.draws.draw_questions("o1")
    ids = [question.question_id for question in offer.draw.questions]
    assert len(set(ids)) == 10
    assert all(sorted(question.order) == [0, 1, 2, 3] for question in offer.draw.questions)
    assert offer.expires_at == examples.NOON + timedelta(minutes=30)
    assert bench.tokens.unseal_draw("o1", offer.draw.attempt_id, offer.token) == offer.draw


def test_draws_are_unlimited_and_differ(bench: Bench) -> None:
    bench.follow("o1")
    draws = [bench.app.draws.draw_questions("o1").draw for _ in range(20)]
    assert len({draw.attempt_id for draw in draws}) == len({draw.questions for draw in draws}) == 20


def test_a_warm_draw_is_one_read_and_no_write(bench: Bench) -> None:
    bench.follow("o1")
    bench.app.draws.draw_questions("o1")
    bench.world.calls.clear()
    bench.app.draws.draw_questions("o1")
    assert bench.world.calls == {"followers.find_follower": 1}


def close(bench: Bench) -> None:
    bench.clock.now = examples.CLOSES


def come_early(bench: Bench) -> None:
    bench.clock.now = examples.OPENS - timedelta(milliseconds=1)


ORDER: dict[str, tuple[type[ContestError], Callable[[Bench], None]]] = {
    "before": (ContestNotOpen, come_early),
    "after": (ContestClosed, close),
    "paused": (ContestPaused, Bench.pause),
    "unfollowed": (NotFollowing, lambda bench: bench.unfollow("o1")),
}


@pytest.mark.parametrize("wrong", every_choice(list(ORDER), [{"before", "after"}]), ids=" ".join)
def test_the_first_reason_refuses(bench: Bench, wrong: tuple[str, ...]) -> None:
    bench.follow("o1")
    for name in reversed(wrong):
        ORDER[name][1](bench)
    with pytest.raises(ContestError) as caught:
        bench.app.draws.draw_questions("o1")
    assert type(caught.value) is ORDER[wrong[0]][0]


def test_a_stranger_draws_nothing(bench: Bench) -> None:
    with pytest.raises(NotFollowing):
        bench.app.draws.draw_questions("unknown")


LAST = examples.CLOSES - timedelta(milliseconds=1)


@pytest.mark.parametrize("moment", [examples.OPENS, LAST])
def test_the_first_and_the_last_moment_are_open(bench: Bench, moment: datetime) -> None:
    bench.follow("o1")
    bench.clock.now = moment
    bench.app.draws.draw_questions("o1")


def test_a_pause_is_in_force_within_five_seconds_and_can_be_lifted(bench: Bench) -> None:
    bench.follow("o1")
    bench.app.draws.draw_questions("o1")
    bench.ports.control.set_paused(True, act())
    bench.app.draws.draw_questions("o1")
    bench.stopwatch.seconds += 3
    with pytest.raises(ContestPaused):
        bench.app.draws.draw_questions("o1")
    bench.pause(False)
    bench.app.draws.draw_questions("o1")


def test_a_pause_is_seen_by_an_instance_that_was_frozen(bench: Bench) -> None:
    """Its monotonic clock stopped while it was frozen."""
    bench.follow("o1")
    bench.app.draws.draw_questions("o1")
    bench.ports.control.set_paused(True, act())
    bench.clock.advance(minutes=10)
    with pytest.raises(ContestPaused):
        bench.app.draws.draw_questions("o1")


def test_a_pause_is_seen_by_an_instance_whose_clock_was_set_back(bench: Bench) -> None:
    bench.follow("o1")
    bench.app.draws.draw_questions("o1")
    bench.ports.control.set_paused(True, act())
    bench.clock.advance(seconds=-1)
    with pytest.raises(ContestPaused):
        bench.app.draws.draw_questions("o1")


def test_a_silent_store_is_try_again(bench: Bench) -> None:
    bench.follow("o1")
    bench.world.will_fail("followers.find_follower", Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.draws.draw_questions("o1")
    bench.app.draws.draw_questions("o1")
