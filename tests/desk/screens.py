"""The desk over HTTP, for a real browser: the application of this process with its fakes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import app
from chalicelib import wiring
from chalicelib.wiring import Services
from infra.local.gateway import make_server
from tests.desk.desk_bench import Desk


@contextmanager
def on_http(desk: Desk) -> Iterator[str]:
    """Yields the desk's address. Its clock stays the test's."""
    server = make_server(app.app, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    settings = replace(desk.services.settings, public_base_url=url)
    desk.services = Services(desk.contest, settings, desk.ports, desk.clock)
    wiring.install(desk.services)
    try:
        yield url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
