"""A TLS proxy on loopback in front of the emulator's API Gateway, in place of the custom domain.

WeChat and browsers speak https to PUBLIC_BASE_URL, without a stage in the path; the emulator finds the API by the
domain's base path mapping, from the Host header.
"""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

_ONE_HOP = frozenset("connection keep-alive transfer-encoding content-length host date server".split())
_SECONDS = 30


@contextmanager
def serving(backend: str, domain: str, port: int, certificate: Path) -> Iterator[str]:
    """Serves `https://127.0.0.1:port` until the block ends; forwards everything to `backend` with `domain` as its Host.

    `certificate` is a file with the chain and the key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    host = urlsplit(backend)

    class Handler(_Forwarding):
        target = (host.hostname or "", host.port or 80)
        name = domain

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    # Each connection's own thread does the handshake, so that a slow one delays no other.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="tls-proxy", daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Forwarding(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SECONDS
    target: tuple[str, int]
    name: str

    def forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        connection = HTTPConnection(*self.target, timeout=_SECONDS)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", self.name)
            connection.putheader("Content-Length", str(len(body)))
            for header, value in self.headers.items():
                if header.lower() not in _ONE_HOP:
                    connection.putheader(header, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self.send_error(502)
            return
        finally:
            connection.close()
        self.send_response_only(answer.status)
        for header, value in answer.getheaders():
            if header.lower() not in _ONE_HOP:
                self.send_header(header, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = forward  # noqa: N815 - http.server's names

    def log_message(self, *_: object) -> None:
        """The emulator logs every request."""
