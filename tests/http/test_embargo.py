"""Before opening no request and no message gets a link, a code or a poster (R11). Afterwards keywords get the link."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.http.page_files import page_files
from chalicelib.domain.conversation import KEY_PREFIX
from chalicelib.domain.texts import fill
from chalicelib.domain.units import unit_scene
from chalicelib.domain.wording import Topic, UnknownText
from tests.http.browser import Answer, Browser
from tests.http.callback_client import CallbackClient
from tests.http.openapi_check import contract_routes
from tests.http.stage import (
    CLOSING,
    OPENING,
    PUBLIC,
    Stage,
    build,
    claim,
    deployed_settings,
    pass_attempt,
    small_contest,
)
from tests.http.test_share import SHARE

OPENID = "oOpenidOfAlice0000000000001"
GIVEN_OUT = (f"{PUBLIC}/s/", "weixin.qq.com/q/", "showqrcode")


@pytest.fixture(params=list(UnknownText))
def early(request: pytest.FixtureRequest, moto_tables: str) -> Stage:
    """The evening before, for each setting of unknown texts."""
    contest = small_contest()
    stage = build(
        deployed_settings(moto_tables),
        replace(contest, replies=replace(contest.replies, unknown_text=request.param)),
    )
    stage.now = OPENING - timedelta(seconds=1)
    return stage


def every_call(person: Browser, code: str) -> Iterator[tuple[str, Answer]]:
    """Every route of the application, with each of its methods."""
    names = {"{code}": code, "{name}": "share.png", "{attempt_id}": "0" * 22}
    bodies: dict[str, Any] = {"/api/claims": {"attempt_id": "0" * 22}, "/api/me/unit": {"unit": "岔河镇"}}
    for path, method in sorted(contract_routes()):
        target = SHARE if path == "/api/share" else path
        for template, value in names.items():
            target = target.replace(template, value)
        if path != "/wechat":  # see every_reply
            body = bodies.get(path, {"attempt": "1.x", "answers": {}}) if method in ("POST", "PUT") else None
            yield f"{method} {path}", person.send(method, target, body)


def test_no_call_gives_anything_out(early: Stage) -> None:
    person = early.person(OPENID)
    code = early.services.ports.share_codes.make_share_code(OPENID)
    asked = dict(every_call(person, code))
    assert len(asked) == len(contract_routes()) - 2
    for call, answer in asked.items():
        shown = answer.body.decode(errors="replace") + str(sorted(answer.headers.items()))
        assert not [secret for secret in (*GIVEN_OUT, code) if secret in shown], call
        if answer.header("content-type").startswith("image/"):
            assert answer.body == page_files()["share.png"].body, call
    for path in ("/api/share", "/api/share/code", "/api/share/poster.png"):
        assert asked[f"GET {path}"].outcome == (403, "contest_not_open")
    assert_nothing_sent(early)


def assert_nothing_sent(early: Stage) -> None:
    wechat = early.wechat
    assert (wechat.scenes, wechat.messages, wechat.shown_menu) == ([], [], None)


def every_reply(callback: CallbackClient, openid: str) -> Iterator[Answer]:
    for scene in ("", unit_scene("岔河镇"), callback.stage.services.ports.share_codes.make_share_code("bob")):
        yield callback.event(openid, "subscribe", EventKey=f"qrscene_{scene}" if scene else "", Ticket="t")
        yield callback.event(openid, "SCAN", EventKey=scene, Ticket="t")
    for word in (*callback.stage.services.contest.replies.by_word, "二维码", "海报", "分享", "你好"):
        yield callback.text(openid, word)
    for key in (*Topic, "share", "code", ""):
        yield callback.event(openid, "CLICK", EventKey=KEY_PREFIX + key)
    yield callback.event(openid, "VIEW", EventKey=PUBLIC)
    yield callback.event(openid, "unsubscribe")


def test_no_message_is_answered_with_a_link(early: Stage) -> None:
    answers = list(every_reply(CallbackClient(early), OPENID))
    assert len(answers) > 20
    assert not [answer.body for answer in answers if PUBLIC in answer.body.decode() or answer.status != 200]
    assert_nothing_sent(early)


def test_neither_the_schedule_nor_the_queue_is_early(early: Stage) -> None:
    early.person(OPENID)
    early.services.schedule.open_contest()
    early.services.schedule.close_contest()
    early.services.ports.later_queue.put_notice(OPENID)
    assert early.work_off() == 1
    assert_nothing_sent(early)


def test_a_second_later_most_of_it_gives_the_link(stage: Stage) -> None:
    """Tests the test: at the opening the same requests get the link."""
    stage.now = OPENING
    answers = [answer.body.decode() for answer in every_reply(CallbackClient(stage), OPENID)]
    assert sum(PUBLIC in answer for answer in answers) > 10


def said(stage: Stage, word: str) -> str:
    callback = CallbackClient(stage)
    return callback.reply(callback.text(OPENID, word))["Content"]


def test_what_the_words_answer(stage: Stage) -> None:
    person = stage.person(OPENID)
    link = f"{PUBLIC}/oauth/start?next=/"
    assert "1次开红包的机会" in said(stage, "答题")
    assert "答题0次" in said(stage, "我的")
    assert "单位：未选择" in said(stage, "我的")
    assert "您的单位：未选择" in said(stage, "单位")
    assert "共0人" in said(stage, "排行")
    assert "暂无" in said(stage, "排行")

    person.put("/api/me/unit", {"unit": "岔河镇"})
    fen = claim(person, pass_attempt(stage, person, 7)).json["amount_fen"]
    stage.services.sweep.sweep_once()

    mine = said(stage, "我的")
    assert "答题1次，最好成绩7题，还有0次" in mine
    assert f"已开红包1个，共{fen // 100}.{fen % 100:02d}元（其中1个未到账）。单位：岔河镇" in mine
    assert link in mine
    assert "还有0次开红包的机会" in said(stage, "答题")
    assert "您的单位：岔河镇" in said(stage, "单位")
    assert "共1人" in said(stage, "排行")
    assert "1. 岔河镇 1人" in said(stage, "排行")
    assert fill(stage.services.contest.page.rules[0], stage.services.contest) in said(stage, "规则")
    assert "排行" in said(stage, " 帮助 ")
    assert "/s/" not in said(stage, "帮助") + said(stage, "答题")
    stage.now = CLOSING
    assert "已经结束" in said(stage, "答题")
    assert CallbackClient(stage).text(OPENID, "随便说说").body == b"success"
