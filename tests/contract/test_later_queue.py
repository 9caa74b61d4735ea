"""LaterQueue: an event arrives unchanged; False is returned when the queue does not take it."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.queues import SqsLaterQueue, read_later_body
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.referral import WaitingReferral
from chalicelib.ports import LaterQueue
from tests.contract.test_payout_queue import nobody_listens
from tests.support.engines import REGION
from tests.support.queues import FakeLaterQueue
from tests.support.world import World

FOLLOW = IncomingMessage(Kind.FOLLOW, "o-openid_1", 1594180800, scene="u.0123456789abcdef")
Queue = tuple[LaterQueue, Callable[[], list[IncomingMessage | WaitingReferral | str]]]
"""Yields the queue and a function that returns its jobs."""


@pytest.fixture(params=["fake", "moto"])
def queue(request: pytest.FixtureRequest) -> Iterator[Queue]:
    if request.param == "fake":
        fake = FakeLaterQueue(World())
        yield (
            fake,
            lambda: [*fake.events, *fake.sharers, *(waiting for waiting, minutes in fake.referrals if not minutes)],
        )
        return
    client, name = boto3.client("sqs", region_name=REGION), f"{request.getfixturevalue('moto_tables')}-later"
    yield SqsLaterQueue(client, name), lambda: received(client, name)
    client.close()


def received(client: Any, name: str) -> list[IncomingMessage | WaitingReferral | str]:
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [read_later_body(message["Body"]) for message in messages]


@pytest.fixture(params=["fake", "missing", "silent"])
def broken_queue(request: pytest.FixtureRequest) -> Iterator[LaterQueue]:
    if request.param == "fake":
        fake = FakeLaterQueue(World())
        fake.broken = True
        yield fake
        return
    request.getfixturevalue("moto_tables")
    endpoint = nobody_listens() if request.param == "silent" else None
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    client = boto3.client("sqs", region_name=REGION, endpoint_url=endpoint, config=once)
    yield SqsLaterQueue(client, "no-such-queue")
    client.close()


def test_a_referral_arrives_when_it_has_waited(queue: Queue) -> None:
    put, held = queue
    waiting = WaitingReferral("o-friend", "o-sharer", 1594180800)
    assert put.put_referral(waiting, 15)
    assert held() == []
    assert put.put_referral(waiting, 0)
    assert held() == [waiting]


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN])
def test_an_event_arrives_as_it_was_heard(queue: Queue, kind: Kind) -> None:
    put, held = queue
    event = IncomingMessage(kind, FOLLOW.openid, FOLLOW.create_time, scene=FOLLOW.scene)
    assert put.put_event(event)
    assert held() == [event]


def test_a_sharer_to_tell_arrives(queue: Queue) -> None:
    put, held = queue
    assert put.put_notice("o2")
    assert held() == ["o2"]


def test_a_queue_that_does_not_take_it_says_so(broken_queue: LaterQueue) -> None:
    assert broken_queue.put_event(FOLLOW) is False
    assert broken_queue.put_notice("o2") is False


BODIES = ["", "[]", "{}", '{"v": 2, "tell": "o"}', '{"v": 1}', '{"v": 1, "tell": 7}', "null"]
BODIES += [
    '{"v": 1, "kind": "DANCE", "openid": "o", "create_time": 1, "scene": ""}',
    '{"v": 1, "kind": 7, "openid": "o", "create_time": 1, "scene": ""}',
    '{"v": 1, "kind": "FOLLOW", "openid": "o"}',
]


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_is_neither_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|not an event|not a job"):
        read_later_body(body)
