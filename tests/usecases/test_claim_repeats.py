"""Repeated claims: a refusal costs one transaction, however often the claim is sent."""

from collections import Counter
from collections.abc import Callable

import pytest

from chalicelib.domain.errors import (
    AttemptInvalid,
    ContestError,
    ContestPaused,
    NoChanceLeft,
    NotFollowing,
    NotPassed,
    OnHold,
    PrizesExhausted,
)
from chalicelib.usecases import claim_refusals
from tests.support.bench import Bench
from tests.support.examples import act
from tests.support.world import Trouble
from tests.usecases.pool_views import drain

ME = "o1"


def foreign(bench: Bench) -> str:
    bench.follow(ME)
    return bench.passed("o2")


def failed(bench: Bench) -> str:
    bench.follow(ME)
    return bench.submit(ME, bench.drawn(ME), right=4).attempt_id


def spent(bench: Bench) -> str:
    bench.claimed(ME)
    bench.clock.advance(seconds=5)
    return bench.passed(ME)


def on_hold(bench: Bench) -> str:
    attempt_id = bench.passed(ME)
    bench.ports.participants.set_hold(ME, True, act())
    return attempt_id


def exhausted(bench: Bench) -> str:
    attempt_id = bench.passed(ME)
    drain(bench)
    return attempt_id


def unfollowed(bench: Bench) -> str:
    attempt_id = bench.passed(ME)
    bench.unfollow(ME)
    return attempt_id


REFUSED: dict[type[ContestError], Callable[[Bench], str]] = {
    AttemptInvalid: foreign,
    NotPassed: failed,
    PrizesExhausted: exhausted,
    NoChanceLeft: spent,
    OnHold: on_hold,
    NotFollowing: unfollowed,
}
FOR_GOOD = [AttemptInvalid, NotPassed, PrizesExhausted]


def refused(bench: Bench, attempt_id: str) -> type[ContestError]:
    with pytest.raises(ContestError) as caught:
        bench.app.claims.open_packet(ME, attempt_id)
    return type(caught.value)


def wait(bench: Bench, seconds: float) -> None:
    bench.clock.advance(seconds=seconds)
    bench.stopwatch.seconds += seconds


def store_calls(bench: Bench) -> Counter[str]:
    return Counter({name: n for name, n in bench.world.calls.items() if name != "control.read_switches"})


@pytest.mark.parametrize("error", FOR_GOOD)
def test_a_refusal_for_good_is_answered_from_memory_for_some_seconds(bench: Bench, error: type[ContestError]) -> None:
    attempt_id = REFUSED[error](bench)
    assert refused(bench, attempt_id) is error
    bench.world.calls.clear()
    for _ in range(100):
        assert refused(bench, attempt_id) is error
        wait(bench, 0.019 if error is AttemptInvalid else 0.04)
    assert store_calls(bench) == {}


@pytest.mark.parametrize("error", REFUSED)
def test_a_hundred_repeats_are_not_a_hundred_transactions(bench: Bench, error: type[ContestError]) -> None:
    attempt_id = REFUSED[error](bench)
    assert refused(bench, attempt_id) is error
    bench.world.calls.clear()
    for _ in range(100):
        wait(bench, 6)
        assert refused(bench, attempt_id) is error
    assert store_calls(bench) == {"participants.read_standing": 100}


@pytest.mark.parametrize("error", REFUSED)
def test_a_hundred_other_attempts_are_not_a_hundred_transactions(bench: Bench, error: type[ContestError]) -> None:
    """Any well-formed id names an attempt that nobody has refused yet."""
    attempt_id = REFUSED[error](bench)
    assert refused(bench, attempt_id) is error
    bench.world.calls.clear()
    for number in range(100):
        refused(bench, f"{number:022d}")
        wait(bench, 0.5)
    assert store_calls(bench) == {"participants.read_standing": 100}


def test_whoever_was_refused_can_claim_at_once(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    assert refused(bench, "0" * 22) is AttemptInvalid
    assert bench.app.claims.open_packet(ME, attempt_id)[1] is False


def test_some_seconds_after_a_refusal_a_claim_needs_no_read(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    assert refused(bench, "0" * 22) is AttemptInvalid
    wait(bench, 5)
    bench.world.calls.clear()
    assert bench.app.claims.open_packet(ME, attempt_id)[1] is False
    assert bench.world.calls["participants.read_standing"] == 0


def test_the_people_remembered_are_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_refusals, "MOST", 3)
    for number in range(4):
        with pytest.raises(ContestError):
            bench.app.claims.open_packet(f"other{number}", "0" * 22)
    bench.world.calls.clear()
    for number in (1, 2, 3, 0):
        with pytest.raises(ContestError):
            bench.app.claims.open_packet(f"other{number}", "1" * 22)
    assert bench.world.calls["participants.commit_claim"] == 1


def test_a_refused_claim_leaves_its_packet_on_the_list(bench: Bench) -> None:
    """Otherwise refusals would use up the list, and the pool would be searched."""
    bench.app.claims.open_packet("o9", bench.passed("o9"))
    bench.world.calls.clear()
    for number in range(100):
        with pytest.raises(ContestError):
            bench.app.claims.open_packet(f"other{number}", "0" * 22)
    assert bench.world.calls["participants.commit_claim"] == 100
    assert bench.world.calls["pool.free_window"] == 0


def more_chances(bench: Bench) -> None:
    bench.brought("friend", ME)


def released(bench: Bench) -> None:
    bench.ports.participants.set_hold(ME, False, act())


def followed(bench: Bench) -> None:
    bench.follow(ME)


@pytest.mark.parametrize(
    ("error", "ends"), [(NoChanceLeft, more_chances), (OnHold, released), (NotFollowing, followed)]
)
def test_a_refusal_that_has_ended_is_not_repeated(
    bench: Bench, error: type[ContestError], ends: Callable[[Bench], None]
) -> None:
    attempt_id = REFUSED[error](bench)
    for _ in range(3):
        assert refused(bench, attempt_id) is error
    ends(bench)
    assert bench.app.claims.open_packet(ME, attempt_id)[0].attempt_id == attempt_id


def test_an_attempt_that_is_graded_later_can_be_claimed_after_some_seconds(bench: Bench) -> None:
    bench.follow(ME)
    offer = bench.drawn(ME)
    assert refused(bench, offer.draw.attempt_id) is AttemptInvalid
    bench.submit(ME, offer)
    wait(bench, 2)
    assert bench.app.claims.open_packet(ME, offer.draw.attempt_id)[1] is False


def test_a_repeat_of_a_claim_becomes_a_read(bench: Bench) -> None:
    claim = bench.claimed(ME)
    bench.app.claims.open_packet(ME, claim.attempt_id)
    bench.world.calls.clear()
    for _ in range(100):
        assert bench.app.claims.open_packet(ME, claim.attempt_id) == (claim, True)
    assert store_calls(bench) == {"participants.read_standing": 100}


def test_a_pause_goes_before_what_is_remembered(bench: Bench) -> None:
    attempt_id = failed(bench)
    assert refused(bench, attempt_id) is NotPassed
    bench.ports.control.set_paused(True, act())
    bench.app.ports.switches.forget()
    assert refused(bench, attempt_id) is ContestPaused


def test_one_s_refusal_is_nobody_else_s(bench: Bench) -> None:
    attempt_id = foreign(bench)
    assert refused(bench, attempt_id) is AttemptInvalid
    assert bench.app.claims.open_packet("o2", attempt_id)[1] is False


def test_a_busy_store_is_not_remembered(bench: Bench) -> None:
    attempt_id = bench.passed(ME)
    bench.world.will_fail("participants.commit_claim", *[Trouble.BUSY] * 99)
    refused(bench, attempt_id)
    bench.world.no_more_trouble()
    bench.world.calls.clear()
    assert bench.app.claims.open_packet(ME, attempt_id)[1] is False
    assert bench.world.calls["participants.read_standing"] == 0


def test_the_memory_is_bounded(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim_refusals, "MOST", 3)
    bench.follow(ME)
    attempt_ids = [bench.passed(f"other{number}") for number in range(4)]
    for attempt_id in attempt_ids:
        assert refused(bench, attempt_id) is AttemptInvalid
    bench.world.calls.clear()
    for attempt_id in attempt_ids[1:]:
        assert refused(bench, attempt_id) is AttemptInvalid
    assert store_calls(bench) == {}
    wait(bench, 5)
    assert refused(bench, attempt_ids[0]) is AttemptInvalid
    assert bench.world.calls["participants.commit_claim"] == 1
