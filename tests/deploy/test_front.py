"""The public address of the rehearsal: TLS, the domain's name in front, everything else passed on as it came."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest
import requests

from infra.deploy.front import serving
from infra.deploy.secret_values import certificate
from infra.local.processes import free_port


class Behind(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.path, self.headers["Host"], self.headers.get("X-Own", ""), body))
        self.send_response(201)
        self.send_header("Set-Cookie", "a=1; Secure")
        self.send_header("Set-Cookie", "b=2; Secure")
        self.end_headers()
        self.wfile.write("答".encode())

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def behind() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    path, made = tmp_path / "front.pem", certificate("quiz.example")
    path.write_text(made.chain + made.key, encoding="utf-8")
    return path


def test_a_request_and_its_answer_pass_unchanged_but_for_the_host(ca: Path) -> None:
    Behind.seen.clear()
    with behind() as backend, serving(backend, "quiz.example", free_port(), ca) as address, requests.Session() as phone:
        phone.trust_env, phone.verify = False, str(ca)
        answer = phone.post(f"{address}/wechat?a=1&b=%20", data=b"<xml/>", headers={"X-Own": "1"}, timeout=5)

    assert Behind.seen == [("/wechat?a=1&b=%20", "quiz.example", "1", b"<xml/>")]
    assert (answer.status_code, answer.content) == (201, "答".encode())
    assert phone.cookies.get_dict() == {"a": "1", "b": "2"}


def test_nobody_behind_it_is_a_502(ca: Path) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    with serving(dead, "quiz.example", free_port(), ca) as address, requests.Session() as phone:
        phone.trust_env, phone.verify = False, str(ca)
        assert phone.get(f"{address}/", timeout=5).status_code == 502


def test_an_unknown_certificate_is_not_trusted(ca: Path) -> None:
    with serving("http://127.0.0.1:9", "quiz.example", free_port(), ca) as address, requests.Session() as phone:
        phone.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            phone.get(f"{address}/", timeout=5)
