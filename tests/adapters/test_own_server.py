"""The account's own server over HTTP: the requests, the answers that are returned, and the handling of a failing
server.

Only tests of answers that have a second or more depend on how busy the machine is. A slow server waits until we close
the connection, and the test checks that we do.
"""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, cycle
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.adapters.wechat.own_server import LARGEST, LONGEST_SILENCE, HttpOwnServer, Limits
from chalicelib.ports import CallbackRequest, OwnAnswer
from tests.http.aws_faults import black_hole
from tests.support.own_server import (
    REPLY,
    Script,
    ScriptedServer,
    after,
    drips,
    expect_hang_up,
    says,
    scripted_server,
    sends,
    when,
)

PATIENT = Limits(connect=20, exchange=20, handling=40, event=20)
HASTY = Limits(event=0.05)
USED = Limits().handling - 0.3
"""Seconds after which 0.3 are left for an answer."""
BODY = bytes(range(256))
QUERY = "signature=a%2Bb&timestamp=1&nonce=2&openid=o-1"
HEAD = "HTTP/1.1 200 OK\r\n"


class Metrics:
    """The measured metrics: failures by reason, and answers."""

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
    "closes its half": (lambda connection: connection.shutdown(socket.SHUT_WR), "broken"),
    "compressed": (says(gzip.compress(REPLY), head="Content-Encoding: gzip"), "content"),
    "early hints": (says(REPLY, "103 Early Hints"), "status"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_any_other_answer_is_none_and_counted(server: ScriptedServer, metrics: Metrics, name: str) -> None:
    server.script, reason = FAILURES[name]
    assert HttpOwnServer(server.url, metrics, PATIENT).pass_on(request()) is None
    assert (metrics.failures, metrics.answers) == ([reason], [])
    assert server.connections == 1, "one try, no redirects"


ENDLESS: dict[str, Script] = {
    "silent": expect_hang_up,
    "drips its head": drips(cycle(b"HTTP/1.1 200 OK\r\n"), 0.02),
    "drips its body": drips(chain(f"{HEAD}\r\n".encode(), cycle(REPLY)), 0.002),
    "drips a chunk": drips(chain(CHUNKED.partition(b"7\r\n")[0], cycle(b"1\r\n \r\n")), 0.002),
    "continues for ever": drips(cycle(b"HTTP/1.1 100 Continue\r\n\r\n"), 0.002),
}
"""A server that continues until we close the connection."""


@pytest.mark.parametrize("name", ENDLESS)
def test_a_server_that_never_ends_is_given_up(server: ScriptedServer, metrics: Metrics, name: str) -> None:
    server.script = ENDLESS[name]
    assert HttpOwnServer(server.url, metrics).pass_on(request(USED)) is None
    assert (metrics.failures, metrics.answers) == (["timeout"], [])
    assert server.hung_up.acquire(timeout=20), "no thread of ours goes on with it"
    assert server.connections == 1


def test_a_server_that_is_not_there(metrics: Metrics, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert HttpOwnServer(f"http://127.0.0.1:{port}", metrics).pass_on(request()) is None
    assert HttpOwnServer("http://[::1]:9", metrics).pass_on(request()) is None

    go_on, ended = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> list[Any]:
        go_on.wait(20)
        ended.set()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert HttpOwnServer("http://slow.example", metrics).pass_on(request(USED)) is None
    assert not ended.is_set(), "no time-out of a socket bounds a look-up"
    go_on.set()
    assert metrics.failures == ["unreachable"] * 3


def test_tls_is_verified(server: ScriptedServer, metrics: Metrics) -> None:
    """This server does not support TLS."""
    address = server.url.replace("http://", "https://")
    assert HttpOwnServer(address, metrics).pass_on(request(USED)) is None
    assert (metrics.failures, server.received) == (["unreachable"], [])


def test_connecting_has_a_limit_of_its_own(metrics: Metrics) -> None:
    with black_hole() as nowhere:
        limits = replace(PATIENT, connect=0.1)
        own_server, began = HttpOwnServer(nowhere.replace("http:", "https:"), metrics, limits), time.monotonic()
        assert own_server.pass_on(request()) is None
        assert time.monotonic() - began < 10, "not the 20 s of the whole"
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
    assert took >= seconds - 0.01, "not earlier, and if it was not given, before it came"


def test_our_answer_is_out_when_wechat_gives_up() -> None:
    assert Limits().handling + Limits().event < 5


@pytest.fixture(scope="module")
def slow_answers() -> dict[tuple[float, float], tuple[bool, float]]:
    """Asks all servers at once, in real time. Returns whether there was an answer, and how long it took."""

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
    with HttpOwnServer(server.url, metrics).sending_in_background(request()):
        assert server.hung_up.acquire(timeout=20), "while the block runs"
    assert [received.body for received in server.received] == [BODY]
    assert (metrics.failures, metrics.answers) == ([], [])


def test_telling_adds_nothing_to_our_answer_once_it_is_out(server: ScriptedServer, metrics: Metrics) -> None:
    answering = threading.Event()
    server.script = when(answering, says(REPLY))
    began = time.monotonic()
    with HttpOwnServer(server.url, metrics, PATIENT).sending_in_background(request()):
        pass
    assert time.monotonic() - began < LONGEST_SILENCE / 2, "that is what it waits for an answer"
    assert metrics.failures == []
    assert not server.hung_up.acquire(blocking=False), "we do not hang up before it has answered"
    answering.set()
    assert server.hung_up.acquire(timeout=20)
    assert len(server.received) == 1


@pytest.mark.parametrize(("limits", "used"), [(HASTY, 0), (Limits(event=20), 4.45)], ids=["its own limit", "WeChat's"])
def test_an_event_that_is_not_out_in_time_is_dropped_for_good(
    server: ScriptedServer, metrics: Metrics, monkeypatch: pytest.MonkeyPatch, limits: Limits, used: float
) -> None:
    """As when Lambda freezes its thread: it must not be sent during a later request."""
    look_up, go_on, asleep = socket.getaddrinfo, threading.Event(), threading.Event()
    began = time.monotonic()

    def frozen(*arguments: Any, **named: Any) -> Any:
        asleep.set()
        go_on.wait(20)
        return look_up(*arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", frozen)
    with HttpOwnServer(server.url, metrics, limits).sending_in_background(request(used)):
        assert asleep.wait(20)
    assert metrics.failures == ["event"]
    assert time.monotonic() - began < 10
    go_on.set()
    assert server.hung_up.acquire(timeout=20), "it connects, and hangs up"
    assert server.received == []


def test_an_answer_that_comes_too_late_is_nobody_s(server: ScriptedServer, metrics: Metrics) -> None:
    """The next request gets its own answer."""
    go_on = threading.Event()
    own_server, scripts = HttpOwnServer(server.url, metrics), [when(go_on, says(b"<xml>late")), says(REPLY)]
    server.script = lambda connection: scripts.pop(0)(connection)
    assert own_server.pass_on(request(USED)) is None
    go_on.set()
    assert own_server.pass_on(request()) == OwnAnswer(REPLY, "text/xml; charset=utf-8")
    assert server.hung_up.acquire(timeout=20)
    assert (metrics.failures, len(metrics.answers)) == (["timeout"], 1)


@pytest.mark.parametrize("failure", [RuntimeError, None])
def test_telling_changes_nothing_about_our_own_work(metrics: Metrics, failure: type[Exception] | None) -> None:
    own_server, done = HttpOwnServer("http://127.0.0.1:9", metrics), False
    for _ in range(4):
        try:
            with own_server.sending_in_background(request()):
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
    with own_server.sending_in_background(request()):
        pass
    assert own_server.pass_on(request()) is None
    assert metrics.failures == ["skipped"] * 2


# The breaker


class Clock:
    """A clock that runs, unless it is stopped, and can be set."""

    def __init__(self) -> None:
        self.added, self.stands = 0.0, False

    def __call__(self) -> float:
        return self.added if self.stands else time.monotonic() + self.added


class Times:
    def __init__(self) -> None:
        self.monotonic, self.wall = Clock(), Clock()

    def after(self, seconds: float) -> None:
        self.monotonic.added = self.wall.added = seconds


@pytest.fixture
def times() -> Times:
    return Times()


@pytest.fixture
def own_server(server: ScriptedServer, metrics: Metrics, times: Times) -> HttpOwnServer:
    return HttpOwnServer(server.url, metrics, PATIENT, times.monotonic, times.wall)


Ask = Callable[..., int]


@pytest.fixture
def ask(own_server: HttpOwnServer, server: ScriptedServer, times: Times) -> Ask:
    def ask(times_: int = 1) -> int:
        """Sends requests. Returns how many reach the server."""
        before = server.connections
        for _ in range(times_):
            own_server.pass_on(CallbackRequest(QUERY, BODY, {}, times.monotonic()))
        return server.connections - before

    return ask


BAD = says(b"", "502 Bad Gateway")


def test_a_failing_server_is_skipped_for_half_a_minute(
    server: ScriptedServer, metrics: Metrics, times: Times, ask: Ask
) -> None:
    server.script = BAD
    assert ask(9) == 3
    times.after(20)
    assert ask(2) == 0
    times.after(31)
    assert ask(2) == 1, "one try, which fails"
    server.script = says(REPLY)
    times.after(62)
    assert ask(9) == 9
    assert metrics.failures == ["status"] * 3 + ["skipped"] * 8 + ["status", "skipped"]


def test_the_pause_ends_while_lambda_freezes_the_instance(server: ScriptedServer, times: Times, ask: Ask) -> None:
    server.script, times.monotonic.stands = BAD, True
    assert ask(9) == 3
    times.wall.added = 31
    assert ask() == 1


def test_the_pause_ends_although_the_clock_was_set_back(server: ScriptedServer, times: Times, ask: Ask) -> None:
    server.script = BAD
    assert ask(9) == 3
    times.monotonic.added, times.wall.added = 31, -3600
    assert ask() == 1


def test_a_server_that_misses_events_still_answers(
    server: ScriptedServer, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes half a second to connect to is still asked."""
    own_server, look_up, connecting = HttpOwnServer(server.url, metrics, HASTY), socket.getaddrinfo, threading.Event()

    def slow(*arguments: Any, **named: Any) -> Any:
        connecting.wait(20)
        return look_up(*arguments, **named)

    with monkeypatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", slow)
        for _ in range(4):
            with own_server.sending_in_background(request()):
                pass
    connecting.set()
    assert metrics.failures == ["event"] * 3 + ["skipped"]
    assert own_server.pass_on(request()) == OwnAnswer(REPLY, "text/xml; charset=utf-8")


def test_events_that_are_missed_now_and_then_skip_nothing(server: ScriptedServer, metrics: Metrics) -> None:
    own_server, nowhere = HttpOwnServer(server.url, metrics, PATIENT), urlsplit("http://[::1]:9")
    there = own_server._address
    for own_server._address in (nowhere, nowhere, there) * 3:
        with own_server.sending_in_background(request()):
            pass
    assert metrics.failures == ["event"] * 6


def test_two_failures_now_and_then_skip_nothing(server: ScriptedServer, metrics: Metrics) -> None:
    own_server = HttpOwnServer(server.url, metrics)
    for server.script in (BAD, BAD, says(REPLY)) * 3:
        own_server.pass_on(request())
    assert (server.connections, metrics.failures) == (9, ["status"] * 6)


def test_a_server_that_answers_nonsense_is_alive(server: ScriptedServer, metrics: Metrics) -> None:
    """It may answer pictures in this way, and texts correctly."""
    own_server, server.script = HttpOwnServer(server.url, metrics), says(b"<html>")
    for _ in range(5):
        own_server.pass_on(request())
    assert (server.connections, metrics.failures) == (5, ["content"] * 5)
