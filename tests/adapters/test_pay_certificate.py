"""The merchant's client certificate: it is shown to WeChat Pay and never left on the disk, and its faults are
reported."""

import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from chalicelib.adapters.pay.red_packet import RedPackets
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.claim import SendOrder
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.pay_settings import PaySettings
from tests.rehearsal.secret_values import Certificate, certificate

REFUSED = Answer(Reply.REFUSED, Reason.CONFIGURATION, "CLIENT_CERTIFICATE")
ORDER = SendOrder(
    "Plan0Plan0Pl00000042",
    "openid-1",
    188,
    (("send_name", "信用"), ("act_name", "竞赛"), ("wishing", "好"), ("remark", "r"), ("client_ip", "192.0.2.7")),
)
OURS, OTHER, SERVERS = certificate("merchant"), certificate("other"), certificate("127.0.0.1")
NO_CERTIFICATE = "<html><head><title>400 No required SSL certificate was sent</title></head></html>"
"""An answer of WeChat Pay's front end."""
CALLS: list[Callable[[RedPackets], Answer]] = [lambda pay: pay.send(ORDER), lambda pay: pay.query(ORDER)]
both_calls = pytest.mark.parametrize("call", CALLS, ids=["send", "query"])


def red_packets(url: str, chain: str = OURS.chain, key: str = OURS.key) -> RedPackets:
    secrets = PaySettings("1900000001", "KEY0123456789abcdefKEY0123456789", chain, key, url)
    return RedPackets(load_contest_file(PACKAGED), "wxapp", lambda: secrets)


@dataclass
class Server:
    """A server that accepts only clients with our certificate."""

    url: str
    asked: int = 0


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    trusted, own = tmp_path / "trusted.pem", tmp_path / "server.pem"
    trusted.write_text(OURS.chain)
    own.write_text(SERVERS.chain + SERVERS.key)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(own))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            there.asked += 1
            body = (
                "<xml><return_code>SUCCESS</return_code><result_code>SUCCESS</result_code>"
                f"<mch_billno>{ORDER.mch_billno}</mch_billno><status>SENT</status></xml>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    http = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    context.load_verify_locations(trusted)
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # 1.2 refuses in the handshake; in 1.3 the alert may be late
    http.socket = context.wrap_socket(http.socket, server_side=True)
    there = Server(f"https://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield there
    http.shutdown()
    thread.join()
    http.server_close()


@both_calls
def test_the_certificate_is_shown(server: Server, call: Callable[[RedPackets], Answer]) -> None:
    assert call(red_packets(server.url)).reply in (Reply.ACCEPTED, Reply.SENT)
    assert server.asked == 1


@both_calls
@pytest.mark.parametrize(
    ("chain", "key"),
    [("", ""), (OTHER.chain, OTHER.key), (OURS.chain, OTHER.key), (OURS.chain, ""), ("", OURS.key), ("no PEM", "x")],
    ids=["missing", "another's", "another's key", "no key", "no certificate", "no PEM"],
)
def test_a_certificate_that_is_missing_refused_or_without_its_key_is_our_configuration(
    server: Server, chain: str, key: str, call: Callable[[RedPackets], Answer]
) -> None:
    pay = red_packets(server.url, chain, key)
    if (chain, key) not in (("", ""), (OTHER.chain, OTHER.key)):  # only the server refuses it
        assert pay.prepare() == REFUSED
    assert call(pay) == REFUSED
    assert server.asked == 0


@both_calls
def test_another_merchant_s_certificate_is_our_configuration(
    server: Server, call: Callable[[RedPackets], Answer]
) -> None:
    """The merchant's id may be mistyped: no claim may be recorded as that merchant's."""
    other = certificate("1900000999")
    pay = red_packets(server.url, other.chain, other.key)
    assert (pay.prepare(), call(pay), server.asked) == (REFUSED, REFUSED, 0)


@pytest.mark.parametrize(
    "own", [OURS, certificate("1900000001"), Certificate("", "")], ids=["no number", "ours", "local"]
)
def test_nothing_is_said_against_a_certificate_that_may_be_ours(own: Certificate) -> None:
    assert red_packets("https://127.0.0.1:9", own.chain, own.key).prepare() is None


def test_a_server_that_is_not_wechat_pay_is_not_asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert red_packets(server.url).send(ORDER) == REFUSED
    assert server.asked == 0


@both_calls
def test_the_front_end_s_page_about_a_missing_certificate_is_our_configuration(
    call: Callable[[RedPackets], Answer],
) -> None:
    with responses.RequestsMock() as platform:
        for path in ("sendredpack", "gethbinfo"):
            url = f"https://pay.example/mmpaymkttransfers/{path}"
            platform.post(url, NO_CERTIFICATE, status=400, content_type="text/html")
        platform.assert_all_requests_are_fired = False
        assert call(red_packets("https://pay.example", "", "")) == REFUSED


def test_a_tls_error_is_our_configuration() -> None:
    with responses.RequestsMock() as platform:
        error = requests.exceptions.SSLError("tlsv13 alert certificate required")
        platform.post("https://pay.example/mmpaymkttransfers/sendredpack", body=error)
        assert red_packets("https://pay.example").send(ORDER) == REFUSED


@pytest.fixture(params=["in the handshake", "after the order"])
def cutting(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a server that cuts off every connection."""
    own = tmp_path / "server.pem"
    own.write_text(SERVERS.chain + SERVERS.key)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(own))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    listening = socket.create_server(("127.0.0.1", 0))

    def cut_off() -> None:
        with suppress(OSError):  # when the test is over
            while True:
                connection, _ = listening.accept()
                if request.param == "after the order":
                    connection = context.wrap_socket(connection, server_side=True)
                connection.recv(65536)
                socket.socket(fileno=connection.detach()).close()  # without TLS's closing message

    threading.Thread(target=cut_off, daemon=True).start()
    yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    listening.close()


@both_calls
def test_a_connection_that_is_cut_off_is_doubtful(cutting: str, call: Callable[[RedPackets], Answer]) -> None:
    """One such failure must not hold all payouts; the order may have arrived."""
    assert call(red_packets(cutting)).reply is Reply.DOUBTFUL


PAYS = """
import os, sys, tempfile
from tests.adapters.test_pay_certificate import red_packets
tempfile.tempdir = sys.argv[1]
red_packets("https://127.0.0.1:9").prepare()
assert os.listdir(sys.argv[1]) == [], "while the process runs"
"""


def test_no_key_is_left_on_the_disk_however_the_process_ends(tmp_path: Path) -> None:
    for end in ("", "raise SystemExit", "os.kill(os.getpid(), 9)"):
        run = subprocess.run([sys.executable, "-c", PAYS + end, str(tmp_path)], check=False, capture_output=True)
        assert run.returncode in (0, -9), run.stderr
        assert list(tmp_path.iterdir()) == []


def test_the_file_that_is_read_is_this_user_s_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    modes = list[int]()
    load = ssl.SSLContext.load_cert_chain

    def watched(self: ssl.SSLContext, certfile: str, *args: Any, **options: Any) -> None:
        modes.append(Path(certfile).stat().st_mode & 0o777)
        load(self, certfile, *args, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", watched)
    red_packets("https://127.0.0.1:9").prepare()
    assert modes == [0o600]
