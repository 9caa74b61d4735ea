"""The account's own server over HTTP: what is sent, which answers are given, and what becomes of a failing one.

The limits are shortened, except where they are what is tested.
"""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.adapters.wechat.own_server import LARGEST, HttpOwnServer, Limits
from chalicelib.ports import CallbackRequest, OwnAnswer
from tests.http.aws_faults import black_hole
from tests.support.own_server import REPLY, Script, ScriptedServer, after, drips, says, scripted_server, sends

SHORT = Limits(connect=0.3, exchange=0.25, handling=0.25, event=0.1)
BODY = bytes(range(256))
QUERY = "signature=a%2Bb&timestamp=1&nonce=2&openid=o-1"
HEAD = "HTTP/1.1 200 OK\r\n"


class Metrics:
    """Metrics as they are measured: failures by reason, and answers."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.answers: list[float] = []

    def __call__(self, values: Any, reason: str = "") -> None:
        if "RelaysFailed" in values:
            self.failures.append(reason)
        else:
            self.answers.append(values["RelayMs"])


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server(says(REPLY)) as made:
        yield made


def request(used: float = 0, body: bytes = BODY, **headers: str) -> CallbackRequest:
    return CallbackRequest(QUERY, body, headers or {"Content-Type": "text/xml"}, time.monotonic() - used)


def test_the_request_arrives_as_it_came(server: ScriptedServer, metrics: Metrics) -> None:
    sent = CallbackRequest(QUERY, BODY, {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}, time.monotonic())
    assert HttpOwnServer(server.url, metrics).pass_on(sent) == OwnAnswer(REPLY, "text/xml; charset=utf-8")
    (received,) = server.received
    assert (received.line, received.body) == (f"POST /wechat?{QUERY} HTTP/1.1", BODY)
    assert received.headers["x-relayed"] == "1"
    assert (received.headers["content-type"], received.headers["user-agent"]) == ("text/xml", "Mozilla/4.0")
    assert received.headers["accept-encoding"] == "identity", "its bytes are given as they come"
    assert len(metrics.answers) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [("", "/?"), ("/", "/?"), ("/index.php?s=/wechat", "/index.php?s=/wechat&"), ("/a%20b", "/a%20b?")],
)
def test_an_address_may_have_a_query_of_its_own(server: ScriptedServer, metrics: Metrics, path: str, line: str) -> None:
    address = server.url.removesuffix("/wechat") + path
    HttpOwnServer(address, metrics).pass_on(request())
    assert server.received[0].line == f"POST {line}{QUERY} HTTP/1.1"


LARGE = b"<xml>" + b" " * (LARGEST - 5)


@pytest.mark.parametrize("body", [b"", b"success", b"<xml", REPLY, b"<xml>\xff\x00]]>", LARGE], ids=len)
def test_an_answer_is_given_byte_for_byte(server: ScriptedServer, metrics: Metrics, body: bytes) -> None:
    server.script = says(body)
    answer = HttpOwnServer(server.url, metrics).pass_on(request())
    assert answer == OwnAnswer(body, "text/xml; charset=utf-8")
    assert answer.is_reply is body.startswith(b"<xml")
    assert metrics.failures == []


CHUNKED = f"{HEAD}Transfer-Encoding: chunked\r\n\r\n7\r\nsuccess\r\n0\r\n\r\n".encode()
UNTIL_THE_END = f"{HEAD}\r\n".encode() + REPLY
CUT_OFF = f"{HEAD}Content-Length: {len(REPLY) + 1}\r\n\r\n".encode() + REPLY


@pytest.mark.parametrize(("content", "body"), [(CHUNKED, b"success"), (UNTIL_THE_END, REPLY)], ids=["chunked", "open"])
def test_an_answer_may_have_no_length(server: ScriptedServer, metrics: Metrics, content: bytes, body: bytes) -> None:
    server.script = sends(content)
    assert HttpOwnServer(server.url, metrics).pass_on(request()) == OwnAnswer(body, "text/xml")


@pytest.mark.parametrize(
    ("head", "given"),
    [
        ("Content-Type: application/xml", "application/xml"),
        ("X-Other: 1", "text/xml"),
        ("Content-Type: ", "text/xml"),
        ("Content-Type: text/中", "text/xml"),
        (f"Content-Type: text/{'x' * 100}", "text/xml"),
    ],
)
def test_the_content_type_is_its_own(server: ScriptedServer, metrics: Metrics, head: str, given: str) -> None:
    server.script = says(REPLY, head=head)
    assert HttpOwnServer(server.url, metrics).pass_on(request()) == OwnAnswer(REPLY, given)


FAILURES: dict[str, tuple[Script, str]] = {
    "error": (says(REPLY, "500 Internal Server Error"), "status"),
    "created": (says(REPLY, "201 Created"), "status"),
    "redirect": (says(b"", "302 Found", "Location: /elsewhere"), "status"),
    "page": (says(b"<html></html>"), "content"),
    "json": (says(b'{"errcode": 0}'), "content"),
    "indented": (says(b" " + REPLY), "content"),
    "success and more": (says(b"success\n"), "content"),
    "too large": (says(LARGE + b" "), "too_large"),
    "too large, without a length": (sends(f"{HEAD}\r\n".encode() + LARGE + b" "), "too_large"),
    "cut off": (sends(CUT_OFF), "broken"),
    "cut off in a chunk": (sends(CHUNKED[:-12]), "broken"),
    "hangs up": (sends(b""), "broken"),
    "no HTTP": (sends(b"\x00\xff" * 99), "broken"),
    "silent": (after(0.5, says(REPLY)), "timeout"),
    "drips its head": (drips(b"HTTP/1.1 200 OK\r\n" * 3, 0.02), "timeout"),
    "drips its body": (drips(UNTIL_THE_END, 0.008), "timeout"),
    "continues for ever": (drips(b"HTTP/1.1 100 Continue\r\n\r\n" * 3, 0.01), "timeout"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_any_other_answer_is_none_and_counted(server: ScriptedServer, metrics: Metrics, name: str) -> None:
    server.script, reason = FAILURES[name]
    own_server, began = HttpOwnServer(server.url, metrics, SHORT), time.monotonic()
    assert own_server.pass_on(request()) is None
    assert time.monotonic() - began < 0.45, "0.25 s, and a busy machine"
    assert (metrics.failures, metrics.answers) == ([reason], [])
    assert server.connections == 1, "one try, no redirects"


def test_a_server_that_is_not_there(metrics: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert HttpOwnServer(f"http://127.0.0.1:{port}", metrics).pass_on(request()) is None
    assert HttpOwnServer("http://[::1]:9", metrics).pass_on(request()) is None

    def look_up(*_: object, **__: object) -> list[Any]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    began = time.monotonic()
    assert HttpOwnServer("http://slow.example", metrics, SHORT).pass_on(request()) is None
    assert time.monotonic() - began < 0.45, "no time-out of a socket bounds a look-up"
    assert metrics.failures == ["unreachable"] * 3


def test_tls_is_verified(server: ScriptedServer, metrics: Metrics) -> None:
    """This one speaks none."""
    address = server.url.replace("http://", "https://")
    assert HttpOwnServer(address, metrics, SHORT).pass_on(request()) is None
    assert (metrics.failures, server.received) == (["unreachable"], [])


def test_connecting_has_a_limit_of_its_own(metrics: Metrics) -> None:
    with black_hole() as nowhere:
        own_server = HttpOwnServer(nowhere.replace("http:", "https:"), metrics, Limits(connect=0.1))
        began = time.monotonic()
        assert own_server.pass_on(request()) is None
        assert time.monotonic() - began < 0.3
    assert metrics.failures == ["unreachable"]


def test_without_time_left_it_is_not_asked(server: ScriptedServer, metrics: Metrics) -> None:
    assert HttpOwnServer(server.url, metrics).pass_on(request(used=4.5)) is None
    assert (metrics.failures, server.connections) == (["late"], 0)


@pytest.mark.parametrize(
    ("answers_after", "used", "given", "seconds"),
    [(1, 0, True, 1), (3, 0, True, 3), (3, 1, True, 3), (3, 2, False, 2.5), (4, 0, False, 3.5), (10, 0, False, 3.5)],
)
def test_the_time_that_wechat_leaves(
    slow_answers: "dict[tuple[float, float], tuple[bool, float]]",
    answers_after: float,
    used: float,
    given: bool,
    seconds: float,
) -> None:
    was_given, took = slow_answers[answers_after, used]
    assert was_given is given
    assert seconds - 0.01 <= took < seconds + 0.5
    assert used + took < 5, "when WeChat gives up"


@pytest.fixture(scope="module")
def slow_answers() -> dict[tuple[float, float], tuple[bool, float]]:
    """In real seconds and all at once: whether there was an answer, and how long it took."""

    def ask(case: tuple[float, float]) -> tuple[bool, float]:
        answers_after, used = case
        with scripted_server(after(answers_after, says(REPLY))) as server:
            own_server, began = HttpOwnServer(server.url, Metrics()), time.monotonic()
            return own_server.pass_on(request(used)) is not None, time.monotonic() - began

    cases = [(1.0, 0.0), (3.0, 0.0), (3.0, 1.0), (3.0, 2.0), (4.0, 0.0), (10.0, 0.0)]
    with ThreadPoolExecutor(len(cases)) as pool:
        return dict(zip(cases, pool.map(ask, cases), strict=True))


# Our own events


def test_an_event_is_told_and_its_answer_dropped(server: ScriptedServer, metrics: Metrics) -> None:
    with HttpOwnServer(server.url, metrics).tell_meanwhile(request()):
        assert server.hung_up.acquire(timeout=2), "while the block runs"
    assert [received.body for received in server.received] == [BODY]
    assert (metrics.failures, metrics.answers) == ([], [])


def test_telling_adds_nothing_to_our_answer_once_it_is_out(server: ScriptedServer, metrics: Metrics) -> None:
    server.script = after(0.5, says(REPLY))
    began = time.monotonic()
    with HttpOwnServer(server.url, metrics).tell_meanwhile(request()):
        pass
    assert time.monotonic() - began < 0.25
    assert metrics.failures == []
    assert server.hung_up.acquire(timeout=2)
    assert len(server.received) == 1, "we did not hang up before it had answered"


def test_an_event_that_is_not_out_in_time_is_dropped_for_good(
    server: ScriptedServer, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when Lambda freezes its thread: it must not go out with a later request."""
    look_up, go_on, asleep = socket.getaddrinfo, threading.Event(), threading.Event()

    def frozen(*arguments: Any, **named: Any) -> Any:
        asleep.set()
        go_on.wait(2)
        return look_up(*arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", frozen)
    began = time.monotonic()
    with HttpOwnServer(server.url, metrics, SHORT).tell_meanwhile(request()):
        assert asleep.wait(2)
    assert time.monotonic() - began < 0.3
    assert metrics.failures == ["event"]
    go_on.set()
    assert server.hung_up.acquire(timeout=2), "it connects, and hangs up"
    assert server.received == []


def test_an_answer_that_comes_too_late_is_nobody_s(server: ScriptedServer, metrics: Metrics) -> None:
    """The next request gets its own."""
    own_server, scripts = HttpOwnServer(server.url, metrics, SHORT), [after(0.4, says(b"<xml>late")), says(REPLY)]
    server.script = lambda connection: scripts.pop(0)(connection)
    assert own_server.pass_on(request()) is None
    assert own_server.pass_on(request()) == OwnAnswer(REPLY, "text/xml; charset=utf-8")
    assert server.hung_up.acquire(timeout=2)
    assert len(metrics.answers) == 1


@pytest.mark.parametrize("failure", [RuntimeError, None])
def test_telling_changes_nothing_about_our_own_work(metrics: Metrics, failure: type[Exception] | None) -> None:
    own_server, done = HttpOwnServer("http://127.0.0.1:9", metrics), False
    for _ in range(4):
        try:
            with own_server.tell_meanwhile(request()):
                done = True
                if failure:
                    raise failure
        except RuntimeError:
            assert failure
    assert done
    assert metrics.failures == ["event"] * 3 + ["skipped"]


def test_an_instance_without_room_for_a_thread_goes_on(
    server: ScriptedServer, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_room)
    own_server = HttpOwnServer(server.url, metrics)
    with own_server.tell_meanwhile(request()):
        pass
    assert own_server.pass_on(request()) is None
    assert metrics.failures == ["skipped"] * 2


# The breaker


class Seconds:
    def __init__(self) -> None:
        self.added = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.added


def test_a_failing_server_is_skipped_for_half_a_minute(server: ScriptedServer, metrics: Metrics) -> None:
    seconds = Seconds()
    own_server = HttpOwnServer(server.url, metrics, monotonic=seconds)
    server.script = says(b"", "502 Bad Gateway")

    def ask(times: int = 1) -> int:
        """How many of the questions reach it."""
        before = server.connections
        for _ in range(times):
            own_server.pass_on(CallbackRequest(QUERY, BODY, {}, seconds()))
        return server.connections - before

    assert ask(9) == 3
    seconds.added = 29
    assert ask(2) == 0
    seconds.added = 31
    assert ask(2) == 1, "one try, which fails"
    server.script = says(REPLY)
    seconds.added = 62
    assert ask(9) == 9
    assert metrics.failures == ["status"] * 3 + ["skipped"] * 8 + ["status", "skipped"]


def test_two_failures_now_and_then_skip_nothing(server: ScriptedServer, metrics: Metrics) -> None:
    own_server = HttpOwnServer(server.url, metrics)
    bad, good = says(b"", "502 Bad Gateway"), says(REPLY)
    for server.script in (bad, bad, good) * 3:
        own_server.pass_on(request())
    assert (server.connections, metrics.failures) == (9, ["status"] * 6)


def test_a_server_that_answers_nonsense_is_alive(server: ScriptedServer, metrics: Metrics) -> None:
    """It may answer pictures so, and texts well."""
    own_server, server.script = HttpOwnServer(server.url, metrics), says(b"<html>")
    for _ in range(5):
        own_server.pass_on(request())
    assert (server.connections, metrics.failures) == (5, ["content"] * 5)
