"""Putting a message on a queue: succeeds at once or returns False."""

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import closing

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.adapters.queues import Queue, sqs_client
from tests.support.engines import REGION

BODY = "a body that names openid-1"


def taken(name: str) -> list[str]:
    client = boto3.client("sqs", region_name=REGION)
    url = client.get_queue_url(QueueName=name)["QueueUrl"]
    return [m["Body"] for m in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]


def test_a_body_arrives_as_it_was(moto_tables: str) -> None:
    queue = Queue(sqs_client(), f"{moto_tables}-later")
    assert queue.send_body(BODY)
    assert queue.send_body("第二条")
    assert sorted(taken(f"{moto_tables}-later")) == sorted([BODY, "第二条"])


def test_the_address_is_asked_for_once(moto_tables: str) -> None:
    client = sqs_client()
    asked: list[str] = []
    client.meta.events.register("before-call.sqs", lambda model, **_: asked.append(model.name))
    queue = Queue(client, f"{moto_tables}-later")
    assert queue.send_body("1")
    assert queue.send_body("2")
    assert asked == ["GetQueueUrl", "SendMessage", "SendMessage"]


def test_a_queue_that_was_missing_is_asked_for_again(moto_tables: str) -> None:
    client = sqs_client()
    queue = Queue(client, "made-late")
    assert not queue.send_body("1")
    client.create_queue(QueueName="made-late")
    assert queue.send_body("2")


@pytest.mark.parametrize("code", ["Throttling", "AccessDenied", "InternalError", "ServiceUnavailable"])
def test_a_refusal_is_a_no(caplog: pytest.LogCaptureFixture, code: str) -> None:
    client = sqs_client()
    with Stubber(client) as stub, caplog.at_level(logging.WARNING):
        stub.add_response("get_queue_url", {"QueueUrl": "https://queue"})
        stub.add_client_error("send_message", code, service_message=BODY)
        assert not Queue(client, "any").send_body(BODY)
    assert "a message was not queued: ClientError" in caplog.text
    assert "openid-1" not in caplog.text


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that accepts connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_silent_queue_is_a_no_within_a_moment(
    black_hole: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", black_hole)
    client = sqs_client()
    began = time.monotonic()
    with caplog.at_level(logging.WARNING):
        assert not Queue(client, "any").send_body(BODY)
    assert time.monotonic() - began < 2
    assert "ReadTimeoutError" in caplog.text
    client.close()
