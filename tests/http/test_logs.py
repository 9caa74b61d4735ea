"""Everything that one participant can do, logged at DEBUG: the log has nothing personal and no secret."""

import logging

import pytest

from chalicelib import wiring
from tests.http.callback_client import CallbackClient
from tests.http.stage import PACE, Stage, claim, draw, pass_attempt, right_answers, submit

OPENID = "oSecretOpenidOfAlice000000001"
WORDS = "悄悄说的一句话"


def test_no_log_tells_who_somebody_is(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wiring.quiet_libraries()  # as at each start
    secrets = {OPENID, WORDS, *live(stage)}
    lines = [record.getMessage() + str(record.exc_text or "") for record in caplog.records]
    assert not [line for line in lines for secret in secrets if secret in line]
    assert any("unexpected" in line for line in lines), "the fault at the end is logged, without its text"


def live(stage: Stage) -> set[str]:
    """Everything that can happen to a participant, ending with an error of ours. Returns the values that no log line
    may have."""
    callback, browser = CallbackClient(stage), stage.browser()
    callback.event(OPENID, "subscribe")
    callback.text(OPENID, WORDS)
    stage.sign_in(browser, OPENID)
    drawn = draw(browser)
    browser.put("/api/me/unit", {"unit": WORDS})
    browser.put("/api/me/unit", {"unit": "岔河镇"})
    submit(browser, drawn, right_answers(drawn))
    stage.wait(seconds=PACE)
    submit(browser, drawn, right_answers(drawn))
    submit(browser, drawn, {})
    submit(browser, drawn | {"attempt": drawn["attempt"] + "x"}, {})
    claim(browser, drawn["attempt_id"])
    claim(browser, pass_attempt(stage, browser))
    browser.request("POST", "/api/claims", WORDS.encode())
    browser.get("/api/me")
    browser.get("/api/claims")
    browser.get(f"/api/share/code?{OPENID}")
    browser.get("/api/share?url=https://quiz.example.cn/")
    browser.get(f"/s/{OPENID}")
    stage.wait(seconds=PACE)
    callback.event(OPENID, "unsubscribe")
    browser.post("/api/attempts")
    browser.request("POST", "/wechat?signature=x", OPENID.encode())
    break_the_store(stage)
    assert browser.get("/api/me").outcome == (500, "internal")
    assert callback.event(OPENID, "subscribe").status == 200, "it waits in the queue"
    settings = stage.services.settings
    keys = {
        stage.ports.account.get_js_ticket(),
        settings.app_secret,
        settings.token,
        settings.aes_key,
        *settings.session_keys,
    }
    return {browser.jar["__Host-contest_session"], drawn["attempt"], *keys}


def break_the_store(stage: Stage) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError(f"fault about {OPENID}")

    ports = stage.services.ports
    broken = (
        (ports.followers, "find_follower"),
        (ports.followers, "record_change"),
        (ports.participants, "read_participation"),
    )
    for port, name in broken:
        assert hasattr(port, name)
        setattr(port, name, fault)
