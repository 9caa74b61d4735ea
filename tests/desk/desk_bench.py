"""The desk on fakes: the application with all its routes, a clock that the test sets, and visitors by role."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import app
from chalicelib import wiring
from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.desk_link import Role
from chalicelib.ports import Clock
from chalicelib.usecases.desk.desk_links import MadeLink
from chalicelib.wiring import Services
from infra.local.gateway import Gateway
from tests.http.browser import Answer, Browser
from tests.http.stage import OPENING, PUBLIC, deployed_settings, small_contest
from tests.support.clock import FakeClock
from tests.support.ports import FakePorts, fake_ports
from tests.support.world import World

UNIT_NAME = "岔河镇"


class DeskBrowser(Browser):
    """A visitor's browser at the desk."""

    def form(self, target: str, **fields: str) -> Answer:
        return self.fields(target, fields)

    def fields(self, target: str, fields: dict[str, str]) -> Answer:
        return self._sent(target, urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def upload(self, target: str, content: bytes) -> Answer:
        return self._sent(target, content, "application/octet-stream")

    def _sent(self, target: str, body: bytes, kind: str) -> Answer:
        return self.request("POST", target, body, {"Content-Type": kind, "Origin": PUBLIC})

    def enter(self, made: MadeLink, pin: str | None = None) -> Answer:
        return self.post("/desk/session", {"token": made.token, "pin": made.pin if pin is None else pin})


@dataclass
class Desk:
    """`wiring.services()` are this desk's while it is used; see the fixture `desk`."""

    contest: Contest
    world: World
    clock: FakeClock
    ports: FakePorts
    services: Services
    gateway: Gateway = field(default_factory=lambda: Gateway(app.app))

    def link(self, role: Role, unit: str = "", days: int = 7) -> MadeLink:
        unit = unit or (UNIT_NAME if role is Role.UNIT else "")
        return self.services.desk.links.make_link(role, unit, "张三", days, "operator")

    def browser(self) -> DeskBrowser:
        return DeskBrowser(self.gateway)

    def visitor(self, role: Role, unit: str = "") -> DeskBrowser:
        """Enters through a new link of this role."""
        browser = self.browser()
        answer = browser.enter(self.link(role, unit))
        assert answer.status == 200, answer.body
        return browser

    def advance(self, **span: float) -> None:
        self.clock.advance(**span)
        self.ports.monotonic.seconds += timedelta(**span).total_seconds()  # type: ignore[attr-defined]


def make_desk(contest: Contest | None = None, now: datetime = OPENING + timedelta(hours=12)) -> Desk:
    """Installs the services. `wiring.install(None)` ends it."""
    contest, world, clock = contest or small_contest(), World(), FakeClock(now)
    ports = fake_ports(world, contest, clock)
    services = Services(contest, deployed_settings("contest-x"), ports, clock)
    wiring.install(services)
    return Desk(contest, world, clock, ports, services)


def page(answer: Answer) -> str:
    """Returns the text of a page that was answered with 200."""
    assert answer.status == 200, (answer.status, answer.body.decode(errors="replace"))
    return answer.body.decode()


__all__ = ["UNIT_NAME", "Answer", "Any", "Clock", "Desk", "DeskBrowser", "make_desk", "page"]
