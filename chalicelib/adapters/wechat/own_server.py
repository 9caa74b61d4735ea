"""The account's own server: each request of WeChat's is posted to it once, unchanged, within what WeChat's 5 s leave.

A thread makes each exchange, because no time-out of a socket bounds a name look-up, or a server that sends one byte at
a time; the handler waits for it with one clock. An exchange that is given up is closed, and nothing reads its outcome.
Lambda freezes threads between two requests: such a thread sends nothing more when it wakes up. Each exchange has a
connection of its own, since a freeze can outlast a connection without either side's noticing.
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
"""Seconds without a byte after which an exchange that nobody waits for ends itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds."""

    connect: float = 1.0
    """Name look-up and TLS included."""
    exchange: float = 3.5
    handling: float = 4.5
    """From the beginning of our handler."""
    event: float = 0.3
    """What telling an event may add to our own answer."""
    skip: float = 30.0
    """How long a failing server is not asked."""
    failures: int = 3
    """In a row, that make it a failing one."""


class Breaker:
    """An instance's memory of a failing server. After the pause one request tries it again."""

    def __init__(self, limits: Limits, monotonic: Callable[[], float]) -> None:
        self._limits, self._monotonic = limits, monotonic
        self._failures, self._until = 0, 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._limits.failures and self._monotonic() < self._until

    def record(self, answered: bool) -> None:
        self._failures = 0 if answered else self._failures + 1
        self._until = self._monotonic() + self._limits.skip


class Exchange(Thread):
    """One request and its answer. `connected`, `sent` and `done` are also set when it fails."""

    def __init__(self, connection: HTTPConnection, target: str, request: CallbackRequest, asks: bool) -> None:
        super().__init__(name="own-server", daemon=True)
        self._connection, self._target, self._request, self._asks = connection, target, request, asks
        self._given_up = False
        self.connected, self.sent, self.done = Event(), Event(), Event()
        self.is_out = False
        self.failure = "unreachable"
        """Why it would have failed if it ended here; empty when it is complete."""
        self.status = 0
        self.answer: OwnAnswer | None = None
        """None also for one above 64 KB."""

    def run(self) -> None:
        with suppress(Exception), closing(self._connection):  # `failure` says it; an error's text holds the address
            self._send()
            self._receive()
        for reached in (self.connected, self.sent, self.done):
            reached.set()

    def give_up(self) -> None:
        """Ends it soon, wherever it is. If it has sent nothing yet, it never will."""
        self._given_up = True
        if (connected := self._connection.sock) is not None:
            with suppress(OSError):  # closed already
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def _send(self) -> None:
        self._connection.connect()
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
            self._connection.sock.recv(1)  # hanging up earlier could make the server drop the request
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
    ) -> None:
        self._address, self._measure, self._limits, self._monotonic = urlsplit(address), measure, limits, monotonic
        self._breaker = Breaker(limits, monotonic)
        self._tls = ssl.create_default_context() if self._address.scheme == "https" else None

    def pass_on(self, request: CallbackRequest) -> OwnAnswer | None:
        began = self._monotonic()
        seconds = min(self._limits.exchange, self._limits.handling - (began - request.begun))
        answer, failure = self._ask(request, seconds)
        if failure:
            self._count(failure)
            return None
        self._measure({"RelayMs": 1000 * (self._monotonic() - began)})
        return answer

    def _ask(self, request: CallbackRequest, seconds: float) -> tuple[OwnAnswer | None, str]:
        """Returns the answer, and why it cannot be given."""
        if seconds <= 0:
            return None, "late"
        exchange = self._begin(request, asks=True)
        if exchange is None:
            return None, "skipped"
        failure = self._wait(exchange, seconds)
        self._breaker.record(answered=not failure)
        return exchange.answer, failure or _unsuitable(exchange.answer)

    @contextmanager
    def tell_meanwhile(self, request: CallbackRequest) -> Iterator[None]:
        exchange = self._begin(request, asks=False)
        try:
            yield
        finally:
            if exchange is None:
                self._count("skipped")
            elif not (exchange.sent.wait(self._limits.event) and exchange.is_out):
                exchange.give_up()
                self._breaker.record(answered=False)
                self._count("event")

    def _begin(self, request: CallbackRequest, asks: bool) -> Exchange | None:
        """None while the breaker is open, or when the instance can start no thread."""
        if self._breaker.is_open:
            return None
        exchange = Exchange(self._connection(), self._target(request.query), request, asks)
        try:
            exchange.start()
        except RuntimeError:
            return None
        return exchange

    def _wait(self, exchange: Exchange, seconds: float) -> str:
        """Returns why there is no answer of status 200, or nothing."""
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
    """As the own server gave it, if it is one that a header can carry."""
    given = response.headers.get("Content-Type", "")
    return given if 0 < len(given) <= 100 and given.isascii() and given.isprintable() else XML
