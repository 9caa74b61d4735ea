"""One run of a scenario: actors with their own instances, one store, and production's means of recovery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.claim import TRANSFER, ClaimRef
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ContestError, OperatorRefused, TryAgain
from chalicelib.domain.payout_decisions import Reply
from chalicelib.usecases.draw_questions import Offer
from chalicelib.wiring import Services
from tests.explore.calls import PORTS, Calls, Event, Port
from tests.explore.schedules import Scheduler
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.support.pay import FakePay

ROUNDS = 4
"""Rounds of recovery. A fault costs one, a claim taken by a worker that was killed another."""
UNDER_WAY = (Reply.SENT, Reply.WAITING)
DAYS = 2
"""After these days a hold has ended, and payments sent since are received."""

Act = Callable[["Stage", Services], object]


@dataclass
class Stage:
    scheduler: Scheduler
    contest: Contest
    slow: Mapping[str, float] = field(default_factory=dict)
    """Seconds that pass at the beginning of a call, by its name."""
    outcomes: dict[str, object] = field(default_factory=dict)
    """By actor: the final result or refusal of its use case."""
    offer: Offer | None = None
    """Draws that are still to be submitted."""

    def __post_init__(self) -> None:
        self.bench = Bench(self.contest)
        self._calls = Calls(self.scheduler, self.bench, self.slow)
        self._runs = 0

    @property
    def events(self) -> list[Event]:
        """All calls so far."""
        return self._calls.events

    @property
    def breaches(self) -> list[str]:
        """Breaches that the oracle of transfers found during the run."""
        return self._calls.breaches

    @property
    def pay(self) -> FakePay:
        """The product that pays in this contest."""
        return self.bench.transfers if self.contest.payouts.product == TRANSFER else self.bench.pay

    def instance(self, run: str) -> Services:
        """An instance of the application: with its own copy of the switches, and each call a switching point."""
        ports: dict[str, Any] = {name: Port(self._calls, run, name, getattr(self.bench.ports, name)) for name in PORTS}
        return self.bench.instance(**ports)

    def wait(self, seconds: float) -> None:
        self._calls.wait(seconds)

    # The run

    def play(self, actors: Mapping[str, Act]) -> None:
        apps = {name: self.instance(name) for name in actors}
        self.scheduler.run({name: self._part(name, act, apps[name]) for name, act in actors.items()})

    def _part(self, name: str, act: Act, app: Services) -> Callable[[], None]:
        def part() -> None:
            try:
                self.outcomes[name] = act(self, app)
            except (ContestError, OperatorRefused, Killed) as refusal:
                self.outcomes[name] = refusal

        return part

    def finish(self, actors: Mapping[str, Act]) -> None:
        """Production's recovery: requests repeated, jobs delivered, the sweep; then days pass."""
        for _ in range(ROUNDS):
            for name, act in actors.items():
                if isinstance(self.outcomes[name], TryAgain | Killed):
                    self._part(name, act, self.instance(f"{name} again"))()
            self.deliver()
            self.wait(180)
            self.instance("the sweep").sweep.sweep_once()
        self.deliver()
        for _ in range(DAYS):
            for number, said in self.pay.status.items():
                self.pay.status[number] = Reply.RECEIVED if said in UNDER_WAY else said
            self._later(26 * 3600)
        if self.pay is self.bench.transfers:  # transfers that nobody asked for end
            self._later(max(0.0, (self.contest.claimable_until - self.bench.clock.now).total_seconds()))
            self._later(26 * 3600)

    def _later(self, seconds: float) -> None:
        self.wait(seconds)
        self.instance("the sweep").sweep.sweep_once()
        self.deliver()

    def deliver(self) -> None:
        """Delivers every waiting job once."""
        queue, later = self.bench.queue, self.bench.later
        jobs = [(ref, False) for ref in queue.jobs] + [(ref, True) for ref in queue.asks]
        queue.jobs.clear()
        queue.asks.clear()
        for ref, ask in jobs:
            self._work(ref, ask)
        events = list(later.events)
        later.events.clear()
        for event in events:
            self.instance("a later worker").conversation.store_event(event)

    def _work(self, ref: ClaimRef, ask: bool) -> None:
        self._runs += 1
        self.instance(f"worker {self._runs}").payouts.pay_claim(ref, ask)
