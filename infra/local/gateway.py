"""Replaces API Gateway on a port: serves the Chalice application over HTTP, one request at a time.

    python -m infra.local.gateway --port 8000

One at a time because all threads share `app.current_request`, while a Lambda instance handles only one
request. Each connection has its own thread, so a client that keeps one open blocks nobody. Requests queue; with
`--most-waiting` a request that finds more of them is refused at once, as Lambda refuses beyond its concurrency.
"""

import argparse
import importlib
import json
import logging
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalice import Chalice
from chalice.local import LambdaContext

from chalicelib.adapters.http.error_answers import error_response_body, retry_after
from chalicelib.adapters.http.responses import SECURITY_HEADERS
from chalicelib.config import contest
from infra.build.draw_poster import ensure_poster
from infra.build.esbuild import ensure_page
from infra.local.garbage import collect_rarely
from infra.local.phone_browser import as_asked_by_phone, is_phone, with_bridge
from infra.local.proxy_event import HttpRequest, HttpResponse, Resource, find_resource, http_response, proxy_event
from infra.project import ROOT

LARGEST_BODY = 10 * 1024 * 1024
"""API Gateway's own limit, in bytes."""

ANY_NUMBER = 2**31
_NO_BODY_STATUSES = frozenset({204, 304})

_log = logging.getLogger(__name__)


class Gateway:
    """Answers requests with `application`, whose handler runs one at a time while at most `most_waiting` others wait.

    With `simulator_url`, a played phone gets WeChat's bridge in the page.
    """

    def __init__(self, application: Chalice, simulator_url: str = "", most_waiting: int = ANY_NUMBER) -> None:
        self._application, self._simulator_url = application, simulator_url
        self._places, self._one_at_a_time = threading.Semaphore(1 + most_waiting), threading.Lock()

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Never raises: errors are answered in the contract's error shape."""
        if self._simulator_url and is_phone(request):
            return with_bridge(self._answer(as_asked_by_phone(request)), self._simulator_url)
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if len(request.body) > LARGEST_BODY:
            return error("too_large")
        resource = find_resource(self._application.routes, request.target)
        if resource is None:
            return error("not_found")
        # The deployed API Gateway has no HEAD methods; here HTTP clients may send HEAD, and get GET's headers.
        method = "GET" if request.method == "HEAD" else request.method
        if method not in self._application.routes[resource.template]:
            return error("method_not_allowed")
        asked = HttpRequest(method, request.target, request.headers, request.body)
        if not self._places.acquire(blocking=False):
            return error("try_again")
        try:
            return self._run(asked, resource)
        except Exception:  # noqa: BLE001 - API Gateway survives any error of a function
            _log.exception("ERROR: the application did not answer %s %s", method, resource.template)
            return error("internal")
        finally:
            self._places.release()

    def _run(self, asked: HttpRequest, resource: Resource) -> HttpResponse:
        binary_types = self._application.api.binary_types
        event = proxy_event(asked, resource, binary_types)
        with self._one_at_a_time:
            result = self._application(event, LambdaContext("api_handler", 1024, max_runtime_ms=15_000))
        return http_response(result, asked, binary_types)


def error(code: str) -> HttpResponse:
    """Returns the contract's error for a code."""
    status, body = error_response_body(code)
    content = json.dumps(body, ensure_ascii=False).encode()
    after = [(name, str(value)) for name, value in retry_after(code).items()]
    return HttpResponse(status, [("Content-Type", "application/json"), *SECURITY_HEADERS.items(), *after], content)


def make_server(
    application: Chalice,
    port: int,
    simulator_url: str = "",
    shares_port: bool = False,
    most_waiting: int = ANY_NUMBER,
) -> ThreadingHTTPServer:
    """A server bound to 127.0.0.1; `serve_forever` runs it. Raises `OSError` when the port is taken.

    With `shares_port` several processes may have the same port; the kernel deals connections out to them.
    """
    gateway = Gateway(application, simulator_url, most_waiting)

    class Handler(_Handler):
        answer = staticmethod(gateway.answer)

    class Server(_Server):
        allow_reuse_port = shares_port

    return Server(("127.0.0.1", port), Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores a client that hangs up: it is no error of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    """Headers and body are one write: of two, the second waits 40 ms until the client has confirmed the first."""
    answer: Callable[[HttpRequest], HttpResponse]

    def _serve(self) -> None:
        length = self._length()
        if length is None or length > LARGEST_BODY:
            # The body stays unread, so the connection cannot be reused.
            self.close_connection = True
            self._send(error("bad_request" if length is None else "too_large"))
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        self._send(self.answer(HttpRequest(self.command, self.path, list(self.headers.items()), body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _serve  # noqa: N815

    def _length(self) -> int | None:
        """Returns None if unknown: not a number, or a chunked body, which no client of ours sends."""
        text = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (text.isascii() and text.isdigit()):
            return None
        return int(text)

    def _send(self, response: HttpResponse) -> None:
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status not in _NO_BODY_STATUSES:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and response.status not in _NO_BODY_STATUSES:
            self.wfile.write(response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers requests that the HTTP server itself refuses; 501 is an unknown method."""
        self.close_connection = True
        self._send(error("method_not_allowed" if code == 501 else "bad_request"))

    def version_string(self) -> str:
        """The Server header, without the server's software."""
        return "contest"

    def log_message(self, format: str, *args: Any) -> None:
        """Logs nothing: query strings hold OAuth codes, and clients report an answer's status."""


def main() -> None:
    """Serves the checkout's application until it is stopped."""
    parser = argparse.ArgumentParser(prog="infra.local.gateway")
    parser.add_argument("--port", type=int, required=True)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    parser.add_argument(
        "--simulator", default="", help="the address of the simulator, whose phones get WeChat's bridge"
    )
    parser.add_argument("--shares-port", action="store_true", help="other instances listen on the same port")
    parser.add_argument("--most-waiting", type=int, default=ANY_NUMBER, help="requests; more are refused with 503")
    given = parser.parse_args()
    ensure_page()
    ensure_poster(contest())
    sys.path.insert(0, str(ROOT))
    application = importlib.import_module("app").app
    server = make_server(application, given.port, given.simulator, given.shares_port, given.most_waiting)
    collect_rarely()
    print(f"应用：http://127.0.0.1:{given.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
