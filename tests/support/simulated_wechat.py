"""The simulator on 127.0.0.1, and the real adapters that call it. Its controls are those of `FakeWeChat`."""

import json
import socket
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from werkzeug.wrappers import Request, Response

from chalicelib.adapters.wechat.shared_credentials import UnsharedStore
from chalicelib.adapters.wechat.wechat_account import WeChatAccount
from chalicelib.adapters.wechat.wechat_api import WeChatApi, WeChatSignIn
from chalicelib.ports import Clock, CredentialStore
from infra.simulator import SimulatorSettings, create_app
from infra.simulator.served import served
from infra.simulator.simulated_people import Person
from infra.simulator.world import EXTENSION, World
from tests.support.credentials import MemoryStore
from tests.support.wechat import AFTER_EVENT, AFTER_TEXT
from tests.support.world import Trouble


def real_time() -> datetime:
    return datetime.now(UTC)


class Silence(Enum):
    """The ways in which a call can get no answer."""

    TIMEOUT = auto()
    SERVER_ERROR = auto()
    CLOSED = auto()
    """The connection is closed before any answer."""


class SimulatedWeChat:
    """`url` is the address of WeChat's API. `asked` has the paths of all calls in order."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self.clock = clock
        self._app = create_app(settings, lambda: self.clock().timestamp())
        self.world: World = self._app.extensions[EXTENSION]
        self.url = ""
        self.asked: list[str] = []
        self.silent: set[str] = set()
        """Calls that are not answered, until they are removed."""
        self.silence = Silence.SERVER_ERROR
        self._canned: dict[str, deque[Any]] = {}
        self._ended = threading.Event()

    # Controls

    def will_fail(self, call: str, *failures: int | Trouble) -> None:
        """Makes the next calls fail, one after the other: an int is WeChat's error code, a Trouble its silence."""
        answers = (f if isinstance(f, Trouble) else {"errcode": f, "errmsg": "refused by a test"} for f in failures)
        self.will_answer(call, *answers)

    def will_answer(self, call: str, *answers: Any) -> None:
        """Sets the JSON of the next calls' answers, in place of the simulator's own."""
        self._canned.setdefault(str(call), deque()).extend(answers)

    def authorize(self, openid: str, snapshot: bool = False) -> str:
        """The person agrees to the web authorization. Returns the code that their browser brings back."""
        self.person(openid).virtual = snapshot
        return self.world.codes.issue(openid)

    def follow(self, *openids: str) -> None:
        for openid in openids:
            self.world.people.follow(self.person(openid), int(self.clock().timestamp()), "")
            self.acts(openid)

    def unfollow(self, *openids: str) -> None:
        for openid in openids:
            self.world.people.unfollow(self.person(openid))

    def acts(self, openid: str, text: bool = False) -> None:
        """The person sends a text or does something that causes an event. Afterwards WeChat allows messages to them."""
        count, span = AFTER_TEXT if text else AFTER_EVENT
        self.world.people.allow_replies(self.person(openid), count, int(span.total_seconds()))

    def person(self, openid: str) -> Person:
        return self.world.people.find(openid) or self.world.people.add(openid=openid)

    def add_followers(self, count: int) -> list[str]:
        """Openids of new people who follow, oldest first."""
        openids = [self.world.people.add().openid for _ in range(count)]
        for openid in openids:
            self.world.people.follow(self.person(openid), 1, "")
        return openids

    # Results

    @property
    def scenes(self) -> list[tuple[str, bool]]:
        """Scene and permanence of each QR code."""
        return [(code.scene, code.expire_seconds is None) for code in self.world.account.codes()]

    @property
    def messages(self) -> list[tuple[str, str]]:
        """Openid and text of each customer message that arrived."""
        people = self.world.people.all()
        return [(p.openid, line.text) for p in people for line in p.chat if line.direction == "in"]

    @property
    def shown_menu(self) -> dict[str, Any] | None:
        return self.world.account.menu()

    # The adapters

    def api(self, store: CredentialStore | None = None) -> WeChatApi:
        """An instance's client, with its own credential store unless one is given."""
        s = self.world.settings
        return WeChatApi(s.app_id, s.app_secret, self.url, store or MemoryStore(), self.clock, lambda _: None)

    def account(self, api: WeChatApi | None = None) -> WeChatAccount:
        return WeChatAccount(api or self.api(), self.world.settings.app_id)

    def fresh_account(self) -> WeChatAccount:
        return self.account(self.api(UnsharedStore()))

    def sign_in(self, api: WeChatApi | None = None) -> WeChatSignIn:
        s = self.world.settings
        return WeChatSignIn(s.app_id, s.app_secret, self.url, api or self.api())

    # The server

    def end(self) -> None:
        """Releases all calls that still wait for an answer."""
        self._ended.set()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        call = Request(environ).path.removeprefix("/cgi-bin").removeprefix("/")
        self.asked.append(call)
        canned = self._canned.get(call)
        answer = canned.popleft() if canned else Trouble.BUSY if call in self.silent else None
        if answer is None:
            return self._app(environ, start_response)
        if answer is Trouble.LOST:
            Response.from_app(self._app, environ)
        response = self._silence(environ) if isinstance(answer, Trouble) else Response(json.dumps(answer))
        return response(environ, start_response)

    def _silence(self, environ: Any) -> Response:
        if self.silence is Silence.TIMEOUT:
            self._ended.wait()
        if self.silence is Silence.CLOSED:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return Response("", 500)


@contextmanager
def simulated_wechat(clock: Clock = real_time, **settings: Any) -> Iterator[SimulatedWeChat]:
    wechat = SimulatedWeChat(replace(SimulatorSettings.from_env({}), **settings), clock)
    with served(wechat) as wechat.url:
        try:
            yield wechat
        finally:
            wechat.end()
