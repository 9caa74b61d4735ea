"""Stands between the application and its engine, so that connections can be cut as a network cuts them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_CHUNK = 65_536


@dataclass
class EngineProxy:
    """Passes bytes on, in a thread of its own. `endpoint` is its address."""

    target: str
    endpoint: str = ""
    cut: int = 0
    """How many connections were cut."""
    _ready: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut_all(self) -> None:
        """Cuts every connection at once: requests under way are lost before or after they had their effect."""
        if self._loop:
            self._loop.call_soon_threadsafe(self._cut)

    def end(self) -> None:
        if self._loop:
            self._loop.call_soon_threadsafe(self._ended.set)

    async def run(self) -> None:
        """Serves until `end`."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._ready.set()
        await self._ended.wait()
        server.close()
        self._cut()

    def _cut(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()
            self.cut += 1

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parts = urlsplit(self.target)
        self._open.add(writer)
        try:
            inner_reader, inner = await asyncio.open_connection(parts.hostname, parts.port)
            await asyncio.gather(_pass_on(reader, inner), _pass_on(inner_reader, writer))
        except OSError:
            writer.transport.abort()
        finally:
            self._open.discard(writer)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the reader's end; then the other side hears of it."""
    try:
        with suppress(ConnectionError):
            while data := await reader.read(_CHUNK):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()


@contextmanager
def engine_proxy(target: str) -> Iterator[EngineProxy]:
    """`target` is the engine's address. Everything is closed at the end."""
    proxy = EngineProxy(target)
    thread = threading.Thread(target=lambda: asyncio.run(proxy.run()), name="engine-proxy", daemon=True)
    thread.start()
    proxy._ready.wait()
    try:
        yield proxy
    finally:
        proxy.end()
        thread.join()
