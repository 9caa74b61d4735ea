"""A WSGI server that keeps connections, on a port of this machine."""

import logging
from collections.abc import Callable
from typing import Any

from cheroot.wsgi import Server

_IDLE_SECONDS = 60
_LISTEN_QUEUE = 128
_MOST_KEPT = 10_000

_log = logging.getLogger(__name__)


class WsgiServer(Server):
    """Serves `app` on 127.0.0.1 by `threads` threads: with one, a request at a time. `prepare` takes the port and
    raises `OSError` when another has it; `serve` returns after `stop`.

    A new connection for each request costs more than most answers of ours.
    """

    def __init__(self, app: Callable[..., Any], port: int, threads: int) -> None:
        super().__init__(
            ("127.0.0.1", port),
            app,
            numthreads=threads,
            server_name="contest",
            request_queue_size=_LISTEN_QUEUE,
            timeout=_IDLE_SECONDS,
        )
        self.keep_alive_conn_limit = _MOST_KEPT

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Logs an error that the server met itself; the application logs its own."""
        _log.log(level, msg, exc_info=traceback)
