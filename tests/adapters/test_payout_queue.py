"""Payout jobs are read from the queue as they were put, and a silent queue is no error."""

import json
import logging

import boto3
import pytest
from botocore.config import Config
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.queues import SqsPayoutQueue, payout_body, read_payout_body
from chalicelib.domain.claim import ClaimRef
from tests.support.engines import REGION

REF = ClaimRef("openid-1", "attempt-1")


@given(st.builds(ClaimRef, st.text(), st.text()), st.booleans())
def test_a_job_comes_back_as_it_was(ref: ClaimRef, ask: bool) -> None:
    assert read_payout_body(payout_body(ref, ask)) == (ref, ask)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "null",
        "[]",
        '"job"',
        "{}",
        '{"v": 2, "openid": "o", "attempt_id": "a"}',
        '{"openid": "o", "attempt_id": "a"}',
        '{"v": 1, "openid": "o"}',
        '{"v": 1, "openid": null, "attempt_id": "a"}',
        '{"v": 1, "openid": "o", "attempt_id": 7}',
    ],
)
def test_anything_else_is_no_job(body: str) -> None:
    with pytest.raises(ValueError, match=r"payout job|Expecting"):
        read_payout_body(body)


def test_a_job_lands_on_the_queue(moto_tables: str) -> None:
    client = boto3.client("sqs", region_name=REGION)
    queue = SqsPayoutQueue(client, f"{moto_tables}-payouts")
    assert queue.put_payout(REF)
    assert queue.put_payout(ClaimRef("openid-2", "attempt-2"))
    url = client.get_queue_url(QueueName=f"{moto_tables}-payouts")["QueueUrl"]
    received = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert {read_payout_body(message["Body"])[0].openid for message in received} == {"openid-1", "openid-2"}
    assert json.loads(received[0]["Body"])["v"] == 1


def test_a_queue_that_is_missing_or_silent_is_no_error(moto_tables: str, caplog: pytest.LogCaptureFixture) -> None:
    nowhere = boto3.client(
        "sqs",
        region_name=REGION,
        endpoint_url="http://127.0.0.1:9",
        config=Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}),
    )
    with caplog.at_level(logging.WARNING):
        assert not SqsPayoutQueue(boto3.client("sqs", region_name=REGION), "no-such-queue").put_payout(REF)
        assert not SqsPayoutQueue(nowhere, "any").put_payout(REF)
    assert caplog.text.count("a message was not queued") == 2
    assert "openid-1" not in caplog.text
    nowhere.close()


def test_a_queue_that_was_missing_is_asked_for_again(moto_tables: str) -> None:
    client = boto3.client("sqs", region_name=REGION)
    queue = SqsPayoutQueue(client, "late")
    assert not queue.put_payout(REF)
    client.create_queue(QueueName="late")
    assert queue.put_payout(REF)
