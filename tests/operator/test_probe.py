"""Invoking the function `probe`: once, with the right to do so, and with an answer of this version."""

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.ports import PlatformAnswers, RelayOutcome
from infra.operator import probe_client
from infra.operator.probe_client import ProbeFailed
from tests.infra.test_functions import FUNCTIONS
from tests.support.functions import FakeLambda

TOLD = {"outcome": "told", "token": 0, "ticket": 0, "menu": 40013, "shown": None}


class Canned(FakeLambda):
    """Answers every call with `body`."""

    def __init__(self, body: str, error: str = "") -> None:
        super().__init__("contest-prod")
        self._body, self._error = body, {"FunctionError": error} if error else {}

    def invoke(self, **_: Any) -> dict[str, Any]:
        return {"Payload": io.BytesIO(self._body.encode()), **self._error}


@contextmanager
def answering(lambda_: Any) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(probe_client, "lambda_client", lambda: lambda_)
        yield


def check() -> PlatformAnswers:
    return probe_client.check_wechat("contest-prod", "hongze-2020")


def test_what_the_platform_answered_is_told() -> None:
    with answering(Canned(json.dumps(TOLD))):
        assert check() == PlatformAnswers(0, 0, 40013, None)


def without(name: str) -> str:
    return json.dumps({key: value for key, value in TOLD.items() if key != name})


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"outcome": "danced"}',
        *map(without, [name for name in TOLD if name != "outcome"]),
    ],
)
def test_an_answer_of_another_version_is_told(body: str) -> None:
    with answering(Canned(body)), pytest.raises(ProbeFailed, match="版本不同") as caught:
        check()
    assert caught.value.has_run


def relayed() -> RelayOutcome | None:
    return probe_client.check_relay("contest-prod", "hongze-2020", "signature=s", "<xml/>")


def test_what_the_own_server_answered_is_told() -> None:
    told = {"outcome": "told", "failure": "", "has_reply": True, "milliseconds": 12}
    with answering(Canned(json.dumps(told))):
        assert relayed() == RelayOutcome(has_reply=True, milliseconds=12)
    with answering(Canned('{"outcome": "no_own_server"}')):
        assert relayed() is None
    with answering(Canned(json.dumps(TOLD))), pytest.raises(ProbeFailed, match="版本不同"):
        relayed()
    with answering(Canned('{"outcome": "unknown_check"}')), pytest.raises(ProbeFailed, match="版本不同"):
        relayed()


@pytest.mark.parametrize(
    ("outcome", "words"), [("other_contest", "不是竞赛 hongze-2020"), ("unknown_check", "版本不同")]
)
def test_what_it_did_not_do_is_told_as_that(outcome: str, words: str) -> None:
    with answering(Canned(json.dumps({"outcome": outcome}))), pytest.raises(ProbeFailed, match=words) as caught:
        check()
    assert not caught.value.has_run


def test_a_secret_that_the_function_lacks_is_named() -> None:
    body = json.dumps({"outcome": "settings", "problems": ["WECHAT_TOKEN is missing", "WECHAT_MODE is missing"]})
    with answering(Canned(body)), pytest.raises(ProbeFailed, match="WECHAT_TOKEN is missing，WECHAT_MODE") as caught:
        check()
    assert not caught.value.has_run


def test_a_function_that_failed_may_have_done_it() -> None:
    with answering(Canned('{"errorType": "JobFailed"}', "Unhandled")), pytest.raises(ProbeFailed) as caught:
        check()
    assert caught.value.has_run


def test_whoever_waited_in_vain_knows_that_it_has_ended() -> None:
    """The time-out has ten more seconds for an instance's start, which Lambda does not count."""
    assert FUNCTIONS["probe"]["lambda_timeout"] + 10 <= probe_client.READ_SECONDS


# The SDK itself


@contextmanager
def aws_that(answers: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A server that answers each call with 500 or drops the connection. Yields the calls."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            if answers:
                self.send_response(500)
                self.send_header("Content-Length", "0")
                self.end_headers()
            self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", f"http://127.0.0.1:{server.server_port}")
        yield asked
        server.shutdown()


@pytest.mark.parametrize("answers", [True, False], ids=["500", "dropped"])
def test_an_invoke_is_never_repeated(answers: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nobody")
    monkeypatch.setenv("AWS_REGION", "cn-north-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    with aws_that(answers, monkeypatch) as asked, pytest.raises(ProbeFailed) as caught:
        check()
    assert asked == ["/2015-03-31/functions/contest-prod-probe/invocations"]
    assert caught.value.has_run
