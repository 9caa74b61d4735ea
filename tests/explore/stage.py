"""One run of a scenario: actors on instances of their own, one store, and production's means of recovery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ContestError, OperatorRefused, TryAgain
from chalicelib.domain.payout_decisions import Reply
from chalicelib.usecases.draw_questions import Offer
from chalicelib.wiring import Services
from tests.explore.calls import PORTS, Calls, Event, Port
from tests.explore.schedules import Scheduler
from tests.support.bench import Bench
from tests.support.killed import Killed

ROUNDS = 4
"""Rounds of recovery. A fault costs one, a claim taken by a worker that was killed another."""
DAYS = 2
"""After them a hold has ended, and what was sent since is received."""

Act = Callable[["Stage", Services], object]


@dataclass
class Stage:
    scheduler: Scheduler
    contest: Contest
    slow: Mapping[str, float] = field(default_factory=dict)
    """Seconds that pass at the beginning of a call, by its name."""
    outcomes: dict[str, object] = field(default_factory=dict)
    """By actor: what its use case returned or how it was refused, at last."""
    offer: Offer | None = None
    """A draw that is still to be submitted."""

    def __post_init__(self) -> None:
        self.bench = Bench(self.contest)
        self._calls = Calls(self.scheduler, self.bench, self.slow)
        self._runs = 0

    @property
    def events(self) -> list[Event]:
        """All calls so far."""
        return self._calls.events

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
            pay = self.bench.pay
            pay.status = {number: Reply.RECEIVED if said is Reply.SENT else said for number, said in pay.status.items()}
            self.wait(26 * 3600)
            self.instance("the sweep").sweep.sweep_once()
            self.deliver()

    def deliver(self) -> None:
        """Every job that waits, once."""
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
