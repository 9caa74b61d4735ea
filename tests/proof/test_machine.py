"""Money and chances cannot go wrong (I1 to I7), whatever people, the clock, the store and WeChat Pay do."""

import logging
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.proof.machine import ContestMachine
from tests.proof.rules import WHO_FOLLOWS, drive
from tests.proof.soak import length
from tests.proof.stores import in_memory, on_dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LIVES, COMINGS = 12, 100
TestMachine = ContestMachine.TestCase
TestMachine.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is made to go wrong is logged as it should be, thousands of times."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_lives_by_plain_chance_reach_every_corner() -> None:
    """A machine that never gets anywhere would prove nothing."""
    reached = Counter[str]()
    for seed in range(LIVES):
        rng = Random(seed)
        with in_memory(seed) as life:
            drive(life, rng, length(rng))
        reached += life.tally
    steps = ["follow", "unfollow", "visit", "draw", "submit", "claim", "work", "sweep", "renew", "retry"]
    steps += ["settle", "smoke"]
    assert [step for step in steps if not reached[f"{step}: ok"]] == []
    codes = "killed try_again contest_paused contest_closed not_following on_hold no_chance_left not_passed"
    assert [code for code in codes.split() if not reached[f"claim: {code}"]] == []


def test_events_that_come_after_the_page_was_opened_bring_their_chance_in_some_lives() -> None:
    seen, counted = 0, 0
    for seed in range(COMINGS):
        with in_memory(seed) as life:
            drive(life, Random(seed), 60, rules=WHO_FOLLOWS)
        ahead = [follows for follows in life.model.follows.values() if follows.seen_at is not None]
        seen, counted = seen + len(ahead), counted + sum(bool(follows.counted_for) for follows in ahead)
    assert seen > counted > 0


def test_a_life_on_dynamodb_local(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> None:
    with on_dynamodb(dynamodb, dynamodb_endpoint)(3) as life:
        drive(life, Random(3), 120)
    assert life.tally["claim: ok"]
    with on_dynamodb(dynamodb, dynamodb_endpoint)(5) as life:
        drive(life, Random(5), 40, rules=WHO_FOLLOWS)
    assert any(follows.seen_at and follows.counted_for for follows in life.model.follows.values())
