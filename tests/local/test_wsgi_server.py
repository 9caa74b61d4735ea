"""The WSGI server of the queues and the simulator: it keeps connections, and with one thread serves one at a time."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Any

import pytest

from infra.local.processes import free_port
from infra.local.wsgi_server import WsgiServer

MANY = 12
"""Connections; the server's own default keeps ten."""


class Application:
    """Answers with the body. Counts how many requests it handled at the same time, and from how many ports."""

    def __init__(self, together: int = 1) -> None:
        self._barrier = threading.Barrier(together)
        self._lock, self._now = threading.Lock(), 0
        self.most, self.ports = 0, set[str]()

    def __call__(self, environ: Any, start_response: Any) -> list[bytes]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.ports.add(environ["REMOTE_PORT"])
        self._barrier.wait(10)
        time.sleep(0.02)
        with self._lock:
            self._now -= 1
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read()]


@contextmanager
def running(application: Application, threads: int) -> Iterator[int]:
    port = free_port()
    with WsgiServer(application, port, threads).serving():
        yield port


def ask(connection: HTTPConnection, body: str) -> str:
    connection.request("POST", "/", body)
    return connection.getresponse().read().decode()


def ask_once(port: int, body: str) -> str:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        return ask(connection, body)


def test_connections_are_kept() -> None:
    application = Application()
    with running(application, threads=1) as port:
        kept = [HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(MANY)]
        for turn in range(3):
            assert [ask(one, f"{turn}") for one in kept] == [f"{turn}"] * MANY
        for one in kept:
            one.close()
    assert len(application.ports) == MANY


@pytest.mark.parametrize("threads", [1, 3])
def test_so_many_requests_are_handled_at_once(threads: int) -> None:
    application = Application(together=threads)
    with running(application, threads) as port, ThreadPoolExecutor(6) as people:
        answers = people.map(lambda number: ask_once(port, f"{number}"), range(6))
        assert sorted(answers) == [f"{n}" for n in range(6)]
    assert application.most == threads
