"""What refuses a claim, in the contract's order of checks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.errors import AttemptInvalid, NoChanceLeft, NotFollowing, NotPassed, OnHold
from chalicelib.domain.participation import BASE_CHANCES, Chances, Follower, Me, Standing, why_no_claim

NOW = datetime(2020, 7, 8, tzinfo=UTC)
PASSED = Attempt("a1", (), NOW, passed=True)
FAILED = replace(PASSED, passed=False)
FOLLOWS = Follower("o1", subscribed=True, event_at=1)
LEFT = replace(FOLLOWS, subscribed=False)
HELD_AND_SPENT = Me(on_hold=True, chances=Chances(granted=1, spent=1))
GOOD = Standing(FOLLOWS, Me(), PASSED, unspent=True, claim=None)


def test_one_base_chance() -> None:
    assert (BASE_CHANCES, Me().chances, GOOD.subscribed) == (1, Chances(granted=1, spent=0), True)


def test_nothing_refuses_a_good_claim() -> None:
    assert why_no_claim(GOOD) is None
    assert why_no_claim(replace(GOOD, me=Me(chances=Chances(granted=3, spent=2)))) is None


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
    assert type(why_no_claim(standing)) is refusal
