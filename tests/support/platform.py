"""The simulator in this process: what is asked of WeChat's API at `BASE` is answered by its Flask application."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import responses
from flask.testing import FlaskClient
from requests import PreparedRequest

from chalicelib.adapters.wechat.wechat_api import WeChatApi
from chalicelib.ports import Clock
from infra.simulator import SimulatorSettings, create_app
from infra.simulator.world import EXTENSION, World
from tests.support.credentials import MemoryStore

BASE = "https://api.weixin.test"


@dataclass
class SimulatedWeChat:
    """`asked` are the paths of all calls, in order; `canned` are what its next calls of a path answer instead."""

    client: FlaskClient
    world: World
    asked: list[str] = field(default_factory=list)
    canned: dict[str, list[Any]] = field(default_factory=dict)

    def answer(self, request: PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        path = str(request.path_url)
        name = path.split("?")[0].removeprefix("/cgi-bin/")
        self.asked.append(name)
        if self.canned.get(name):
            return 200, {"Content-Type": "application/json"}, json.dumps(self.canned[name].pop(0)).encode()
        answered = self.client.open(path, method=request.method, data=request.body)
        return answered.status_code, {"Content-Type": answered.content_type}, answered.get_data()

    def refuse(self, name: str, *errcodes: int) -> None:
        """The next calls."""
        self.canned[name] = [{"errcode": code, "errmsg": "told so"} for code in errcodes]

    def api(self, clock: Clock) -> WeChatApi:
        """An instance's way to it, with a credential store of its own."""
        settings = self.world.settings
        return WeChatApi(settings.app_id, settings.app_secret, BASE, MemoryStore(), clock, lambda _: None)

    def add_followers(self, count: int) -> list[str]:
        """Their openids, oldest first."""
        people = [self.world.people.add() for _ in range(count)]
        for person in people:
            self.world.people.follow(person, 1, "")
        return [person.openid for person in people]


@contextmanager
def simulated_wechat(clock: Clock, **settings: Any) -> Iterator[SimulatedWeChat]:
    """No other address can be reached with `requests` while it is there."""
    app = create_app(replace(SimulatorSettings.from_env({}), **settings), lambda: clock().timestamp())
    wechat = SimulatedWeChat(app.test_client(), app.extensions[EXTENSION])
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in (responses.GET, responses.POST):
            mock.add_callback(method, re.compile(re.escape(BASE)), wechat.answer)
        yield wechat
