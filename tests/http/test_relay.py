"""The callback of an account with its own server: the requests that are passed on, and the unchanged answers."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from chalicelib import wiring
from chalicelib.adapters.wechat.own_server import HttpOwnServer, Limits
from chalicelib.domain.contest import Account
from chalicelib.domain.units import unit_scene
from chalicelib.usecases.relay_message import Relay
from infra.simulator import SimulatorSettings
from infra.simulator.own_server import serve_own_server
from tests.http.aws_faults import refused, watched_aws
from tests.http.callback_client import CallbackClient
from tests.http.stage import OPENING, Stage, build, deployed_settings, small_contest
from tests.support.own_server import REPLY, Script, ScriptedServer, says, scripted_server, sends

UNIT = "岔河镇"
NOT_OURS: dict[str, tuple[str, dict[str, str | int]]] = {
    "text": ("text", {"Content": "查询 洪泽湖旅游公司", "MsgId": 1}),
    "no text": ("text", {"Content": "", "MsgId": 1}),
    "image": ("image", {"PicUrl": "http://mmbiz.example/1", "MediaId": "m", "MsgId": 1}),
    "voice": ("voice", {"MediaId": "m", "Format": "amr", "MsgId": 1}),
    "video": ("video", {"MediaId": "m", "ThumbMediaId": "t", "MsgId": 1}),
    "short video": ("shortvideo", {"MediaId": "m", "ThumbMediaId": "t", "MsgId": 1}),
    "location": ("location", {"Location_X": "33.29", "Location_Y": "118.87", "Scale": 20, "MsgId": 1}),
    "link": ("link", {"Title": "t", "Description": "d", "Url": "http://x.example", "MsgId": 1}),
    "of the future": ("hologram", {"MsgId": 1}),
    "click": ("event", {"Event": "CLICK", "EventKey": "credit:query"}),
    "view": ("event", {"Event": "VIEW", "EventKey": "http://www.jscredit.gov.cn/"}),
    "reported location": ("event", {"Event": "LOCATION", "Latitude": "33.2", "Longitude": "118.8"}),
    "template message": ("event", {"Event": "TEMPLATESENDJOBFINISH", "MsgID": 1, "Status": "success"}),
    "event of the future": ("event", {"Event": "NEW_EVENT"}),
    "unreadable": ("event", {"Event": "subscribe", "CreateTime": "x"}),
}
EVENTS: dict[str, dict[str, str]] = {
    "scan": {"Event": "SCAN", "EventKey": unit_scene(UNIT), "Ticket": "T"},
    "unfollow": {"Event": "unsubscribe"},
    "follow": {"Event": "subscribe"},
}


@pytest.fixture(scope="module")
def scripted() -> Iterator[ScriptedServer]:
    with scripted_server(says(REPLY)) as server:
        yield server


@pytest.fixture
def own(scripted: ScriptedServer) -> ScriptedServer:
    scripted.script = says(REPLY)
    scripted.received.clear()
    return scripted


@pytest.fixture(params=["plain", "safe"])
def callback(request: pytest.FixtureRequest, own: ScriptedServer) -> Iterator[CallbackClient]:
    """A callback without tables: other messages than the contest's must not depend on them."""
    settings = deployed_settings("absent", mode=request.param, own_server_url=own.url)
    yield CallbackClient(build(settings, plan=False))
    wiring.install(None)


@pytest.fixture(params=["plain", "safe"])
def storing(request: pytest.FixtureRequest, moto_tables: str, own: ScriptedServer) -> Iterator[CallbackClient]:
    """Waits for events as long as a busy machine needs."""
    stage = build(deployed_settings(moto_tables, mode=request.param, own_server_url=own.url), plan=False)
    patient = HttpOwnServer(own.url, stage.ports.measure, Limits(event=4))
    stage.services.relay = Relay(stage.services.conversation, patient)
    yield CallbackClient(stage)
    wiring.install(None)


def follows(callback: CallbackClient, openid: str) -> bool:
    found = callback.stage.services.ports.followers.find_follower(openid)
    return found is not None and found.subscribed


def test_what_is_not_the_contest_s_is_passed_on_byte_for_byte(callback: CallbackClient, own: ScriptedServer) -> None:
    for name, (kind, fields) in NOT_OURS.items():
        sealed = callback.sealed(callback.message("alice", kind) | fields)
        answer = callback.post(sealed, openid="alice")
        assert (answer.status, answer.body) == (200, REPLY), name
        assert answer.header("content-type") == "text/xml; charset=utf-8"
        received, query = own.received.pop(), urlencode({**sealed.params, "openid": "alice"})
        assert (received.line, received.body) == (f"POST /wechat?{query} HTTP/1.1", sealed.body)
        assert (received.headers["x-relayed"], received.headers["content-type"]) == ("1", "text/xml")
    assert own.received == []


def test_its_answer_is_given_byte_for_byte(callback: CallbackClient, own: ScriptedServer) -> None:
    sealed = callback.sealed(callback.message("alice", "text", Content="查询", MsgId=1))
    for body in (b"", b"success", b"<xml>\xff\xfe\x00</xml>"):
        own.script = says(body, head="Content-Type: application/x-own")
        response = callback.stage.gateway.answer(callback.as_sent(sealed))
        assert (response.status, response.body) == (200, body)
        assert ("Content-Type", "application/x-own") in response.headers


def test_what_is_the_contest_s_is_not_passed_on(callback: CallbackClient, own: ScriptedServer) -> None:
    for answer in (callback.text("alice", "规则"), callback.event("alice", "CLICK", EventKey="contest:rules")):
        assert "规则" in callback.reply(answer)["Content"]
    assert own.received == []


def arrived(own: ScriptedServer, body: bytes) -> int:
    """Returns how often this request arrived. An event may arrive after our answer, also one of an earlier test."""
    give_up_at = time.monotonic() + 20
    while not (found := sum(one.body == body for one in own.received)) and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return found


def test_our_events_are_told_too_and_answered_by_us(storing: CallbackClient, own: ScriptedServer) -> None:
    storing.stage.follow("alice")
    for name, fields in EVENTS.items():
        sealed = storing.sealed(storing.message("alice", "event") | fields)
        assert storing.post(sealed).body not in (REPLY, b"")
        assert arrived(own, sealed.body) == 1
        assert follows(storing, "alice") is (name != "unfollow")


def test_a_foreign_scan_is_stored_and_passed_on(storing: CallbackClient, own: ScriptedServer) -> None:
    sealed = storing.sealed(storing.message("alice", "event") | {"Event": "SCAN", "EventKey": "login-7", "Ticket": "T"})
    assert storing.post(sealed).body == REPLY
    assert follows(storing, "alice")
    assert arrived(own, sealed.body) == 1


BROKEN: dict[str, Script] = {
    "status": says(REPLY, "500 Internal Server Error"),
    "content": says(b"<html>"),
    "too_large": says(b"<xml>" + b" " * 65536),
    "broken": sends(b""),
}
"""A server's failures by reason."""


def test_any_other_answer_becomes_success(callback: CallbackClient, own: ScriptedServer) -> None:
    reasons: list[str] = []

    def measure(values: Mapping[str, float], reason: str = "") -> None:
        reasons.extend([reason] if "RelaysFailed" in values else [])

    callback.stage.ports.measure = measure
    for own.script in BROKEN.values():
        answer = callback.text("alice", "查询 洪泽湖旅游公司")
        assert (answer.status, answer.body) == (200, b"success")
    assert reasons == list(BROKEN)


def test_forged_old_and_relayed_requests_go_no_further(callback: CallbackClient, own: ScriptedServer) -> None:
    for fields in (callback.message("alice", "event", Event="subscribe"), callback.message("alice", "image")):
        sealed = callback.sealed(fields)
        for changed in ({"signature": "0" * 40}, {"nonce": "x"}, {"timestamp": "1"}):
            assert callback.post(sealed, **changed).status == 403
        assert callback.post(callback.sealed(fields, seconds=-601)).status == 403
        for name in ("X-Relayed", "x-relayed"):
            request = replace(callback.as_sent(sealed), headers=[("Content-Type", "text/xml"), (name, "1")])
            response = callback.stage.gateway.answer(request)
            assert (response.status, response.body) == (403, b"")
        assert callback.post(sealed, sealed.body + b" " * 65536).status == 413
    assert own.received == []


def test_a_relayed_request_is_refused_without_an_own_server_too(bare_stage: Stage) -> None:
    callback = CallbackClient(bare_stage)
    asked = callback.as_sent(callback.sealed(callback.message("alice", "text", Content="规则", MsgId=1)))
    assert bare_stage.gateway.answer(asked).status == 200
    assert bare_stage.gateway.answer(replace(asked, headers=[*asked.headers, ("X-Relayed", "1")])).status == 403


def test_the_server_is_verified_by_us(callback: CallbackClient, own: ScriptedServer) -> None:
    params = callback.sealed({}, mode="plain").params | {"echostr": "6231"}
    assert callback.stage.browser().get(f"/wechat?{urlencode(params)}").body == b"6231"
    assert own.received == []


@pytest.mark.parametrize("storing", ["safe"], indirect=True)
def test_no_follow_is_lost_whatever_fails(storing: CallbackClient, own: ScriptedServer) -> None:
    for number, (store, queue, server) in enumerate(product((True, False), repeat=3)):
        own.script = says(REPLY) if server else sends(b"")
        sealed = storing.sealed(storing.message(f"person{number}", "event", Event="subscribe"))
        with watched_aws() as aws:
            up = {"dynamodb": store, "sqs": queue}
            aws.faults = {name: refused("AccessDeniedException") for name, is_up in up.items() if not is_up}
            status = storing.post(sealed).status
            aws.faults.clear()
            assert status == (200 if store or queue else 503)
            if status == 503:
                assert storing.post(sealed).status == 200
            storing.stage.work_off()
        assert follows(storing, f"person{number}"), (store, queue, server)


@pytest.mark.parametrize("callback", ["plain"], indirect=True)
def test_nothing_of_a_message_reaches_a_log(
    callback: CallbackClient, own: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for own.script in (says(REPLY), says(b"", "500 No"), sends(b"")):
        callback.text("oalice", "查询 洪泽湖旅游公司")
        callback.event("oalice", "unsubscribe")
    told = "".join(json.dumps(vars(record), default=str, ensure_ascii=False) for record in caplog.records)
    port = own.url.removeprefix("http://").removesuffix("/wechat")
    assert "RelaysFailed" in told
    assert not [hidden for hidden in ("oalice", "洪泽湖", "统一社会", port) if hidden in told]


@pytest.mark.parametrize("callback", ["plain"], indirect=True)
def test_after_words_until_its_word_is_its_own(callback: CallbackClient, own: ScriptedServer) -> None:
    contest = replace(small_contest(), account=Account(words_until=OPENING))
    client = CallbackClient(build(callback.stage.services.settings, contest, plan=False))
    assert client.text("alice", "规则").body == REPLY
    own.script = says(b"success")
    assert "规则" in client.reply(client.text("alice", "规则"))["Content"]
    client.stage.now = OPENING - timedelta(seconds=1)
    own.script = says(REPLY)
    assert "规则" in client.reply(client.text("alice", "规则"))["Content"]


@pytest.mark.parametrize("mode", ["plain", "safe"])
def test_a_server_on_wechatpy_answers_through_us(mode: str) -> None:
    """It verifies the signature, and in safe mode decrypts the message and encrypts its answer."""
    settings = deployed_settings("absent", mode=mode)
    wire = replace(SimulatorSettings.from_env({}), app_id=settings.app_id, mode=mode)
    with serve_own_server(wire) as address:
        callback = CallbackClient(build(replace(settings, own_server_url=f"{address}/wechat"), plan=False))
        sealed = callback.sealed(callback.message("alice", "text", Content="查企业 不存在的公司", MsgId=1))
        answer = callback.post(sealed)
        with urlopen(f"{address}/own/received") as response:
            (received,) = json.load(response)["requests"]
    wiring.install(None)
    assert received["body_sha256"] == hashlib.sha256(sealed.body).hexdigest()
    assert received["answer_sha256"] == hashlib.sha256(answer.body).hexdigest()
    assert (received["query"], received["relayed"]) == (urlencode(sealed.params), "1")
    assert callback.fields(answer)["ToUserName"] == "alice"
