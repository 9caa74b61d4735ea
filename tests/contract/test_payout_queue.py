"""PayoutQueue: a job arrives unchanged; a queue that does not take it does not make the claim fail."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from chalicelib.adapters.queues import SqsPayoutQueue, payout_body, read_notification_body, read_payout_body
from chalicelib.domain.claim import ClaimRef
from chalicelib.ports import PayoutQueue
from tests.support.engines import REGION
from tests.support.queues import FakeQueue
from tests.support.v3_keys import sealed_notice
from tests.support.world import World

REF = ClaimRef("o-openid_1", "a1")
Job = tuple[ClaimRef, bool]
Queue = tuple[PayoutQueue, Callable[[], list[Job]]]
"""Yields the queue and a function that returns its jobs, with True for those that only query."""


@pytest.fixture(params=["fake", "moto"])
def queue(request: pytest.FixtureRequest) -> Iterator[Queue]:
    if request.param == "fake":
        fake = FakeQueue(World())
        yield fake, lambda: [*((ref, False) for ref in fake.jobs), *((ref, True) for ref in fake.asks)]
        return
    client, name = boto3.client("sqs", region_name=REGION), f"{request.getfixturevalue('moto_tables')}-payouts"
    yield SqsPayoutQueue(client, name), lambda: received(client, name)
    client.close()


def received(client: Any, name: str) -> list[Job]:
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    messages = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [read_payout_body(message["Body"]) for message in messages]


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
    assert put.put_payout(REF)
    assert put.put_payout(ClaimRef("o2", "a2"), ask=True)
    assert sorted(jobs(), key=lambda job: job[0].openid) == [(REF, False), (ClaimRef("o2", "a2"), True)]


def test_a_delayed_job_is_not_there_yet(queue: Queue) -> None:
    put, jobs = queue
    assert put.put_payout(REF, delay_seconds=900)
    assert put.put_payout(ClaimRef("o2", "a2"))
    assert jobs() == [(ClaimRef("o2", "a2"), False)]


def test_a_notification_arrives_still_encrypted(moto_tables: str) -> None:
    client, sealed = boto3.client("sqs", region_name=REGION), sealed_notice({"openid": "o1", "out_bill_no": "x"})
    queues: list[PayoutQueue] = [FakeQueue(World()), SqsPayoutQueue(client, f"{moto_tables}-payouts")]
    assert [queue.put_notification(sealed) for queue in queues] == [True, True]
    url = client.get_queue_url(QueueName=f"{moto_tables}-payouts")["QueueUrl"]
    (message,) = client.receive_message(QueueUrl=url)["Messages"]
    assert read_notification_body(message["Body"]) == sealed
    with pytest.raises(ValueError, match="not a payout job"):
        read_payout_body(message["Body"])
    client.close()


def test_a_payout_is_no_notification() -> None:
    assert read_notification_body(payout_body(REF)) is None
    for broken in ("{}", "[]", '{"ciphertext": "x"}', '{"ciphertext": 1, "nonce": "x", "associated_data": "y"}', "7"):
        with pytest.raises(ValueError, match="not a notification"):
            read_notification_body(f'{{"v": 1, "notification": {broken}}}')


def test_a_queue_that_does_not_take_it_says_so(broken_queue: PayoutQueue) -> None:
    assert broken_queue.put_payout(REF) is False
    assert broken_queue.put_payout(REF, ask=True) is False
    assert broken_queue.put_notification(sealed_notice({})) is False


@pytest.mark.parametrize("ask", [True, False])
def test_a_job_s_body_is_read_back(ask: bool) -> None:
    assert read_payout_body(payout_body(REF, ask)) == (REF, ask)


def test_a_job_queued_by_an_older_version_sends() -> None:
    assert read_payout_body('{"v": 1, "openid": "o-openid_1", "attempt_id": "a1"}') == (REF, False)


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"v": 2}', '{"v": 1, "openid": 7, "attempt_id": "a"}', "null"])
def test_a_body_that_is_no_job_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|not a payout job"):
        read_payout_body(body)
