"""Money and chances stay right (I1 to I7), whatever people, the clock, the store and WeChat Pay do."""

import logging
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.proof.contest_stores import in_memory, on_dynamodb
from tests.proof.machine import ContestMachine
from tests.proof.machine_rules import FOLLOW_RULES, RECEIPT_RULES, drive
from tests.proof.soak import step_count

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONTESTS, FOLLOW_CONTESTS, TRANSFER_CONTESTS = 12, 100, 40
TestMachine = ContestMachine.TestCase
TestMachine.settings = settings(
    max_examples=40,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Silences the log: injected faults would fill it with thousands of lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_random_contests_reach_every_step_and_refusal() -> None:
    """A machine whose steps never succeed would prove nothing."""
    reached = Counter[str]()
    for seed in range(CONTESTS):
        rng = Random(seed)
        with in_memory(seed) as sim:
            drive(sim, rng, step_count(rng))
        reached += sim.outcomes
    steps = ["follow", "unfollow", "visit", "draw", "submit", "claim", "run_job", "sweep", "renew", "retry"]
    steps += ["settle", "smoke", "tap", "notify", "withdraw"]
    assert [step for step in steps if not reached[f"{step}: ok"]] == []
    codes = "killed try_again contest_paused contest_closed not_following on_hold no_chance_left not_passed"
    assert [code for code in codes.split() if not reached[f"claim: {code}"]] == []


def test_random_transfers_reach_every_end() -> None:
    reached, ends = Counter[str](), Counter[str]()
    for seed in [seed for seed in range(TRANSFER_CONTESTS) if seed % 4 in (1, 2)]:
        with in_memory(seed) as sim:
            drive(sim, Random(seed), 150, rules=RECEIPT_RULES)
        reached += sim.outcomes
        ends += Counter(claim.status.value for claim in sim.checker.claims)
        ends["with a further number"] += sum(bool(claim.unconfirmed) for claim in sim.checker.claims)
    codes = "ok killed try_again nothing_to_receive too_many_requests not_found"
    assert [code for code in codes.split() if not reached[f"tap: {code}"]] == []
    assert [end for end in ("received", "lapsed", "failed", "with a further number") if not ends[end]] == []


def test_events_that_come_after_a_visit_count_in_some_contests() -> None:
    seen, counted = 0, 0
    for seed in range(FOLLOW_CONTESTS):
        with in_memory(seed) as sim:
            drive(sim, Random(seed), 60, rules=FOLLOW_RULES)
        ahead = [follows for follows in sim.model.follows.values() if follows.seen_at is not None]
        seen, counted = seen + len(ahead), counted + sum(bool(follows.counted_for) for follows in ahead)
    assert seen > counted > 0


def test_a_contest_on_dynamodb_local(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> None:
    with on_dynamodb(dynamodb, dynamodb_endpoint)(3) as sim:
        drive(sim, Random(3), 120)
    assert sim.outcomes["claim: ok"]
    with on_dynamodb(dynamodb, dynamodb_endpoint)(42) as sim:
        drive(sim, Random(42), 60, rules=RECEIPT_RULES)
    assert sim.outcomes["tap: ok"]
    assert sim.pay.ledger
    with on_dynamodb(dynamodb, dynamodb_endpoint)(10) as sim:
        drive(sim, Random(10), 50, rules=FOLLOW_RULES)
    assert any(follows.seen_at and follows.counted_for for follows in sim.model.follows.values())
