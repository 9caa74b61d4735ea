"""A WSGI server that keeps connections, on a port of this machine."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from cheroot.wsgi import Server

_IDLE_SECONDS = 60
_LISTEN_QUEUE = 128
_MOST_KEPT = 10_000
_STOP_SECONDS = 1
"""Then the connections of people who still wait are cut."""

_log = logging.getLogger(__name__)


class WsgiServer(Server):
    """Serves `app` on 127.0.0.1 by `threads` threads: with one, a request at a time.

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
            shutdown_timeout=_STOP_SECONDS,
        )
        self.keep_alive_conn_limit = _MOST_KEPT
        self.expiration_interval = 0.1  # seconds until `stop` is noticed

    @contextmanager
    def serving(self) -> Iterator[threading.Thread]:
        """Serves in a thread until the block ends, and then until the requests that have begun are answered. Raises
        `OSError` when the port is taken."""
        self.prepare()
        thread = threading.Thread(target=self.serve, name="wsgi-server", daemon=True)
        thread.start()
        try:
            yield thread
        finally:
            self.stop()
            thread.join()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Logs an error that the server met itself; the application logs its own."""
        _log.log(level, msg, exc_info=traceback)
