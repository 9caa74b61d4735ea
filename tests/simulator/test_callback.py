"""The application's messages, checked with wechatpy, and the handling of its answers."""

import time
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import ArticlesReply, BaseReply, TextReply, TransferCustomerServiceReply
from wechatpy.utils import check_signature
from werkzeug.wrappers import Request, Response

from infra.simulator import SimulatorSettings, create_app
from tests.simulator.conftest import NOW, FakeClock, Stub, said


class Application:
    """Verifies and answers with wechatpy, so that the simulator is not tested by its own code."""

    def __init__(self, settings: SimulatorSettings, reply: BaseReply | None = None) -> None:
        self.settings, self.reply = settings, reply
        self.crypto = WeChatCrypto(settings.token, settings.aes_key, settings.app_id)

    def read(self, params: dict[str, str], body: bytes) -> Any:
        check_signature(self.settings.token, params["signature"], params["timestamp"], params["nonce"])
        if self.settings.mode == "plain":
            assert "msg_signature" not in params
            return parse_message(body)
        assert params["encrypt_type"] == "aes"
        return parse_message(
            self.crypto.decrypt_message(body, params["msg_signature"], params["timestamp"], params["nonce"])
        )

    def __call__(self, request: Request) -> Response:
        message = self.read(request.args.to_dict(), request.get_data())
        if self.reply is None:
            return Response("success")
        self.reply.source, self.reply.target = message.target, message.source
        xml = self.reply.render()
        return Response(xml if self.settings.mode == "plain" else self.crypto.encrypt_message(xml, "n0nce"))


@pytest.fixture
def moded(settings: SimulatorSettings, mode: str) -> SimulatorSettings:
    return replace(settings, mode=mode)


def post(sim: FlaskClient, path: str, **body: object) -> dict[str, object]:
    answer = sim.post(f"/sim/people/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return dict(said(answer) or {})


def test_each_event_is_what_wechatpy_reads(moded: SimulatorSettings, stub: Stub, clock: FakeClock) -> None:
    sim, application = create_app(moded, clock).test_client(), Application(moded)
    post(sim, "p1/follow")
    post(sim, "p1/follow", scene="u7")
    post(sim, "p1/click", key="QUIZ")
    post(sim, "p1/view", url=stub.url + "/")
    post(sim, "p1/text", content="答题 ]]> <b>&")
    post(sim, "p1/unfollow")
    post(sim, "p1/follow", scene="s_ab12", create_time=1_594_137_700)
    got = [application.read(*request) for request in stub.seen]
    assert [getattr(m, "event", m.type) for m in got] == [
        "subscribe", "scan", "click", "view", "text", "unsubscribe", "subscribe_scan"
    ]  # fmt: skip
    assert got[1].scene_id == "u7"
    assert got[4].content == "答题 ]]> <b>&"
    assert got[6].scene_id == "s_ab12"
    assert got[6].ticket
    assert got[6].create_time.timestamp() == 1_594_137_700
    assert {params["timestamp"] for params, _ in stub.seen} == {str(int(NOW))}
    assert len({params["nonce"] for params, _ in stub.seen}) == 7


def test_a_text_reply_is_read_and_shown(moded: SimulatorSettings, stub: Stub, clock: FakeClock) -> None:
    sim = create_app(moded, clock).test_client()
    post(sim, "p1/follow", send=False)
    stub.answer = Application(moded, TextReply(content="点这里：http://127.0.0.1/"))
    result = post(sim, "p1/text", content="答题")
    assert result["delivered"] is True
    assert result["attempts"] == 1
    assert result["reply"] == {"type": "text", "text": "点这里：http://127.0.0.1/"}
    chat = said(sim.get("/sim/people/p1"))["chat"]
    assert [(e["direction"], e["type"], e["text"]) for e in chat[1:]] == [
        ("out", "text", "答题"),
        ("in", "text", "点这里：http://127.0.0.1/"),
    ]


def test_a_reply_to_one_who_left_is_not_shown(settings: SimulatorSettings, stub: Stub, sim: FlaskClient) -> None:
    post(sim, "p1/follow", send=False)
    stub.answer = Application(settings, TextReply(content="再见"))
    assert post(sim, "p1/unfollow")["reply"] == {"type": "text", "text": "再见"}
    assert [entry["text"] for entry in said(sim.get("/sim/people/p1"))["chat"]] == ["关注", "取消关注"]


def test_other_replies(settings: SimulatorSettings, stub: Stub, sim: FlaskClient) -> None:
    news = ArticlesReply()
    news.add_article({"title": "题", "description": "述", "image": "http://i/", "url": "http://u/"})
    stub.answer = Application(settings, news)
    assert post(sim, "p1/text", content="x")["reply"] == {"type": "news", "text": "题\n述\nhttp://u/"}
    stub.answer = Application(settings, TransferCustomerServiceReply())
    reply = post(sim, "p1/text", content="x")["reply"]
    assert reply == {"type": "transfer_customer_service", "text": ""}


@pytest.mark.parametrize("body", ["<xml>", "{}", "hello", "<xml><MsgType>text</MsgType></xml>", "\x00"])
def test_an_unreadable_reply_is_not_asked_for_again(
    moded: SimulatorSettings, stub: Stub, clock: FakeClock, body: str
) -> None:
    stub.answer = lambda _: Response(body)
    result = post(create_app(moded, clock).test_client(), "p1/follow")
    assert (result["delivered"], result["attempts"], result["error"]) == (False, 1, "bad_reply")
    assert len(stub.seen) == 1


def test_safe_mode_refuses_a_reply_in_the_clear(settings: SimulatorSettings, stub: Stub) -> None:
    safe = replace(settings, mode="safe")

    def in_the_clear(request: Request) -> Response:
        message = Application(safe).read(request.args.to_dict(), request.get_data())
        return Response(TextReply(content="hi", message=message).render())

    stub.answer = in_the_clear
    assert post(create_app(safe).test_client(), "p1/follow")["error"] == "bad_reply"


def test_three_deliveries_of_the_same_message(settings: SimulatorSettings, stub: Stub, sim: FlaskClient) -> None:
    stub.answer = lambda _: Response(status=500)
    result = post(sim, "p1/text", content="答题")
    assert (result["delivered"], result["status"], result["attempts"]) == (False, 500, 3)
    assert result["error"] == "http_500"
    assert len({body for _, body in stub.seen}) == 1
    assert len(stub.seen) == 3


def test_a_retry_that_succeeds(stub: Stub, sim: FlaskClient) -> None:
    stub.answer = lambda _: Response(status=503 if len(stub.seen) < 3 else 200)
    result = post(sim, "p1/text", content="答题")
    assert (result["delivered"], result["attempts"], result["reply"]) == (True, 3, None)


def test_a_slow_application(settings: SimulatorSettings, stub: Stub) -> None:
    def slow(_: Request) -> Response:
        time.sleep(0.2)
        return Response("success")

    stub.answer = slow
    sim = create_app(replace(settings, callback_timeout=0.05)).test_client()
    result = post(sim, "p1/follow")
    assert (result["delivered"], result["status"], result["error"]) == (False, None, "timeout")
    assert said(sim.get("/sim/people/p1"))["followed"] is True


def test_no_application(settings: SimulatorSettings) -> None:
    nowhere = replace(settings, public_base_url="http://127.0.0.1:9")
    result = post(create_app(nowhere).test_client(), "p1/follow")
    assert (result["delivered"], result["error"], result["attempts"]) == (False, "unreachable", 3)


def test_duplicates_lost_events_and_events_out_of_order(stub: Stub, sim: FlaskClient) -> None:
    result = post(sim, "p1/follow", duplicate=2)
    assert len(result["duplicates"]) == 2  # type: ignore[arg-type]
    assert len({body for _, body in stub.seen}) == 1
    assert len(stub.seen) == 3
    post(sim, "p1/unfollow", apply=False)
    assert said(sim.get("/sim/people/p1"))["followed"] is True
    post(sim, "p1/unfollow", send=False)
    assert said(sim.get("/sim/people/p1"))["followed"] is False
    assert len(stub.seen) == 4
