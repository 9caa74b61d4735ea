"""The account's own server. Each of WeChat's requests is posted to it once, unchanged, within WeChat's limit of 5 s.

Each exchange runs in a thread, because a socket's time-out limits neither a name look-up nor a server that sends one
byte at a time. The handler waits for the thread with one time limit. An exchange that is given up is closed, and its
outcome is not read. Lambda freezes threads between two requests; a thread that was given up sends nothing when it
resumes. Each exchange has its own connection, since a connection can break during a freeze without either side
noticing.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from threading import Event, Thread
from urllib.parse import urlsplit

from chalicelib.ports import CallbackRequest, Measure, OwnAnswer

LARGEST = 64 * 1024
XML = "text/xml"
LONGEST_SILENCE = 4.0
"""An exchange that nobody waits for ends after this many seconds without a byte."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    connect: float = 1.0
    """Includes name look-up and TLS."""
    exchange: float = 3.5
    handling: float = 4.5
    """Counted from the beginning of our handler."""
    event: float = 0.3
    """The most by which passing on an event may delay our own answer."""
    skip: float = 30.0
    """The time for which a failing server is not asked."""
    failures: int = 3
    """The number of failures in a row after which a server counts as failing."""


class Breaker:
    """An instance's memory of a failing server. After the pause one request tries it again.

    By two clocks: the monotonic one may stop while Lambda freezes an instance, and the other may be set back.
    """

    def __init__(self, limits: Limits, *clocks: Callable[[], float]) -> None:
        self._limits, self._clocks = limits, clocks
        self._failures, self._until = 0, [0.0 for _ in clocks]

    @property
    def is_open(self) -> bool:
        within = all(clock() < until for clock, until in zip(self._clocks, self._until, strict=True))
        return self._failures >= self._limits.failures and within

    def record(self, worked: bool) -> None:
        self._failures = 0 if worked else self._failures + 1
        self._until = [clock() + self._limits.skip for clock in self._clocks]


class Exchange(Thread):
    """One request and its answer. `connected`, `sent` and `done` are set also when it fails."""

    def __init__(self, connection: HTTPConnection, target: str, request: CallbackRequest, asks: bool) -> None:
        super().__init__(name="own-server", daemon=True)
        self._connection, self._target, self._request, self._asks = connection, target, request, asks
        self._given_up = False
        self._socket: socket.socket | None = None
        """Kept: the connection forgets it while the body of an answer that ends with it is still read."""
        self.connected, self.sent, self.done = Event(), Event(), Event()
        self.is_out = False
        self.failure = "unreachable"
        """The failure to report if the exchange ended now; empty when it is complete."""
        self.status = 0
        self.answer: OwnAnswer | None = None
        """None also if the answer is larger than 64 KB."""

    def run(self) -> None:
        with suppress(Exception), closing(self._connection):  # `failure` has the cause, and no address
            self._send()
            self._receive()
        for reached in (self.connected, self.sent, self.done):
            reached.set()

    def give_up(self) -> None:
        """Ends the exchange soon, at any stage. If it has sent nothing yet, it never will."""
        self._given_up = True
        if self._socket is not None:
            with suppress(OSError):  # already closed
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _send(self) -> None:
        self._connection.connect()
        self._socket = self._connection.sock
        if self._given_up:
            raise TimeoutError
        self.failure = "broken"
        self.connected.set()
        self._connection.sock.settimeout(LONGEST_SILENCE)
        headers = {"Accept": "*/*", **self._request.headers, "X-Relayed": "1", "Connection": "close"}
        self._connection.request("POST", self._target, self._request.body, headers)
        self.is_out = True
        self.sent.set()

    def _receive(self) -> None:
        if not self._asks:
            self._connection.sock.recv(1)  # closing earlier could make the server drop the request
            return
        response = self._connection.getresponse()
        body = response.read(LARGEST + 1)
        if len(body) <= LARGEST:
            if response.length:
                raise ConnectionError("the answer is cut off")
            self.answer = OwnAnswer(body, _content_type(response))
        self.status, self.failure = response.status, ""


class HttpOwnServer:
    """Implements the OwnServer port. `address` is http or https."""

    def __init__(
        self,
        address: str,
        measure: Measure,
        limits: Limits = Limits(),
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._address, self._measure, self._limits, self._monotonic = urlsplit(address), measure, limits, monotonic
        self._asking, self._sending = Breaker(limits, monotonic, clock), Breaker(limits, monotonic, clock)
        """Two: a server that answers well in a second misses every event."""
        self._tls = ssl.create_default_context() if self._address.scheme == "https" else None

    def pass_on(self, request: CallbackRequest) -> OwnAnswer | None:
        began = self._monotonic()
        answer, failure = self._ask(request, min(self._limits.exchange, self._seconds_left(request)))
        if failure:
            self._count(failure)
            return None
        self._measure({"RelayMs": 1000 * (self._monotonic() - began)})
        return answer

    def _ask(self, request: CallbackRequest, seconds: float) -> tuple[OwnAnswer | None, str]:
        """Returns the answer, and the reason why it cannot be used, or an empty text."""
        if seconds <= 0:
            return None, "late"
        exchange = self._begin(request, self._asking)
        if exchange is None:
            return None, "skipped"
        failure = self._wait(exchange, seconds)
        self._asking.record(worked=not failure)
        return exchange.answer, failure or _unsuitable(exchange.answer)

    @contextmanager
    def sending_in_background(self, request: CallbackRequest) -> Iterator[None]:
        exchange = self._begin(request, self._sending)
        try:
            yield
        finally:
            if exchange is None:
                self._count("skipped")
            else:
                self._finish_sending(exchange, min(self._limits.event, self._seconds_left(request)))

    def _finish_sending(self, exchange: Exchange, seconds: float) -> None:
        is_out = exchange.sent.wait(max(0.0, seconds)) and exchange.is_out
        self._sending.record(worked=is_out)
        if not is_out:
            exchange.give_up()
            self._count("event")

    def _seconds_left(self, request: CallbackRequest) -> float:
        return self._limits.handling - (self._monotonic() - request.begun)

    def _begin(self, request: CallbackRequest, breaker: Breaker) -> Exchange | None:
        """Returns None while the breaker is open, or if the instance cannot start a thread."""
        if breaker.is_open:
            return None
        exchange = Exchange(self._connection(), self._target(request.query), request, asks=breaker is self._asking)
        try:
            exchange.start()
        except RuntimeError:
            return None
        return exchange

    def _wait(self, exchange: Exchange, seconds: float) -> str:
        """Returns the reason why there is no answer with status 200, or an empty text."""
        ends = self._monotonic() + seconds
        if not exchange.connected.wait(min(self._limits.connect, seconds)):
            exchange.give_up()
            return "unreachable"
        if not exchange.done.wait(max(0.0, ends - self._monotonic())):
            exchange.give_up()
            return "timeout"
        return exchange.failure or ("" if exchange.status == 200 else "status")

    def _connection(self) -> HTTPConnection:
        host, port = self._address.hostname or "", self._address.port
        if self._tls:
            return HTTPSConnection(host, port or 443, timeout=self._limits.connect, context=self._tls)
        return HTTPConnection(host, port or 80, timeout=self._limits.connect)

    def _target(self, query: str) -> str:
        own = f"{self._address.query}&" if self._address.query else ""
        return f"{self._address.path or '/'}?{own}{query}"

    def _count(self, failure: str) -> None:
        self._measure({"RelaysFailed": 1}, failure)


def _unsuitable(answer: OwnAnswer | None) -> str:
    if answer is None:
        return "too_large"
    return "" if not answer.is_reply or answer.body.startswith(b"<xml") else "content"


def _content_type(response: HTTPResponse) -> str:
    """Returns the own server's content type if a header can carry it."""
    given = response.headers.get("Content-Type", "")
    return given if 0 < len(given) <= 100 and given.isascii() and given.isprintable() else XML
