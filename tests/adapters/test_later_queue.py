"""Events and messages to sharers, which wait until WeChat has its answer, are read from the queue as they were put."""

import json

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.queues import SqsLaterQueue, read_later_body
from chalicelib.domain.conversation import IncomingMessage, Kind
from tests.support.engines import REGION

STORED = (Kind.FOLLOW, Kind.UNFOLLOW, Kind.SCAN)
"""Kinds of messages that change something; only these are queued."""


class Wire:
    """Replaces the SQS client and keeps the messages sent."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def get_queue_url(self, **_: str) -> dict[str, str]:
        return {"QueueUrl": "https://queue"}

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:  # noqa: N803
        self.bodies.append(MessageBody)


@given(st.sampled_from(STORED), st.text(), st.integers(1, 10**11), st.text())
def test_an_event_comes_back_as_it_was(kind: Kind, openid: str, create_time: int, scene: str) -> None:
    wire, event = Wire(), IncomingMessage(kind, openid, create_time, scene=scene)
    assert SqsLaterQueue(wire, "later").put_event(event)
    assert read_later_body(wire.bodies[0]) == event


@given(st.text())
def test_a_message_to_a_sharer_comes_back_as_it_was(openid: str) -> None:
    wire = Wire()
    assert SqsLaterQueue(wire, "later").put_notice(openid)
    assert read_later_body(wire.bodies[0]) == openid


def test_both_land_on_the_queue(moto_tables: str) -> None:
    client = boto3.client("sqs", region_name=REGION)
    queue = SqsLaterQueue(client, f"{moto_tables}-later")
    event = IncomingMessage(Kind.FOLLOW, "openid-1", 1_594_137_600, scene="u.1")
    assert queue.put_event(event)
    assert queue.put_notice("openid-2")
    url = client.get_queue_url(QueueName=f"{moto_tables}-later")["QueueUrl"]
    received = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert {read_later_body(message["Body"]) for message in received} == {event, "openid-2"}


def test_a_queue_that_takes_nothing_says_so(moto_tables: str) -> None:
    queue = SqsLaterQueue(boto3.client("sqs", region_name=REGION), "no-such-queue")
    assert not queue.put_event(IncomingMessage(Kind.FOLLOW, "openid-1", 1))
    assert not queue.put_notice("openid-1")


EVENT = {"v": 1, "kind": "FOLLOW", "openid": "o", "create_time": 1, "scene": ""}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        "5",
        "{}",
        json.dumps({"tell": "o"}),
        json.dumps({"v": 2, "tell": "o"}),
        json.dumps({"v": 1, "tell": 5}),
        json.dumps(EVENT | {"v": 2}),
        json.dumps(EVENT | {"kind": "DANCE"}),
        json.dumps(EVENT | {"create_time": "soon"}),
        json.dumps(EVENT | {"create_time": None}),
        *(json.dumps({name: value for name, value in EVENT.items() if name != left_out}) for left_out in EVENT),
    ],
)
def test_anything_else_is_no_job(body: str) -> None:
    with pytest.raises(ValueError, match=r"not a job|not an event|Expecting|invalid literal"):
        read_later_body(body)
