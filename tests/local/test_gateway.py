"""The gateway turns HTTP into proxy events and back as API Gateway does, one request at a time."""

import base64
import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
from chalice.app import Chalice, Response

from infra.local.gateway import LARGEST_BODY, Gateway, make_server
from infra.local.proxy_event import HttpRequest, Resource, http_response, proxy_event

PNG = bytes(range(256))


def tiny_application() -> Chalice:
    app = Chalice(app_name="tiny")
    running = threading.Semaphore(1)

    @app.route("/")
    def index() -> Response:
        return Response("你好" * 600, headers={"Content-Type": "text/html; charset=utf-8"})

    @app.route("/echo/{name}", methods=["POST"], content_types=["application/json", "text/xml"])
    def echo(name: str) -> dict[str, Any]:
        request = app.current_request
        assert request
        assert isinstance(request.raw_body, bytes)
        query = request.query_params
        return {
            "name": name,
            "a": query.getlist("a") if query else [],
            "body": request.raw_body.decode("latin-1"),
            "cookie": request.headers.get("cookie"),
        }

    @app.route("/echo/fixed")
    def fixed() -> str:
        return "fixed"

    @app.route("/cookies")
    def cookies() -> Response:
        return Response("", headers={"Set-Cookie": ["a=1; Path=/", "b=2; Path=/"], "X-One": "1"})

    @app.route("/png")
    def png() -> Response:
        return Response(PNG, headers={"Content-Type": "image/png"})

    @app.route("/empty")
    def empty() -> Response:
        return Response("", status_code=204)

    @app.route("/slow")
    def slow() -> dict[str, bool]:
        alone = running.acquire(blocking=False)
        time.sleep(0.02)
        if alone:
            running.release()
        return {"alone": alone}

    @app.route("/broken")
    def broken() -> Response:
        # Chalice finds out only outside of all its error handling.
        return Response({"not": object()})

    return app


@dataclass
class Client:
    port: int

    def connection(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=10)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[HTTPResponse, bytes]:
        connection = self.connection()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Returns all bytes until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    server = make_server(tiny_application(), 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Client(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def error_code(content: bytes) -> str:
    error = json.loads(content)["error"]
    assert any("一" <= letter <= "鿿" for letter in error["message"])
    return str(error["code"])


def test_a_request_that_finds_too_many_waiting_is_refused_at_once() -> None:
    app, entered, go_on = Chalice(app_name="held"), threading.Event(), threading.Event()

    @app.route("/held")
    def held() -> str:
        entered.set()
        assert go_on.wait(10)
        return "done"

    gateway, request = Gateway(app, most_waiting=0), HttpRequest("GET", "/held", [])
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(gateway.answer, request)
        assert entered.wait(10)
        refused = gateway.answer(request)
        go_on.set()
    assert (refused.status, dict(refused.headers)["Retry-After"], error_code(refused.body)) == (503, "2", "try_again")
    assert [first.result().status, gateway.answer(request).status] == [200, 200]


def test_path_query_headers_and_body_arrive(client: Client) -> None:
    response, content = client.ask(
        "POST", "/echo/%E4%BD%A0%2F?a=1&a=%20&b=", "<x>你</x>".encode(), {"Content-Type": "text/xml", "Cookie": "c=1"}
    )

    assert response.status == 200
    assert json.loads(content) == {
        "name": "你/",
        "a": ["1", " "],
        "body": "<x>你</x>".encode().decode("latin-1"),
        "cookie": "c=1",
    }


def test_bytes_arrive_as_they_are_under_a_binary_type_alone() -> None:
    for types, body in ((["*/*"], ("/wA=", True)), (["image/png"], ("\ufffd\x00", False))):
        event = proxy_event(HttpRequest("POST", "/x", [], b"\xff\x00"), Resource("/x", {}), types)
        assert (event["body"], event["isBase64Encoded"]) == body


def test_a_literal_route_wins_and_a_trailing_slash_does_not_count(client: Client) -> None:
    assert client.ask("GET", "/echo/fixed/")[1] == b"fixed"


def test_every_set_cookie_has_its_own_line(client: Client) -> None:
    response, _ = client.ask("GET", "/cookies")

    assert response.headers.get_all("Set-Cookie") == ["a=1; Path=/", "b=2; Path=/"]
    assert response.headers.get_all("X-One") == ["1"]


def test_binary_comes_back_as_bytes(client: Client) -> None:
    response, content = client.ask("GET", "/png", headers={"Accept": "image/png"})

    assert content == PNG
    assert response.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("accepted", ["*/*", "image/avif,image/png", "text/html, image/png"])
def test_without_a_binary_type_first_in_accept_base64_comes_back_as_text(client: Client, accepted: str) -> None:
    """As through API Gateway, which compares the first type alone: `*/*` is no type that was registered."""
    _, content = client.ask("GET", "/png", headers={"Accept": accepted})

    assert content == base64.b64encode(PNG)


def test_every_type_registered_makes_every_body_base64() -> None:
    request = HttpRequest("POST", "/x", [("Content-Type", "application/json")], b"{}")
    event = proxy_event(request, Resource("/x", {}), ["*/*"])
    assert (event["body"], event["isBase64Encoded"]) == ("e30=", True)
    event = proxy_event(request, Resource("/x", {}), ["image/png"])
    assert (event["body"], event["isBase64Encoded"]) == ("{}", False)
    result = {"statusCode": 200, "body": "e30=", "isBase64Encoded": True}
    assert http_response(result, request, ["*/*"]).body == b"{}"
    assert http_response(result | {"isBase64Encoded": False}, request, ["*/*"]).body == b"e30="


def test_long_answers_are_compressed_for_those_who_take_it(client: Client) -> None:
    plain_response, plain = client.ask("GET", "/")
    response, content = client.ask("GET", "/", headers={"Accept-Encoding": "br, gzip;q=1"})
    short_response, _ = client.ask("GET", "/echo/fixed", headers={"Accept-Encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(content) == plain == ("你好" * 600).encode()
    assert plain_response.headers["Content-Encoding"] is None
    assert short_response.headers["Content-Encoding"] is None


def test_head_is_get_without_the_body(client: Client) -> None:
    answer = client.raw(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    head, _, rest = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert f"Content-Length: {len('你好'.encode()) * 600}".encode() in head
    assert rest == b""


def test_no_content_has_no_length(client: Client) -> None:
    response, content = client.ask("GET", "/empty")

    assert (response.status, content, response.headers["Content-Length"]) == (204, b"", None)


def test_headers_and_body_are_one_write(client: Client) -> None:
    """Of two writes, the second waits until the client has confirmed the first: 40 ms on a kept connection."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=5) as open_:
        open_.sendall(b"GET /echo/fixed HTTP/1.1\r\nHost: x\r\n\r\n")
        assert open_.recv(65_536).partition(b"\r\n\r\n")[2]


def test_a_connection_serves_several_requests(client: Client) -> None:
    connection = client.connection()
    for _ in range(3):
        connection.request("GET", "/echo/fixed")
        assert connection.getresponse().read() == b"fixed"
    connection.close()


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "/nowhere", {}, 404, "not_found"),
        ("GET", "/echo/x/y", {}, 404, "not_found"),
        ("DELETE", "/", {}, 405, "method_not_allowed"),
        ("BREW", "/", {}, 405, "method_not_allowed"),
        ("GET", "/broken", {}, 500, "internal"),
        ("POST", "/echo/x", {"Content-Length": "many"}, 400, "bad_request"),
    ],
)
def test_what_goes_wrong_has_the_contracts_shape(
    client: Client, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    response, content = client.ask(method, path, headers=headers)

    assert (response.status, error_code(content)) == (status, code)


def test_a_body_over_ten_megabytes_is_refused_unread(client: Client) -> None:
    answer = client.raw(b"POST /echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (LARGEST_BODY + 1))

    head, _, content = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 413 ")
    assert error_code(content) == "too_large"


def test_the_application_sees_one_request_at_a_time(client: Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.ask("GET", "/slow")[1], range(24)))

    assert [json.loads(answer)["alone"] for answer in answers] == [True] * 24
