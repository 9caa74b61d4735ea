"""PayoutQueue: a job arrives as it was put; a queue that does not take it is no failure of the claim."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.payout_queue import SqsPayoutQueue, from_body, to_body
from chalicelib.domain.claims import ClaimRef
from chalicelib.ports import PayoutQueue
from tests.engines import REGION
from tests.fakes.outside import FakeQueue
from tests.fakes.world import World

REF = ClaimRef("o-openid_1", "a1")
Queue = tuple[PayoutQueue, Callable[[], list[ClaimRef]]]
"""And the jobs that it holds."""


@pytest.fixture(params=["fake", "moto"])
def queue(request: pytest.FixtureRequest) -> Iterator[Queue]:
    if request.param == "fake":
        fake = FakeQueue(World())
        yield fake, lambda: fake.jobs
        return
    client, name = boto3.client("sqs", region_name=REGION), f"{request.getfixturevalue('moto_tables')}-payouts"
    yield SqsPayoutQueue(client, name), lambda: received(client, name)
    client.close()


def received(client: Any, name: str) -> list[ClaimRef]:
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [from_body(message["Body"]) for message in messages]


@pytest.fixture(params=["fake", "missing", "silent"])
def broken_queue(request: pytest.FixtureRequest) -> Iterator[PayoutQueue]:
    if request.param == "fake":
        fake = FakeQueue(World())
        fake.broken = True
        yield fake
        return
    request.getfixturevalue("moto_tables")
    endpoint = nobody_listens() if request.param == "silent" else None
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    client = boto3.client("sqs", region_name=REGION, endpoint_url=endpoint, config=once)
    yield SqsPayoutQueue(client, "no-such-queue")
    client.close()


def nobody_listens() -> str:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{bound.getsockname()[1]}"


def test_a_job_arrives_as_it_was_put(queue: Queue) -> None:
    put, jobs = queue
    assert put.put(REF)
    assert put.put(ClaimRef("o2", "a2"))
    assert sorted(jobs(), key=lambda ref: ref.openid) == [REF, ClaimRef("o2", "a2")]


def test_a_queue_that_does_not_take_it_says_so(broken_queue: PayoutQueue) -> None:
    assert broken_queue.put(REF) is False


def test_a_job_s_body_is_read_back() -> None:
    assert from_body(to_body(REF)) == REF


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"v": 2}', '{"v": 1, "openid": 7, "attempt_id": "a"}', "null"])
def test_a_body_that_is_no_job_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|not a payout job"):
        from_body(body)
