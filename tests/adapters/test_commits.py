"""Submissions and claims are sent to the store once, whatever its answer (I7)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.domain.prizes import SHARDS
from chalicelib.ports import Participants, Verdict
from tests.support import examples

CLAIM = examples.claim("o1", "a1", examples.plan().packets()[0])
ANSWER = b'{"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError"}'
COMMITS: dict[str, Callable[[Participants], Verdict]] = {
    "submission": lambda participants: participants.record_attempt("o1", examples.attempt("a1"), 5),
    "claim": lambda participants: participants.commit_claim(CLAIM),
}


@contextmanager
def failing_store() -> Iterator[tuple[str, list[str]]]:
    """Yields the store's address and the paths of the requests to it. It answers each with 500."""
    asked: list[str] = []

    class Store(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            self.send_response(500)
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Store) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


@pytest.mark.parametrize("name", COMMITS)
def test_the_client_does_not_repeat_it_behind_a_pause(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with failing_store() as (address, asked):
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", address)
        ports = AwsPorts(examples.contest(), examples.SETTINGS, lambda: examples.NOON)
        monkeypatch.setattr(ports, "active_shards", lambda: SHARDS)  # known since the gate
        assert COMMITS[name](ports.participants) is Verdict.BUSY
        assert len(asked) == 1
