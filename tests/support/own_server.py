"""The account's own server: the port's fake, and a scripted server on a socket for the real adapter."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from chalicelib.ports import CallbackRequest, OwnAnswer
from tests.support.killed import Killed

REPLY = "<xml><Content><![CDATA[统一社会信用代码]]></Content></xml>".encode()


@dataclass
class FakeOwnServer:
    """Gives `answer` to each question; None while it is down. `dies` ends the process at a call."""

    answer: OwnAnswer | None = field(default_factory=lambda: OwnAnswer(REPLY))
    asked: list[CallbackRequest] = field(default_factory=list)
    told: list[CallbackRequest] = field(default_factory=list)
    dies: bool = False

    def pass_on(self, request: CallbackRequest) -> OwnAnswer | None:
        self._die()
        self.asked.append(request)
        return self.answer

    @contextmanager
    def sending_in_background(self, request: CallbackRequest) -> Iterator[None]:
        self._die()
        try:
            yield
        finally:
            if self.answer:
                self.told.append(request)

    def _die(self) -> None:
        if self.dies:
            raise Killed


Script = Callable[[socket.socket], None]
"""The server's actions on a connection after it has read the request; then it closes the connection."""


@dataclass(frozen=True)
class Received:
    line: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


@dataclass
class ScriptedServer:
    """A server that writes HTTP byte by byte, so that it can break it at any point."""

    url: str
    script: Script
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    hung_up: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    """Released after each connection."""

    def serve(self, connection: socket.socket) -> None:
        self.connections += 1
        with connection, suppress(OSError):
            if request := _read(connection):
                self.received.append(request)
                self.script(connection)
        self.hung_up.release()


def says(body: bytes, status: str = "200 OK", head: str = "Content-Type: text/xml; charset=utf-8") -> Script:
    length = f"Content-Length: {len(body)}\r\n"
    return sends(f"HTTP/1.1 {status}\r\n{head}\r\n{length}\r\n".encode() + body)


def sends(content: bytes) -> Script:
    return lambda connection: connection.sendall(content)


def after(seconds: float, script: Script) -> Script:
    return when(threading.Event(), script, seconds)


def when(event: threading.Event, script: Script, at_most: float = 20) -> Script:
    def later(connection: socket.socket) -> None:
        event.wait(at_most)
        script(connection)

    return later


def expect_hang_up(connection: socket.socket) -> None:
    """Sends nothing until the client closes the connection."""
    while connection.recv(1024):
        pass


def drips(content: Iterable[int], pause: float) -> Script:
    """Sends one byte at a time, so that no single read waits long."""

    def drip(connection: socket.socket) -> None:
        for byte in content:
            connection.sendall(bytes([byte]))
            threading.Event().wait(pause)

    return drip


@contextmanager
def scripted_server(script: Script) -> Iterator[ScriptedServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = ScriptedServer(f"http://127.0.0.1:{listener.getsockname()[1]}/wechat", script)
        threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
        yield server
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: ScriptedServer) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=server.serve, args=(connection,), daemon=True).start()


def _read(connection: socket.socket) -> Received | None:
    """Returns None if the client closes the connection before the request is complete."""
    with connection.makefile("rb") as stream:
        head: list[bytes] = []
        while (line := stream.readline()) != b"\r\n":
            if not line:
                return None
            head.append(line)
        headers = dict(line.decode().rstrip().split(": ", 1) for line in head[1:])
        lowered = {name.lower(): value for name, value in headers.items()}
        length = int(lowered.get("content-length", 0))
        body = stream.read(length)
        return Received(head[0].decode().rstrip(), lowered, body) if len(body) == length else None
