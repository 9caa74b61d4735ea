"""The reasons to refuse a claim, in the contract's order of checks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.errors import (
    AttemptInvalid,
    ContestError,
    NoChanceLeft,
    NotFollowing,
    NotPassed,
    OnHold,
)
from chalicelib.domain.fairness import Fairness, FollowFirst
from chalicelib.domain.participation import (
    BASE_CHANCES,
    FOLLOWED_BEFORE,
    Chances,
    Follower,
    Me,
    Standing,
    why_no_claim,
)

NOW = datetime(2020, 7, 8, tzinfo=UTC)
SECOND = int(NOW.timestamp())
PASSED = Attempt("a1", (), NOW, passed=True)
FAILED = replace(PASSED, passed=False)
FOLLOWS = Follower("o1", subscribed=True, event_at=1)
LEFT = replace(FOLLOWS, subscribed=False)
HELD_AND_SPENT = Me(on_hold=True, chances=Chances(granted=1, spent=1))
GOOD = Standing(FOLLOWS, Me(), PASSED, unspent=True, claim=None)


def refusal_of(standing: Standing) -> ContestError | None:
    """The refusal in a contest without waiting times."""
    return why_no_claim(standing, Fairness(), NOW)


def test_one_base_chance() -> None:
    assert (BASE_CHANCES, Me().chances, GOOD.subscribed) == (1, Chances(granted=1, spent=0), True)


def test_nothing_refuses_a_good_claim() -> None:
    assert refusal_of(GOOD) is None
    assert refusal_of(replace(GOOD, me=Me(chances=Chances(granted=3, spent=2)))) is None


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (Standing(None, HELD_AND_SPENT, None, unspent=False, claim=None), NotFollowing),
        (Standing(LEFT, HELD_AND_SPENT, None, unspent=False, claim=None), NotFollowing),
        (Standing(LEFT, Me(), PASSED, unspent=True, claim=None), NotFollowing),
        (Standing(FOLLOWS, HELD_AND_SPENT, None, unspent=False, claim=None), AttemptInvalid),
        (Standing(FOLLOWS, HELD_AND_SPENT, FAILED, unspent=False, claim=None), NotPassed),
        (Standing(FOLLOWS, HELD_AND_SPENT, PASSED, unspent=True, claim=None), OnHold),
        (Standing(FOLLOWS, Me(chances=Chances(1, 1)), PASSED, unspent=True, claim=None), NoChanceLeft),
        (Standing(FOLLOWS, Me(chances=Chances(1, 2)), PASSED, unspent=True, claim=None), NoChanceLeft),
        (Standing(FOLLOWS, Me(chances=Chances(0, 0)), PASSED, unspent=True, claim=None), NoChanceLeft),
    ],
)
def test_the_first_check_that_fails_is_told(standing: Standing, refusal: type[Exception]) -> None:
    assert type(refusal_of(standing)) is refusal


MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first_follow_at", "seen_following_at", "waits_from"),
    [
        (SECOND, None, SECOND),
        (SECOND, SECOND - 3600, SECOND),
        (None, SECOND, SECOND),
        (FOLLOWED_BEFORE, None, None),
        (FOLLOWED_BEFORE, SECOND, None),
        (None, None, None),
    ],
)
def test_the_wait_is_counted_from_the_first_follow_or_else_from_the_sighting(
    first_follow_at: int | None, seen_following_at: int | None, waits_from: int | None
) -> None:
    follower = replace(FOLLOWS, first_follow_at=first_follow_at, seen_following_at=seen_following_at)
    standing, fairness = replace(GOOD, follower=follower), Fairness(follow_minutes=10)
    refused = why_no_claim(standing, fairness, NOW + 10 * MINUTE - timedelta(milliseconds=1))
    if waits_from is None:
        assert refused is None
        return
    assert isinstance(refused, FollowFirst)
    assert refused.moment == NOW + 10 * MINUTE
    assert why_no_claim(standing, fairness, refused.moment) is None
    assert why_no_claim(standing, Fairness(), NOW) is None


def test_the_wait_is_checked_after_the_hold_and_before_the_chances() -> None:
    new, fairness = replace(GOOD, follower=replace(FOLLOWS, first_follow_at=SECOND)), Fairness(follow_minutes=1)
    assert isinstance(why_no_claim(replace(new, me=HELD_AND_SPENT), fairness, NOW), OnHold)
    assert isinstance(why_no_claim(replace(new, me=Me(chances=Chances(1, 1))), fairness, NOW), FollowFirst)
