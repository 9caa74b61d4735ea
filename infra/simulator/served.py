"""A WSGI application on a port of this machine, served by threads of this process."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _QuietHandler(WSGIRequestHandler):
    """Logs no requests: a query's signature opens nothing, but nobody reads it either."""

    def log_request(self, *_: object) -> None:
        return


@contextmanager
def served(app: Callable[..., Any], port: int = 0) -> Iterator[str]:
    """Serves on 127.0.0.1 until the block ends (0: a free port). Yields scheme, host and port."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
