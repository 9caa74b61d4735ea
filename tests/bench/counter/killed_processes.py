"""Processes that are killed with SIGKILL before one of their calls: an instance, a payout worker, a connection.

Each is forked from a server process that has everything imported and no threads.
"""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from botocore.client import BaseClient

from chalicelib.domain.claim import ClaimRef
from tests.bench.counter.outside import Outside, Step
from tests.bench.counter.side import Side

ENDPOINT = "AWS_ENDPOINT_URL_DYNAMODB"
NEVER = -1
HERE = multiprocessing.get_context("forkserver")
"""Starts processes."""
_PACKAGE = "tests.bench.counter"
HERE.set_forkserver_preload([f"{_PACKAGE}.{name}" for name in ("fork_server", "our_side", "counter_side", "kills")])
Work = Callable[[Side, Outside, Step], Any]


@dataclass(frozen=True)
class End:
    """The end of a process. `value` is what it returned; None also if it was killed, and if it failed. `places` are the
    calls before each of which it can be killed; the last is its own answer."""

    value: Any = None
    places: tuple[str, ...] = ()


def claim(openid: str) -> Work:
    return partial(_claim, openid)


def pay(ref: ClaimRef) -> Work:
    return partial(_pay, ref)


def _claim(openid: str, side: Side, outside: Outside, step: Step) -> Any:
    return side.claimer(outside, step).claim(openid)


def _pay(ref: ClaimRef, side: Side, outside: Outside, step: Step) -> None:
    side.worker(outside, step)(ref)


@dataclass(frozen=True)
class Running:
    process: Any
    receiving: Connection

    def wait(self) -> End:
        try:
            end: End = self.receiving.recv()
        except EOFError:
            end = End()
        self.process.join()
        assert self.process.exitcode in (0, -signal.SIGKILL), self.process.exitcode
        return end


def begin(work: Work, side: Side, outside: Outside, kill_at: int = NEVER, endpoint: str = "") -> Running:
    """Starts the work in a process that is killed at this place. `endpoint`: the engine's, if it is not ours."""
    receiving, sending = HERE.Pipe(duplex=False)
    arguments = kill_at, work, side, outside, {**os.environ, ENDPOINT: endpoint or os.environ[ENDPOINT]}, sending
    process = HERE.Process(target=_run, args=arguments, daemon=True)
    process.start()
    sending.close()
    return Running(process, receiving)


def run(work: Work, side: Side, outside: Outside, kill_at: int = NEVER) -> End:
    return begin(work, side, outside, kill_at).wait()


def _run(
    place: int, work: Work, side: Side, outside: Outside, environment: Mapping[str, str], sending: Connection
) -> None:
    os.environ.update(environment)
    logging.disable()
    places: list[str] = []

    def step(name: str) -> None:
        if len(places) == place:
            os.kill(os.getpid(), signal.SIGKILL)
        places.append(name)

    with _steps_of_clients(step):
        try:
            value = work(side, outside, step)
        except Exception:  # noqa: BLE001 - the client gets an error, whatever it is
            value = None
    step("answer")
    sending.send(End(value, tuple(places)))


@contextmanager
def _steps_of_clients(step: Step) -> Iterator[None]:
    client: Any = BaseClient  # the stubs lack its methods
    original = client._make_api_call

    def call(self: Any, operation: str, arguments: Any) -> Any:
        step(operation)
        return original(self, operation, arguments)

    client._make_api_call = call
    yield
    client._make_api_call = original


@contextmanager
def forwarder(listening: socket, kill_at: int = NEVER, is_answered: bool = False) -> Iterator[Any]:
    """A process through which clients reach the engine. It is killed at the n-th request, counted from 0: before it
    passes it on, or when the engine has answered. The socket goes on listening: clients can connect again at once."""
    arguments = os.environ[ENDPOINT], listening, kill_at, is_answered
    process = HERE.Process(target=_forward, args=arguments, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def _forward(engine: str, listening: socket, kill_at: int, is_answered: bool) -> None:
    seen = 0

    class Forward(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            nonlocal seen
            here, seen = seen, seen + 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if here == kill_at and not is_answered:
                os.kill(os.getpid(), signal.SIGKILL)
            upstream = HTTPConnection(urlsplit(engine).netloc)
            upstream.request("POST", self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            content = answer.read()
            if here == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.send_response(answer.status)
            for name in ("Content-Type", "x-amz-crc32", "x-amzn-RequestId"):
                if value := answer.headers.get(name):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(listening.getsockname(), Forward, bind_and_activate=False) as server:
        server.socket = listening
        server.serve_forever()
