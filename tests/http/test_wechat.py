"""WeChat's callback in both modes: which requests are accepted, and how they are answered."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from chalicelib import wiring
from infra.simulator.callback_delivery import Sealed
from tests.http.browser import Answer
from tests.http.callback_client import ACCOUNT, CallbackClient
from tests.http.stage import PUBLIC, build, deployed_settings

LINK = f"{PUBLIC}/oauth/start?next=/"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><FromUserName>&b;</FromUserName></xml>'


@pytest.fixture(params=["plain", "safe"])
def callback(request: pytest.FixtureRequest, moto_tables: str) -> Iterator[CallbackClient]:
    yield CallbackClient(build(deployed_settings(moto_tables, mode=request.param), plan=False))
    wiring.install(None)


def follows(callback: CallbackClient, openid: str) -> bool:
    follower = callback.stage.services.ports.followers.find_follower(openid)
    return follower is not None and follower.subscribed


def assert_rejected(answer: Answer, status: int) -> None:
    assert (answer.status, answer.body) == (status, b"")


def test_the_server_is_verified_by_an_echo(callback: CallbackClient) -> None:
    browser = callback.stage.browser()
    params = callback.sealed({}, mode="plain").params | {"echostr": "<b>6231&7"}
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
        assert_rejected(browser.get(f"/wechat?{urlencode(params | changed)}"), 403)
    assert_rejected(browser.get("/wechat"), 403)


def test_a_follower_is_welcomed_and_may_take_part(callback: CallbackClient) -> None:
    answer = callback.reply(callback.event("alice", "subscribe"))
    assert (answer["ToUserName"], answer["FromUserName"], answer["MsgType"]) == ("alice", ACCOUNT, "text")
    assert LINK in answer["Content"]
    assert follows(callback, "alice")
    callback.stage.wait(seconds=1)
    assert callback.event("alice", "unsubscribe").body == b"success"
    assert not follows(callback, "alice")


def test_the_quiz_by_text_and_by_menu(callback: CallbackClient) -> None:
    assert LINK in callback.reply(callback.text("alice", "答题"))["Content"]
    assert LINK in callback.reply(callback.event("alice", "CLICK", EventKey="contest:quiz"))["Content"]
    assert callback.event("alice", "CLICK", EventKey="credit:query").body == b"success"
    before = callback.tables()
    for other in ("查企业", "", "]]>", "x" * 9000):
        assert callback.text("alice", other).body == b"success"
    assert (
        callback.post(callback.sealed(callback.message("alice", "image", PicUrl="u", MediaId="m"))).body == b"success"
    )
    assert callback.post(callback.sealed(callback.message("alice", "new-kind"))).body == b"success"
    assert callback.event("alice", "NEW_EVENT").body == b"success"
    assert callback.tables() == before


def test_a_retried_event_changes_nothing_and_an_old_one_neither(callback: CallbackClient) -> None:
    sealed = callback.sealed(callback.message("alice", "event", Event="subscribe"))
    left = callback.sealed(callback.message("alice", "event", Event="unsubscribe") | {"CreateTime": 1594137601})
    first, remembered = callback.post(sealed), callback.tables()
    callback.stage.wait(seconds=5)
    again = callback.post(sealed)
    assert (again.status, callback.reply(again)["Content"]) == (200, callback.reply(first)["Content"])
    assert callback.post(left).body == b"success"
    assert callback.tables() == remembered
    assert follows(callback, "alice")


def test_of_equal_times_the_later_arrival_counts(callback: CallbackClient) -> None:
    for event, following in (("subscribe", True), ("unsubscribe", False), ("subscribe", True)):
        callback.event("alice", event)
        assert follows(callback, "alice") is following


def test_before_opening_no_link_is_given_out(callback: CallbackClient) -> None:
    callback.stage.wait(hours=-2)
    for answer in (callback.event("alice", "subscribe"), callback.text("alice", "答题")):
        assert PUBLIC not in callback.reply(answer)["Content"]


def test_requests_of_others_are_rejected(callback: CallbackClient) -> None:
    fields = callback.message("alice", "event", Event="subscribe")
    sealed, before = callback.sealed(fields), callback.tables()
    other = "plain" if callback.stage.services.settings.mode == "safe" else "safe"
    for changed in (
        {"signature": "0" * 40},
        {"signature": ""},
        {"timestamp": "1"},
        {"nonce": "x"},
        {"timestamp": "x" * 99},
    ):
        assert_rejected(callback.post(sealed, **changed), 403)
    assert_rejected(callback.post(Sealed({}, sealed.body)), 403)
    assert_rejected(callback.post(callback.sealed(fields, mode=other)), 403)
    for seconds in (-601, 601, -86400 * 365):
        assert_rejected(callback.post(callback.sealed(fields, seconds=seconds)), 403)
    assert callback.tables() == before
    for seconds in (-600, 600):
        assert callback.post(callback.sealed(fields, seconds=seconds)).status == 200


def test_a_body_that_is_too_large_is_rejected(callback: CallbackClient) -> None:
    before = callback.tables()
    sealed = callback.sealed(callback.message("alice", "event", Event="subscribe"))
    padded = sealed.body + b" " * (64 * 1024 - len(sealed.body))
    assert_rejected(callback.post(sealed, padded + b" "), 413)
    assert_rejected(callback.post(sealed, b"\xff" * 70_000), 413)
    assert callback.tables() == before
    assert callback.post(sealed, padded).status == 200


@pytest.fixture
def measured(callback: CallbackClient) -> list[str]:
    """The names of the metrics that were counted."""
    names: list[str] = []
    callback.stage.ports.measure = lambda values, reason="": names.extend(values)
    return names


def test_malformed_bodies_change_nothing(callback: CallbackClient, measured: list[str]) -> None:
    """In plain mode they are authentic messages that cannot be read; in safe mode they have no encrypted part."""
    before, safe = callback.tables(), callback.stage.services.settings.mode == "safe"
    sealed = callback.sealed(callback.message("alice", "event", Event="subscribe"))
    for body in (
        b"", b"x", b"<xml>", b"<xml/>", b"<xml></xml>", b"<a><b/></a>", b"{}", b"null", b"\xff\xfe", b"<xml>\x00</xml>",
        ENTITIES, b"<x>" * 5000, sealed.body[:-3], "<xml>é".encode("latin-1"), b"<xml><Encrypt></Encrypt></xml>",
    ):  # fmt: skip
        answer = callback.post(sealed, body)
        assert (answer.status, answer.body) == ((400, b"") if safe else (200, b"success"))
        assert ("MessagesUnreadable" in measured) is not safe
        measured.clear()
    assert callback.tables() == before


@pytest.mark.parametrize(
    "changed",
    [
        {"CreateTime": 0}, {"CreateTime": -5}, {"CreateTime": "x"}, {"CreateTime": 10**40}, {"FromUserName": ""},
        {"FromUserName": "o" * 3000}, {"MsgType": ""},
    ],
)  # fmt: skip
def test_unreadable_messages_are_answered_and_counted(
    callback: CallbackClient, measured: list[str], changed: dict[str, str | int]
) -> None:
    """Any other answer makes WeChat tell the citizen that the account is out of order."""
    before = callback.tables()
    answer = callback.post(callback.sealed(callback.message("alice", "event", Event="subscribe") | changed))
    assert (answer.status, answer.body) == (200, b"success")
    assert measured == ["MessagesUnreadable", "CallbackMs"]
    assert callback.tables() == before


@pytest.mark.parametrize("callback", ["safe"], indirect=True)
def test_a_safe_body_is_bound_to_its_signature(callback: CallbackClient) -> None:
    before = callback.tables()
    sealed = callback.sealed(callback.message("alice", "event", Event="subscribe"))
    for wrong in ("", "0" * 40, "é"):
        assert_rejected(callback.post(sealed, msg_signature=wrong), 403)
    assert_rejected(callback.post(sealed, callback.sealed(callback.message("eve", "text")).body), 403)
    assert_rejected(callback.post(sealed, encrypt_type="raw"), 403)
    assert callback.tables() == before
