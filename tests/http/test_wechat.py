"""WeChat's callback in both modes: who is heard, what is answered, and that nobody else changes anything."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from chalicelib import wiring
from infra.simulator.sealing import Sealed
from tests.http.browser import Answer
from tests.http.letters import ACCOUNT, PostOffice
from tests.http.stage import PUBLIC, build, deployed_settings

LINK = f"{PUBLIC}/oauth/start?next=/"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>'


@pytest.fixture(params=["plain", "safe"])
def post(request: pytest.FixtureRequest, moto_tables: str) -> Iterator[PostOffice]:
    yield PostOffice(build(deployed_settings(moto_tables, mode=request.param), plan=False))
    wiring.install(None)


def follows(post: PostOffice, openid: str) -> bool:
    follower = post.stage.services.followers.find(openid)
    return follower is not None and follower.subscribed


def assert_turned_away(answer: Answer, status: int) -> None:
    assert (answer.status, answer.body) == (status, b"")


def test_the_server_is_verified_by_an_echo(post: PostOffice) -> None:
    browser = post.stage.browser()
    params = post.letter({}, mode="plain").params | {"echostr": "<b>6231&7"}
    answer = browser.get(f"/wechat?{urlencode(params)}")
    assert (answer.status, answer.body) == (200, b"<b>6231&7")
    assert answer.header("content-type") == "text/plain; charset=utf-8"
    for changed in (
        {"signature": "0" * 40},
        {"signature": ""},
        {"nonce": "x"},
        {"timestamp": "1594137601"},
        {"signature": "é"},
    ):
        assert_turned_away(browser.get(f"/wechat?{urlencode(params | changed)}"), 403)
    assert_turned_away(browser.get("/wechat"), 403)


def test_a_follower_is_welcomed_and_may_take_part(post: PostOffice) -> None:
    answer = post.reply(post.event("alice", "subscribe"))
    assert (answer["ToUserName"], answer["FromUserName"], answer["MsgType"]) == ("alice", ACCOUNT, "text")
    assert LINK in answer["Content"]
    assert follows(post, "alice")
    post.stage.wait(seconds=1)
    assert post.event("alice", "unsubscribe").body == b"success"
    assert not follows(post, "alice")


def test_the_quiz_by_text_and_by_menu(post: PostOffice) -> None:
    assert LINK in post.reply(post.text("alice", "答题"))["Content"]
    assert LINK in post.reply(post.event("alice", "CLICK", EventKey="contest:quiz"))["Content"]
    assert post.event("alice", "CLICK", EventKey="credit:query").body == b"success"
    before = post.tables()
    for other in ("查企业", "", "]]>", "x" * 9000):
        assert post.text("alice", other).body == b"success"
    assert post.post(post.letter(post.message("alice", "image", PicUrl="u", MediaId="m"))).body == b"success"
    assert post.post(post.letter(post.message("alice", "new-kind"))).body == b"success"
    assert post.event("alice", "NEW_EVENT").body == b"success"
    assert post.tables() == before


def test_a_retried_event_changes_nothing_and_an_old_one_neither(post: PostOffice) -> None:
    letter = post.letter(post.message("alice", "event", Event="subscribe"))
    left = post.letter(post.message("alice", "event", Event="unsubscribe") | {"CreateTime": 1594137601})
    first, remembered = post.post(letter), post.tables()
    post.stage.wait(seconds=5)
    again = post.post(letter)
    assert (again.status, post.reply(again)["Content"]) == (200, post.reply(first)["Content"])
    assert post.post(left).body == b"success"
    assert post.tables() == remembered
    assert follows(post, "alice")


def test_of_equal_times_the_later_arrival_counts(post: PostOffice) -> None:
    for event, following in (("subscribe", True), ("unsubscribe", False), ("subscribe", True)):
        post.event("alice", event)
        assert follows(post, "alice") is following


def test_before_opening_no_link_is_given_out(post: PostOffice) -> None:
    post.stage.wait(hours=-2)
    for answer in (post.event("alice", "subscribe"), post.text("alice", "答题")):
        assert PUBLIC not in post.reply(answer)["Content"]


def test_letters_of_others_are_turned_away(post: PostOffice) -> None:
    fields = post.message("alice", "event", Event="subscribe")
    letter, before = post.letter(fields), post.tables()
    other = "plain" if post.stage.services.settings.mode == "safe" else "safe"
    for changed in (
        {"signature": "0" * 40},
        {"signature": ""},
        {"timestamp": "1"},
        {"nonce": "x"},
        {"timestamp": "x" * 99},
    ):
        assert_turned_away(post.post(letter, **changed), 403)
    assert_turned_away(post.post(Sealed({}, letter.body)), 403)
    assert_turned_away(post.post(post.letter(fields, mode=other)), 403)
    for seconds in (-601, 601, -86400 * 365):
        assert_turned_away(post.post(post.letter(fields, seconds=seconds)), 403)
    assert post.tables() == before
    for seconds in (-600, 600):
        assert post.post(post.letter(fields, seconds=seconds)).status == 200


def test_what_is_too_large_is_turned_away(post: PostOffice) -> None:
    before = post.tables()
    letter = post.letter(post.message("alice", "event", Event="subscribe"))
    padded = letter.body + b" " * (64 * 1024 - len(letter.body))
    assert_turned_away(post.post(letter, padded + b" "), 413)
    assert_turned_away(post.post(letter, b"\xff" * 70_000), 413)
    assert post.tables() == before
    assert post.post(letter, padded).status == 200


def test_malformed_bodies_are_turned_away(post: PostOffice) -> None:
    before = post.tables()
    letter = post.letter(post.message("alice", "event", Event="subscribe"))
    for body in (
        b"", b"x", b"<xml>", b"<xml/>", b"<xml></xml>", b"<a><b/></a>", b"{}", b"null", b"\xff\xfe", b"<xml>\x00</xml>",
        ENTITIES, b"<x>" * 5000, letter.body[:-3], "<xml>é".encode("latin-1"), b"<xml><Encrypt></Encrypt></xml>",
    ):  # fmt: skip
        assert_turned_away(post.post(letter, body), 400)
    assert post.tables() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"CreateTime": 0}, {"CreateTime": -5}, {"CreateTime": "x"}, {"CreateTime": 10**40}, {"FromUserName": ""},
        {"FromUserName": "o" * 3000}, {"MsgType": ""},
    ],
)  # fmt: skip
def test_messages_without_sense_change_nothing(post: PostOffice, changed: dict[str, str | int]) -> None:
    before = post.tables()
    answer = post.post(post.letter(post.message("alice", "event", Event="subscribe") | changed))
    if changed != {"MsgType": ""}:
        assert_turned_away(answer, 400)
    assert post.tables() == before


@pytest.mark.parametrize("post", ["safe"], indirect=True)
def test_a_safe_letter_is_bound_to_its_signature(post: PostOffice) -> None:
    before = post.tables()
    letter = post.letter(post.message("alice", "event", Event="subscribe"))
    for wrong in ("", "0" * 40, "é"):
        assert_turned_away(post.post(letter, msg_signature=wrong), 403)
    assert_turned_away(post.post(letter, post.letter(post.message("eve", "text")).body), 403)
    assert_turned_away(post.post(letter, encrypt_type="raw"), 403)
    assert post.tables() == before
