"""The simulator on a socket, beside whatever else the program does."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from werkzeug.serving import WSGIRequestHandler, make_server

from infra.simulator.app import create_app
from infra.simulator.simulator_clock import Clock
from infra.simulator.simulator_settings import SimulatorSettings


@dataclass(frozen=True)
class RunningSimulator:
    url: str
    thread: threading.Thread


class _QuietHandler(WSGIRequestHandler):
    """The phone page asks every second; a line for each would bury what matters. Errors are still logged."""

    def log_request(self, *_: object) -> None:
        return


@contextmanager
def serve(settings: SimulatorSettings, clock: Clock = time.time) -> Iterator[RunningSimulator]:
    """Serves on 127.0.0.1 and the settings' port until the block ends. Raises `OSError`, or exits as werkzeug
    does, when the port is taken."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(settings, clock)
    server = make_server("127.0.0.1", settings.port, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="wechat-simulator", daemon=True)
    thread.start()
    try:
        yield RunningSimulator(settings.base_url, thread)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
