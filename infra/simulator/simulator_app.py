"""One Flask application for all WeChat hosts, whose paths do not overlap; and a server for it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from infra.local.wsgi_server import WsgiServer
from infra.simulator.oauth_page import oauth
from infra.simulator.pay_api import pay
from infra.simulator.people_controls import control
from infra.simulator.platform_api import platform
from infra.simulator.receipt_sheet import receipt_sheet
from infra.simulator.simulator_io import ControlError, wechat_json
from infra.simulator.simulator_settings import Clock, SimulatorSettings
from infra.simulator.transfer_api import transfer_api
from infra.simulator.transfer_controls import transfer_controls
from infra.simulator.world import EXTENSION, World
from infra.simulator.world_controls import sim

_MOST_BYTES = 1_048_576
_TICK_SECONDS = 0.2
_THREADS = 200
"""Each delivery of an event takes one while the application, to answer it, may call the simulator."""


def create_app(settings: SimulatorSettings, clock: Clock = time.time) -> Flask:
    """Creates the simulator; `clock` returns unix seconds. The returned application holds all state."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=_MOST_BYTES, SEND_FILE_MAX_AGE_DEFAULT=0)
    app.extensions[EXTENSION] = World(settings, clock)
    for blueprint in (platform, oauth, pay, transfer_api, control, sim, transfer_controls, receipt_sheet):
        app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=lambda: app.send_static_file("index.html"), endpoint="phone")
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ControlError, _control_error)
    return app


def _http_error(error: HTTPException) -> tuple[Response, int]:
    return wechat_json({"error": error.name.lower().replace(" ", "_")}), error.code or 500


def _control_error(error: ControlError) -> tuple[Response, int]:
    return wechat_json({"error": error.code}), error.status


@dataclass(frozen=True)
class RunningSimulator:
    url: str
    thread: threading.Thread


@contextmanager
def serve(settings: SimulatorSettings, clock: Clock = time.time) -> Iterator[RunningSimulator]:
    """Serves on 127.0.0.1 and the settings' port until the block ends. Raises `OSError` when the port is taken."""
    app = create_app(settings, clock)
    ended = threading.Event()
    ticking = threading.Thread(target=_tick, args=(app.extensions[EXTENSION], ended), name="wechat-pay", daemon=True)
    with WsgiServer(app, settings.port, _THREADS).serving() as thread:
        ticking.start()
        try:
            yield RunningSimulator(settings.base_url, thread)
        finally:
            ended.set()
            ticking.join()


def _tick(world: World, ended: threading.Event) -> None:
    while not ended.wait(_TICK_SECONDS):
        world.let_pass()
