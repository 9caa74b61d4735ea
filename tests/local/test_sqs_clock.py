"""The queues' clock is set forward with the others."""

from pathlib import Path

import boto3
import pytest
from moto.sqs import models

from chalicelib.adapters.clock import set_forward
from infra.local.sqs_server import is_kept, set_with
from tests.support.engines import REGION


@pytest.fixture
def clock_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("unix_time", "unix_time_millis"):
        monkeypatch.setattr(models, name, getattr(models, name))  # restored afterwards
    file = tmp_path / "clock"
    set_with(file)
    return file


def test_a_delay_and_an_invisible_message_end_by_it(moto_tables: str, clock_file: Path) -> None:
    client = boto3.client("sqs", region_name=REGION)
    url = client.get_queue_url(QueueName=f"{moto_tables}-later")["QueueUrl"]

    def received() -> int:
        return len(client.receive_message(QueueUrl=url, VisibilityTimeout=600).get("Messages", []))

    client.send_message(QueueUrl=url, MessageBody="late", DelaySeconds=900)
    assert received() == 0
    set_forward(clock_file, 901)
    assert [received(), received()] == [1, 0]
    set_forward(clock_file, 601)
    assert received() == 1


def test_a_message_is_dropped_after_its_retention(
    moto_tables: str, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models.SQSBackend, "is_message_valid_based_on_retention_period", is_kept)
    client = boto3.client("sqs", region_name=REGION)
    url = client.get_queue_url(QueueName=f"{moto_tables}-later")["QueueUrl"]
    kept = int(
        client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]["MessageRetentionPeriod"]
    )
    client.send_message(QueueUrl=url, MessageBody="old")
    set_forward(clock_file, kept - 60)
    assert client.receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    set_forward(clock_file, 120)
    assert "Messages" not in client.receive_message(QueueUrl=url)
