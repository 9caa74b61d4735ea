"""Everything that one participant, a friend and the scheduled functions do, with the costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import app
from chalicelib.adapters.queues import sqs_client
from chalicelib.domain.units import unit_scene
from chalicelib.wiring import Services
from infra.local.event_runner import Handler, QueueHandler, call, deliver_one
from infra.schedules import scheduled_event
from tests.bench.request_costs import CostMeter
from tests.walk.walker import Walker

PACE = timedelta(seconds=6)
"""Longer than an attempt's minimum time."""
UNOPENED = timedelta(hours=26)
"""After this time WeChat Pay is asked about a red packet."""


class Journey:
    """Runs once, after another participant has warmed the instance: credentials, packets, question bank."""

    def __init__(self, services: Services, meter: CostMeter, simulator: str, wait: Callable[[timedelta], None]) -> None:
        self._services, self._meter, self._wait = services, meter, wait
        self._simulator, self._sqs = simulator, sqs_client()

    def run(self) -> None:
        self._warm()
        citizen, friend = self._walker("市民甲"), self._walker("市民乙")
        with citizen.browser, friend.browser:
            self._take_part(citizen)
            self._claim(citizen)
            self._share(citizen, friend)
            self._claim_in_vain(citizen)
        self._pay()
        self._own_work()

    def _warm(self) -> None:
        walker = self._walker("先来的人")
        with walker.browser:
            walker.follow()
            walker.sign_in()
            walker.share()
            self._pass(walker)
            walker.open_the_packet()
            self._work_off("pay", app.pay)

    def _take_part(self, citizen: Walker) -> None:
        self._step("follow", citizen.follow)
        self._step("ask for the quiz", citizen.ask_for_the_quiz)
        self._step("sign in", citizen.sign_in)
        self._step("draw", citizen.start_an_attempt)
        self._wait(PACE)
        self._step("submit, first, failed", lambda: self._answer_nothing(citizen))

    def _claim(self, citizen: Walker) -> None:
        self._pass(citizen, "submit, again, passed")
        self._step("claim", citizen.open_the_packet)
        claimed = {"attempt_id": citizen.draw["attempt_id"]}
        self._step("claim, repeated", lambda: self._ask(citizen, "POST", "/api/claims", claimed))
        self._step("see claims", lambda: self._ask(citizen, "GET", "/api/claims"))
        unit = self._services.contest.unit_names[0]
        self._step("choose a unit", lambda: self._ask(citizen, "PUT", "/api/me/unit", {"unit": unit}))

    def _share(self, citizen: Walker, friend: Walker) -> None:
        self._step("share", citizen.share)
        self._step("friend opens link", lambda: friend.open_the_link(citizen.link))
        self._step("friend follows", friend.follow)
        self._step("sharer is notified", lambda: self._work_off("take_later", app.take_later))
        unfollow = f"{self._simulator}/sim/people/{friend.person['id']}/unfollow"
        self._step("friend leaves again", lambda: friend.browser.post(unfollow, json={}, timeout=15))
        unit = unit_scene(self._services.contest.unit_names[0])
        self._step("follow by unit's code", lambda: self._walker("市民丙").follow(unit))

    def _claim_in_vain(self, citizen: Walker) -> None:
        """Claims without a chance: the friend's unfollow took the second one back."""
        self._pass(citizen)
        refused = {"attempt_id": citizen.draw["attempt_id"]}
        self._step("claim, refused", lambda: self._ask(citizen, "POST", "/api/claims", refused))

    def _pay(self) -> None:
        self._step("payout sent", lambda: self._work_off("pay", app.pay))
        self._wait(UNOPENED)
        self._step("sweep, 2 payouts due", lambda: self._scheduled("sweep", app.sweep))
        self._step("payout asked about", lambda: self._work_off("pay", app.pay))

    def _own_work(self) -> None:
        self._step("sweep, nothing due", lambda: self._scheduled("sweep", app.sweep))
        ports, plan_id = self._services.ports, self._services.ports.switches().plan_id
        self._step("each 4 s an instance", lambda: self._meter.measured("the switches", ports.control.read_switches))
        self._step("each 40 claims", lambda: self._meter.measured("packets", lambda: ports.pool.free_window(plan_id)))

    def _pass(self, walker: Walker, step: str = "") -> None:
        walker.start_an_attempt()
        self._wait(PACE)
        walker.min_seconds = -1  # has already waited, by the contest's clock
        self._step(step, walker.answer)

    def _answer_nothing(self, walker: Walker) -> Any:
        body = {"attempt": walker.draw["attempt"], "answers": {}}
        return self._ask(walker, "POST", f"/api/attempts/{walker.draw['attempt_id']}/submission", body)

    def _ask(self, walker: Walker, method: str, path: str, body: object = None) -> None:
        """Accepts any answer: the cost of a refusal is measured too."""
        walker.browser.request(method, walker.app + path, json=body, timeout=15)

    def _step(self, name: str, act: Callable[[], Any]) -> None:
        """Measures the act under this name; without a name it is not recorded."""
        self._meter.step = name
        act()
        self._meter.step = ""

    def _walker(self, name: str) -> Walker:
        return Walker(self._services.settings.public_base_url, self._simulator, self._services.ports.bank, name)

    def _work_off(self, name: str, handler: Handler) -> None:
        """Runs every job of the function's queue."""
        queue = {"pay": "payouts", "take_later": "later"}[name]
        target = QueueHandler(name, f"{self._services.settings.prefix}-{queue}", self._meter.handler(name, handler))
        while deliver_one(self._sqs, target):
            continue

    def _scheduled(self, name: str, handler: Handler) -> None:
        call(name, self._meter.handler(name, handler), scheduled_event(name, self._services.clock()))
