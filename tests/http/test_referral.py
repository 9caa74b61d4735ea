"""A friend opens a link, signs in and follows; the sharer's view, all over HTTP alone."""

from datetime import timedelta

import pytest

from chalicelib.domain.units import unit_scene
from tests.http.browser import Answer, Browser
from tests.http.callback_client import CallbackClient
from tests.http.stage import (
    OPENING,
    PACE,
    PUBLIC,
    Stage,
    build,
    claim,
    deployed_settings,
    draw,
    pass_attempt,
    right_answers,
    submit,
    without_sharing,
)
from tests.http.test_share import share


def code_of(person: Browser) -> str:
    return share(person).removeprefix(f"{PUBLIC}/s/")


def open_link(stage: Stage, openid: str, code: str) -> Answer:
    """Through the authorization to the page."""
    return stage.sign_in(stage.browser(), openid, f"/s/{code}")


def granted(stage: Stage, openid: str) -> int:
    return int(stage.visitor(openid).get("/api/me").json["chances"]["granted"])


def follow(stage: Stage, openid: str, scene: str = "") -> Answer:
    more = {"EventKey": f"qrscene_{scene}", "Ticket": "t"} if scene else {}
    return CallbackClient(stage).event(openid, "subscribe", **more)


def test_a_friend_who_opens_the_link_and_follows_brings_a_chance_at_once(stage: Stage) -> None:
    sharer = stage.person("alice")
    answer = open_link(stage, "friend", code_of(sharer))
    assert answer.header("location") == "/"
    assert granted(stage, "alice") == 1
    follow(stage, "friend")
    assert sharer.get("/api/me").json["chances"] == {"granted": 2, "spent": 0}
    assert granted(stage, "friend") == 1
    for attempt_id in [pass_attempt(stage, sharer) for _ in range(2)]:
        assert claim(sharer, attempt_id).status == 201
    third = pass_attempt(stage, sharer)
    assert claim(sharer, third).outcome == (409, "no_chance_left")


def test_a_friend_who_scans_the_code_brings_a_chance_and_the_sharer_is_told(stage: Stage) -> None:
    sharer = stage.person("alice")
    sealed = follow(stage, "friend", code_of(sharer))
    assert CallbackClient(stage).reply(sealed)["Content"]
    assert granted(stage, "alice") == 2
    assert stage.work_off() == 1
    ((openid, text),) = stage.wechat.messages
    assert openid == "alice"
    assert PUBLIC in text


def test_a_link_is_opened_through_the_authorization_also_by_one_who_is_signed_in(stage: Stage) -> None:
    code = code_of(stage.person("alice"))
    signed_in = stage.visitor("friend")
    for browser in (stage.browser(), signed_in):
        answer = browser.get(f"/s/{code}")
        assert (answer.status, answer.body) == (302, b"")
        assert answer.header("location").startswith("https://open.weixin.qq.com/connect/oauth2/authorize?")
        assert answer.header("cache-control") == "no-store"
        assert code not in answer.header("location")
    assert stage.sign_in(signed_in, "friend", f"/s/{code}").header("location") == "/"
    follow(stage, "friend")
    assert granted(stage, "alice") == 2


def test_of_two_sharers_the_first_one_wins(stage: Stage) -> None:
    codes = [code_of(stage.person(name)) for name in ("alice", "bob")]
    for code in codes:
        open_link(stage, "friend", code)
    follow(stage, "friend", codes[1])
    assert [granted(stage, name) for name in ("alice", "bob")] == [2, 1]


def test_followers_and_former_ones_and_oneself_bring_nothing(stage: Stage) -> None:
    code = code_of(stage.person("alice"))
    stage.person("member")
    stage.wechat.follow("unknown-member")
    for openid in ("member", "unknown-member", "alice"):
        open_link(stage, openid, code)
    CallbackClient(stage).event("former", "unsubscribe")
    stage.wait(seconds=1)
    for openid in ("member", "unknown-member", "alice"):
        CallbackClient(stage).event(openid, "unsubscribe")
        open_link(stage, openid, code)
    stage.wait(seconds=1)
    for openid in ("former", "member", "unknown-member", "alice"):
        follow(stage, openid, code)
    assert granted(stage, "alice") == 1


@pytest.mark.parametrize(("event_late", "brings"), [(1, 1), (0, 0)])
def test_a_friend_who_opens_the_page_before_their_event_has_come(stage: Stage, event_late: int, brings: int) -> None:
    """They have followed through the sharer's code, open another sharer's link, and take part at once."""
    codes = [code_of(stage.person(name)) for name in ("alice", "bob")]
    followed = int(stage.now.timestamp())
    stage.wait(seconds=event_late)
    stage.wechat.follow("friend")
    open_link(stage, "friend", codes[1])
    pass_attempt(stage, stage.visitor("friend"))
    for _ in range(2):
        CallbackClient(stage).event("friend", "subscribe", EventKey=f"qrscene_{codes[0]}", CreateTime=followed)
        assert [granted(stage, name) for name in ("alice", "bob")] == [1 + brings, 1]


def test_a_friend_who_leaves_takes_an_unspent_chance_back_once(stage: Stage) -> None:
    sharer, callback = stage.person("alice"), CallbackClient(stage)
    code = code_of(sharer)
    for openid in ("first", "second"):
        follow(stage, openid, code)
    assert granted(stage, "alice") == 3
    for _ in range(2):
        stage.wait(seconds=1)
        callback.event("first", "unsubscribe")
        assert granted(stage, "alice") == 2
        stage.wait(seconds=1)
        follow(stage, "first", code)
        assert granted(stage, "alice") == 2
    for attempt_id in [pass_attempt(stage, sharer) for _ in range(2)]:
        assert claim(sharer, attempt_id).status == 201
    callback.event("second", "unsubscribe")
    assert sharer.get("/api/me").json["chances"] == {"granted": 2, "spent": 2}


@pytest.mark.parametrize("code", ["x", "0" * 51, "A" * 64, "B" * 65, "%00", "%ff", "..", "-", "u." + "0" * 16, "答题"])
def test_a_code_that_is_not_ours_does_no_harm(stage: Stage, code: str) -> None:
    assert open_link(stage, "friend", code).header("location") == "/"
    follow(stage, "friend", code)
    follower = stage.services.ports.followers.find_follower("friend")
    assert follower is not None
    assert (follower.subscribed, follower.invited_by) == (True, "")


def test_a_follow_before_opening_brings_nothing(stage: Stage) -> None:
    code = code_of(stage.person("alice"))
    stage.now = OPENING - timedelta(hours=1)
    open_link(stage, "friend", code)
    follow(stage, "friend", code)
    stage.now = OPENING + timedelta(hours=2)
    assert granted(stage, "alice") == 1


def test_with_sharing_off_nothing_is_recorded(moto_tables: str) -> None:
    stage = build(deployed_settings(moto_tables), without_sharing())
    stage.person("alice")
    code = stage.services.ports.share_codes.make_share_code("alice")
    assert open_link(stage, "friend", code).header("location") == "/"
    follower = stage.services.ports.followers.find_follower("friend")
    assert follower is None or follower.invited_by == ""
    follow(stage, "friend", code)
    assert granted(stage, "alice") == 1
    assert stage.work_off() == 0


def test_a_units_code_joins_its_unit(stage: Stage) -> None:
    unit, other = "岔河镇", "区信用办"
    follow(stage, "alice", unit_scene(unit))
    person = stage.visitor("alice")
    assert person.get("/api/me").json["unit"] == unit
    stage.wait(seconds=1)
    reply = CallbackClient(stage).event("alice", "SCAN", EventKey=unit_scene(other), Ticket="t")
    assert PUBLIC in CallbackClient(stage).reply(reply)["Content"]
    assert person.get("/api/me").json["unit"] == unit
    drawn = draw(person)
    stage.wait(seconds=PACE)
    assert submit(person, drawn, right_answers(drawn, 1)).status == 200
    assert stage.services.ports.participants.count_people() == {unit: 1}
