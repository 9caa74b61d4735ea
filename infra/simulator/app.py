"""One Flask application for all of WeChat's hosts; their paths do not meet."""

import time

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from infra.simulator.account_api import account_api
from infra.simulator.oauth import oauth
from infra.simulator.pay_api import pay
from infra.simulator.people_controls import control
from infra.simulator.platform_api import platform
from infra.simulator.request_fields import wechat_json
from infra.simulator.simulator_clock import Clock
from infra.simulator.simulator_settings import SimulatorSettings
from infra.simulator.world import EXTENSION, World
from infra.simulator.world_controls import sim

_MOST_BYTES = 1_048_576


def create_app(settings: SimulatorSettings, clock: Clock = time.time) -> Flask:
    """The simulator; `clock` gives unix seconds. All state lives in the returned application."""
    app = Flask(__name__, static_folder="static", static_url_path="/static")
    app.config.update(MAX_CONTENT_LENGTH=_MOST_BYTES, SEND_FILE_MAX_AGE_DEFAULT=0)
    app.extensions[EXTENSION] = World(settings, clock)
    for blueprint in (platform, account_api, oauth, pay, control, sim):
        app.register_blueprint(blueprint)
    app.add_url_rule("/", view_func=lambda: app.send_static_file("index.html"), endpoint="phone")
    app.register_error_handler(HTTPException, _http_error)
    return app


def _http_error(error: HTTPException) -> tuple[Response, int]:
    return wechat_json({"error": error.name.lower().replace(" ", "_")}), error.code or 500
