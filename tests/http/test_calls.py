"""The number of DynamoDB calls per request on a warm instance, counted at botocore's client."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.row_values import ME, who_key
from chalicelib.domain.purge import digest_with
from chalicelib.domain.units import unit_scene
from tests.http.aws_faults import Aws, watched_aws
from tests.http.callback_client import CallbackClient
from tests.http.stage import PACE, Stage, draw, right_answers, submit

READS = {"GetItem", "Query", "BatchGetItem", "TransactGetItems"}


@pytest.fixture
def callback(stage: Stage) -> CallbackClient:
    return CallbackClient(stage)


@pytest.fixture
def aws(callback: CallbackClient) -> Iterator[Aws]:
    """The instance is warm: it has handled a message before."""
    callback.event("somebody", "subscribe")
    callback.event("sharer", "subscribe")
    with watched_aws() as aws:
        yield aws


def test_a_follow_and_an_unfollow(callback: CallbackClient, aws: Aws) -> None:
    callback.event("alice", "subscribe")
    assert aws.dynamodb() == ["UpdateItem"]
    callback.event("alice", "subscribe")
    assert aws.dynamodb() == ["UpdateItem"], "a repeat"
    callback.event("alice", "unsubscribe")
    assert aws.dynamodb() == ["UpdateItem"]
    callback.stage.wait(seconds=1)
    callback.event("alice", "subscribe")
    assert aws.dynamodb() == ["UpdateItem"], "back again"


def test_granting_and_withdrawing_a_referral(callback: CallbackClient, aws: Aws) -> None:
    key = f"qrscene_{callback.stage.services.ports.share_codes.make_share_code('sharer')}"
    callback.event("friend", "subscribe", EventKey=key, Ticket="T")
    assert aws.dynamodb() == ["UpdateItem", "TransactWriteItems"]
    callback.event("friend", "subscribe", EventKey=key, Ticket="T")
    assert aws.dynamodb() == ["UpdateItem"], "a repeat: it has been counted"
    callback.stage.wait(seconds=1)
    callback.event("friend", "unsubscribe")
    assert aws.dynamodb() == ["UpdateItem", "TransactWriteItems"]
    callback.event("friend", "unsubscribe")
    assert aws.dynamodb() == ["UpdateItem"], "settled"


def test_former_followers_of_purged_contests_cost_no_call_more(callback: CallbackClient) -> None:
    """The key of their digests is read once an instance; the digest is a part of the granting transaction."""
    stage = callback.stage
    ports, contest = stage.ports, stage.services.contest
    privacy = replace(contest.privacy, former="digest")
    stage.services.contest = ports.contest = replace(contest, privacy=privacy)
    digest = digest_with(ports.personal_data.former_key("ab" * 32))
    FollowerRow(digest("former"), first_follow_at=0).save()
    key = f"qrscene_{ports.share_codes.make_share_code('sharer')}"
    callback.event("sharer", "subscribe")
    with watched_aws() as aws:
        for friend, key_read in (("one", ["GetItem"]), ("two", []), ("former", [])):
            callback.event(friend, "subscribe", EventKey=key, Ticket="T")
            assert [name for service, name, _ in aws.calls if service == "dynamodb"] == [
                "UpdateItem",
                *key_read,
                "TransactWriteItems",
            ]
            aws.calls.clear()
    assert ports.participants.read_participation("sharer").me.chances.granted == 3


@pytest.mark.parametrize("late", [1, 0])
def test_a_friend_who_opens_the_page_ahead_of_their_follow_s_event(
    callback: CallbackClient, aws: Aws, late: int
) -> None:
    key = f"qrscene_{callback.stage.services.ports.share_codes.make_share_code('sharer')}"
    followed = int(callback.stage.now.timestamp())
    callback.stage.wait(seconds=late)
    callback.stage.wechat.follow("friend")
    callback.stage.visitor("friend")
    assert aws.dynamodb() == ["GetItem", "UpdateItem", "UpdateItem"]
    callback.event("friend", "subscribe", EventKey=key, Ticket="T", CreateTime=followed)
    assert aws.dynamodb() == ["UpdateItem", *["TransactWriteItems"] * late]
    callback.event("friend", "subscribe", EventKey=key, Ticket="T", CreateTime=followed)
    assert aws.dynamodb() == ["UpdateItem"], "a repeat"


def test_leaving_when_the_sharer_has_spent_all_is_settled_for_good(callback: CallbackClient, aws: Aws) -> None:
    """The rare third call marks the friend, so that a later chance of the sharer is not taken back."""
    services = callback.stage.services
    key = f"qrscene_{services.ports.share_codes.make_share_code('sharer')}"
    callback.event("friend", "subscribe", EventKey=key, Ticket="T")
    ParticipantRow(who_key(services.contest.id, "sharer"), ME).update([ParticipantRow.spent.set(2)])
    callback.stage.wait(seconds=1)
    aws.dynamodb()
    callback.event("friend", "unsubscribe")
    assert aws.dynamodb() == ["UpdateItem", "TransactWriteItems", "TransactWriteItems"]
    callback.event("friend", "unsubscribe")
    assert aws.dynamodb() == ["UpdateItem"]


def test_a_former_follower_or_the_sharer_costs_nothing_more(callback: CallbackClient, aws: Aws) -> None:
    key = f"qrscene_{callback.stage.services.ports.share_codes.make_share_code('sharer')}"
    callback.event("friend", "unsubscribe")
    callback.stage.wait(seconds=1)
    aws.dynamodb()
    callback.event("friend", "subscribe", EventKey=key, Ticket="T")
    callback.event("sharer", "subscribe", EventKey=key, Ticket="T")
    assert aws.dynamodb() == ["UpdateItem", "UpdateItem"]


def test_a_follow_by_a_units_code(callback: CallbackClient, aws: Aws) -> None:
    callback.event("alice", "subscribe", EventKey=f"qrscene_{unit_scene('岔河镇')}", Ticket="T")
    assert aws.dynamodb() == ["UpdateItem", "TransactWriteItems"]


def test_what_the_contest_does_not_know_costs_nothing(callback: CallbackClient, aws: Aws) -> None:
    callback.text("alice", "查企业")
    callback.event("alice", "CLICK", EventKey="credit:query")
    callback.event("alice", "VIEW", EventKey="https://x.example")
    callback.text("alice", "规则")
    assert aws.dynamodb() == []


def test_a_draw_reads_once_and_writes_nothing(callback: CallbackClient, aws: Aws) -> None:
    browser = callback.stage.person("alice")
    aws.dynamodb()
    draw(browser)
    found = aws.dynamodb()
    assert len(found) <= 1
    assert set(found) <= READS


@pytest.mark.parametrize("right", [10, 4])
def test_a_submission(callback: CallbackClient, aws: Aws, right: int) -> None:
    browser = callback.stage.person("alice")
    drawn = draw(browser)
    callback.stage.wait(seconds=PACE)
    aws.dynamodb()
    assert submit(browser, drawn, right_answers(drawn, right)).status == 200
    assert aws.dynamodb() == ["TransactWriteItems"]
