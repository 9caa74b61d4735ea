"""WeChat Pay's notifications: only recently signed ones are accepted, and they decide nothing."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.http.browser import Answer
from tests.http.stage import Stage
from tests.support.queues import FakeQueue
from tests.support.v3_keys import KEY_ID, key_pair, notification, sealed_notice, signature_headers
from tests.support.world import World

BILL = {"openid": "o-winner", "out_bill_no": "Plan0Plan0Pl00000042", "state": "SUCCESS"}
BODY = notification(BILL)


@pytest.fixture
def queue(stage: Stage) -> FakeQueue:
    stage.services.settings = replace(
        stage.services.settings, pay_public_key_id=KEY_ID, pay_public_key=key_pair("wechat").public_pem
    )
    queue = FakeQueue(World())
    stage.ports.payout_queue = queue
    return queue


def notify(stage: Stage, body: bytes = BODY, changed: dict[str, str] | None = None) -> Answer:
    headers = {"Content-Type": "application/json", **signature_headers(body, stage.now, **(changed or {}))}
    return stage.browser().request("POST", "/wechatpay/notify", body, headers)


def test_the_resource_is_queued_still_encrypted(stage: Stage, queue: FakeQueue) -> None:
    for _ in range(2):
        answer = notify(stage)
        assert (answer.status, answer.body) == (204, b"")
    assert queue.notifications == [sealed_notice(BILL)] * 2
    assert "o-winner" not in str(queue.notifications)


@pytest.mark.parametrize(
    "changed",
    [
        {"signer": "forger"},
        {"Serial": "PUB_KEY_ID_another"},
        {"Signature": ""},
        {"Signature": "WECHATPAY/SIGNTEST/" + "A" * 325},
        {"Timestamp": "1"},
    ],
)
def test_a_forged_one_is_refused(stage: Stage, queue: FakeQueue, changed: dict[str, str]) -> None:
    answer = notify(stage, changed=changed)
    assert (answer.status, answer.body, queue.notifications) == (401, b"", [])


def test_a_replayed_one_is_refused_after_five_minutes(stage: Stage, queue: FakeQueue) -> None:
    headers = {"Content-Type": "application/json", **signature_headers(BODY, stage.now)}
    for minutes, status in ((4, 204), (6, 401)):
        later = stage.now
        stage.now = later + timedelta(minutes=minutes)
        assert stage.browser().request("POST", "/wechatpay/notify", BODY, headers).status == status
        stage.now = later
    assert len(queue.notifications) == 1


def test_a_changed_and_a_large_one_are_refused(stage: Stage, queue: FakeQueue) -> None:
    headers = signature_headers(BODY, stage.now)
    for body in (BODY.replace(b"SUCCESS", b"FAILURE", 1) + b" ", b""):
        assert stage.browser().request("POST", "/wechatpay/notify", body, headers).status == 401
    assert notify(stage, json.dumps({"x": "y" * 20_000}).encode()).status == 401
    assert queue.notifications == []


@pytest.mark.parametrize("body", [b"{}", b"[]", b"", notification(BILL, event="TRANSACTION.SUCCESS")])
def test_what_is_about_something_else_is_taken_and_dropped(stage: Stage, queue: FakeQueue, body: bytes) -> None:
    assert notify(stage, body).status == 204
    assert queue.notifications == []


def test_without_a_key_everything_is_refused(stage: Stage, queue: FakeQueue) -> None:
    stage.services.settings = replace(stage.services.settings, pay_public_key="")
    assert notify(stage).status == 401


def test_one_that_cannot_be_queued_is_to_be_repeated(stage: Stage, queue: FakeQueue) -> None:
    queue.broken = True
    assert notify(stage).outcome == (503, "try_again")


def test_no_page_s_origin_matters_and_no_header_is_needed(stage: Stage, queue: FakeQueue) -> None:
    """WeChat Pay is no browser."""
    headers: dict[str, Any] = signature_headers(BODY, stage.now)
    assert stage.browser().request("POST", "/wechatpay/notify", BODY, headers).status == 204
