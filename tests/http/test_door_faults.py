"""The callback while the store or the queue is out of order: WeChat has its answer in time and no event is lost."""

import time
from collections.abc import Iterator
from random import Random

import pytest

from chalicelib import wiring
from chalicelib.domain.participation import Follower
from chalicelib.domain.units import unit_scene
from infra.simulator.sealing import Sealed
from tests.http.browser import Answer
from tests.http.faults import Aws, Fault, answer_lost, black_hole, nobody_there, refused, watched_aws
from tests.http.letters import PostOffice
from tests.http.stage import Stage, build, deployed_settings, pass_attempt

UNIT = "岔河镇"
SECONDS_OF_WECHAT = 5
FAULTS: dict[str, Fault] = {
    "throttled": refused("ThrottlingException"),
    "over capacity": refused("ProvisionedThroughputExceededException"),
    "broken": refused("InternalServerError"),
    "no rights": refused("AccessDeniedException"),
    "no table": refused("ResourceNotFoundException"),
    "expired credentials": refused("ExpiredTokenException"),
    "not there": nobody_there,
    "answer lost": answer_lost,
}
each_fault = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
KINDS = ("throttled", "no rights", "answer lost")
a_fault_of_each_kind = pytest.mark.parametrize("fault", [FAULTS[kind] for kind in KINDS], ids=KINDS)


@pytest.fixture
def post(stage: Stage) -> PostOffice:
    return PostOffice(stage)


@pytest.fixture
def aws(stage: Stage) -> Iterator[Aws]:
    with watched_aws() as aws:
        yield aws


def follower(post: PostOffice, openid: str) -> Follower | None:
    return post.stage.services.followers.find(openid)


def follows(post: PostOffice, openid: str) -> bool:
    found = follower(post, openid)
    return found is not None and found.subscribed


def granted(post: PostOffice, openid: str) -> int:
    return post.stage.services.participants.participation(openid).me.chances.granted


def event_at(post: PostOffice, openid: str, event: str, second: int, **fields: str) -> Sealed:
    stamp = int(post.stage.now.timestamp()) + second
    return post.letter(post.message(openid, "event", Event=event, **fields) | {"CreateTime": stamp})


def assert_sent_away(answer: Answer) -> None:
    assert (answer.status, answer.body) == (503, b"")
    assert answer.header("content-type").startswith("text/plain")


@each_fault
def test_a_follow_that_the_store_cannot_take_waits_in_the_queue(post: PostOffice, aws: Aws, fault: Fault) -> None:
    aws.faults["dynamodb"] = fault
    answer = post.event("alice", "subscribe")
    assert "欢迎关注" in post.reply(answer)["Content"]
    aws.faults.clear()
    assert follows(post, "alice") is (fault is answer_lost)
    assert post.stage.work_off() == 1
    assert follows(post, "alice")
    assert pass_attempt(post.stage, post.stage.visitor("alice")), "and takes part"
    assert post.stage.work_off() == 0


@a_fault_of_each_kind
def test_an_unfollow_waits_as_well(post: PostOffice, aws: Aws, fault: Fault) -> None:
    post.event("alice", "subscribe")
    post.stage.wait(seconds=1)
    aws.faults["dynamodb"] = fault
    assert post.event("alice", "unsubscribe").body == b"success"
    aws.faults.clear()
    assert post.stage.work_off() == 1
    assert not follows(post, "alice")


@a_fault_of_each_kind
def test_a_scan_of_a_units_code_waits_and_is_answered(post: PostOffice, aws: Aws, fault: Fault) -> None:
    post.event("alice", "subscribe")
    aws.faults["dynamodb"] = fault
    answer = post.event("alice", "SCAN", EventKey=unit_scene(UNIT), Ticket="T")
    assert (answer.status, answer.body) == (200, b"success")
    aws.faults.clear()
    assert post.stage.work_off() == 1
    assert post.stage.services.participants.participation("alice").me.unit == UNIT


@pytest.mark.parametrize("queue", [nobody_there, refused("AccessDenied")], ids=["silent", "refused"])
@a_fault_of_each_kind
def test_with_the_queue_down_too_wechat_is_to_send_it_again(
    post: PostOffice, aws: Aws, fault: Fault, queue: Fault
) -> None:
    letter = event_at(post, "alice", "subscribe", 0, EventKey=f"qrscene_{unit_scene(UNIT)}", Ticket="T")
    aws.faults = {"dynamodb": fault, "sqs": queue}
    assert_sent_away(post.post(letter))
    assert_sent_away(post.post(letter))
    aws.faults.clear()
    assert post.post(letter).status == 200
    assert follows(post, "alice")
    assert post.stage.services.participants.participation("alice").me.unit == UNIT
    assert post.stage.work_off() == 0


def test_when_only_the_queue_is_down_nothing_is_amiss(post: PostOffice, aws: Aws) -> None:
    aws.faults["sqs"] = nobody_there
    code = post.stage.services.share_codes.of("sharer")
    assert post.event("alice", "subscribe", EventKey=f"qrscene_{code}", Ticket="T").status == 200
    assert follows(post, "alice")
    assert granted(post, "sharer") == 2, "the sharer is not told, that is all"


@a_fault_of_each_kind
@pytest.mark.parametrize("spared", [0, 1])
def test_a_referral_is_counted_once_wherever_the_store_fails(
    post: PostOffice, aws: Aws, fault: Fault, spared: int
) -> None:
    code = post.stage.services.share_codes.of("sharer")
    letter = event_at(post, "friend", "subscribe", 0, EventKey=f"qrscene_{code}", Ticket="T")
    aws.faults, aws.spared = {"dynamodb": fault}, spared
    assert post.post(letter).status == 200
    aws.faults.clear()
    assert post.stage.work_off() >= 1  # the event, and a word to the sharer
    assert granted(post, "sharer") == 2
    for _ in range(3):
        post.post(letter)
        post.stage.work_off()
    assert granted(post, "sharer") == 2
    friend = follower(post, "friend")
    assert friend
    assert friend.referral_to == "sharer"


@a_fault_of_each_kind
@pytest.mark.parametrize("spared", [0, 1])
def test_a_withdrawal_is_settled_once_wherever_the_store_fails(
    post: PostOffice, aws: Aws, fault: Fault, spared: int
) -> None:
    code = post.stage.services.share_codes.of("sharer")
    post.post(event_at(post, "friend", "subscribe", 0, EventKey=f"qrscene_{code}", Ticket="T"))
    post.post(event_at(post, "other", "subscribe", 0, EventKey=f"qrscene_{code}", Ticket="T"))
    post.stage.work_off()
    left = event_at(post, "friend", "unsubscribe", 1)
    aws.faults, aws.spared = {"dynamodb": fault}, spared
    assert post.post(left).body == b"success"
    aws.faults.clear()
    assert post.stage.work_off() == 1
    assert granted(post, "sharer") == 2
    post.post(left)
    assert granted(post, "sharer") == 2


def test_an_event_that_overtook_a_waiting_one_counts(post: PostOffice, aws: Aws) -> None:
    aws.faults["dynamodb"] = nobody_there
    post.post(event_at(post, "alice", "subscribe", 10))
    post.post(event_at(post, "bob", "unsubscribe", 10))
    aws.faults.clear()
    post.post(event_at(post, "alice", "unsubscribe", 11))
    post.post(event_at(post, "bob", "subscribe", 11))
    assert post.stage.work_off() == 2
    assert (follows(post, "alice"), follows(post, "bob")) == (False, True)


def test_a_word_is_answered_again_when_the_store_is_back(post: PostOffice, aws: Aws) -> None:
    """What changes nothing is not queued: WeChat asks again."""
    aws.faults["dynamodb"] = nobody_there
    assert_sent_away(post.text("alice", "我的"))
    assert post.text("alice", "查企业").body == b"success", "the account's own words do not hang on our store"
    assert post.text("alice", "规则").status == 200
    aws.faults.clear()
    assert post.text("alice", "我的").status == 200
    assert post.stage.work_off() == 0


@pytest.mark.parametrize("seed", range(5))
def test_no_event_is_ever_lost(post: PostOffice, aws: Aws, seed: int) -> None:
    """Events of one minute, each sent as WeChat does, up to three times, between faults that come and go.

    Whatever was answered with 200 counts at the end, as CreateTime orders it.
    """
    rng = Random(seed)
    last: dict[str, tuple[int, bool]] = {}
    seconds = {openid: rng.sample(range(60), 8) for openid in ("alice", "bob")}
    events = [(openid, second) for openid, all_of in seconds.items() for second in all_of]
    rng.shuffle(events)
    for openid, second in events:
        event = rng.choice(["subscribe", "unsubscribe"])
        letter = event_at(post, openid, event, second)
        for _ in range(3):
            aws.faults = {
                service: rng.choice(list(FAULTS.values())) for service in ("dynamodb", "sqs") if rng.random() < 0.4
            }
            answered = post.post(letter).status
            assert answered in (200, 503)
            if answered == 200:
                last[openid] = max(last.get(openid, (-1, False)), (second, event == "subscribe"))
                break
        aws.faults.clear()
        if rng.random() < 0.3:
            post.stage.work_off()
    post.stage.work_off()
    for openid, (second, following) in last.items():
        found = follower(post, openid)
        assert found
        assert found.event_at is not None
        if found.event_at == int(post.stage.now.timestamp()) + second:
            assert found.subscribed is following
        else:  # an event that was answered 503 three times was stored all the same, its answer lost
            assert found.event_at > int(post.stage.now.timestamp()) + second


FOLLOWS = {
    "plain": "",
    "by a unit's code": f"qrscene_{unit_scene(UNIT)}",
    "by a share code": "SHARED",
}


@pytest.mark.parametrize("key", FOLLOWS.values(), ids=FOLLOWS.keys())
@pytest.mark.parametrize("queue", ["up", "silent"])
def test_a_silent_store_does_not_keep_wechat_waiting(
    moto_tables: str, monkeypatch: pytest.MonkeyPatch, key: str, queue: str
) -> None:
    with black_hole() as nowhere:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", nowhere)
        if queue == "silent":
            monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", nowhere)
        post = PostOffice(build(deployed_settings(moto_tables), plan=False))
        if key == "SHARED":
            key = f"qrscene_{post.stage.services.share_codes.of('sharer')}"
        letter = event_at(post, "alice", "subscribe", 0, EventKey=key, Ticket="T")
        began = time.monotonic()
        answer = post.post(letter)
        assert time.monotonic() - began < SECONDS_OF_WECHAT
        if queue == "silent":
            assert_sent_away(answer)
        else:
            assert "欢迎关注" in post.reply(answer)["Content"]
        monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB")
        monkeypatch.delenv("AWS_ENDPOINT_URL_SQS", raising=False)
    again = PostOffice(build(deployed_settings(moto_tables), plan=False))
    waiting = again.stage.work_off()
    assert (waiting > 0) is (queue == "up")
    assert follows(again, "alice") is (queue == "up")
    wiring.install(None)
