"""One run of a scenario: actors on instances of their own, one store, and production's means of recovery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.domain.claims import ClaimRef
from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ContestError, OperatorRefused, TryAgain
from chalicelib.domain.payouts import Answer, Reply
from chalicelib.ports import Verdict
from chalicelib.usecases.draw_questions import Offer
from chalicelib.wiring import Services
from tests.explore.schedules import Fault, Scheduler
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.support.ports import STORE
from tests.support.world import WRITES

PORTS = (*STORE, "payout_queue", "later_queue", "sign_in", "account", "payout_provider")
OUTSIDE = ("payout_queue.", "later_queue.", "payout_provider.")
WITHIN = ("order", "prepare")
"""Methods that ask nobody outside."""
BUSY = {
    "record_attempt": Verdict.BUSY,
    "commit_claim": Verdict.BUSY,
    "put_payout": False,
    "put_event": False,
    "put_notice": False,
    "send": Answer(Reply.DOUBTFUL),
    "query": Answer(Reply.DOUBTFUL),
}
"""The answer to a call that failed; the other methods raise TryAgain."""
ROUNDS = 4
"""Rounds of recovery. A fault costs one, a claim taken by a worker that was killed another."""
DAYS = 2
"""After them a hold has ended, and what was sent since is received."""

Act = Callable[["Stage", Services], object]


@dataclass
class Event:
    """One call to a port. `done` is its true answer, None if it never happened; `at` the time when it happened."""

    run: str
    name: str
    args: tuple[Any, ...]
    fault: Fault | None = None
    at: datetime | None = None
    done: Any = None


@dataclass(frozen=True)
class Port:
    """Every method of a port as a switching point."""

    stage: "Stage"
    run: str
    name: str
    port: Any

    def __getattr__(self, method: str) -> Any:
        inner = getattr(self.port, method)
        if not callable(inner) or method in WITHIN:
            return inner
        return lambda *args, **kwargs: self.stage.call(self, method, inner, args, kwargs)


@dataclass
class Stage:
    scheduler: Scheduler
    contest: Contest
    slow: Mapping[str, float] = field(default_factory=dict)
    """Seconds that pass at the beginning of a call, by its name."""
    outcomes: dict[str, object] = field(default_factory=dict)
    """By actor: what its use case returned or how it was refused, at last."""
    events: list[Event] = field(default_factory=list)

    offer: Offer | None = None
    """A draw that is still to be submitted."""

    def __post_init__(self) -> None:
        self.bench = Bench(self.contest)
        self._runs = 0

    def instance(self, run: str) -> Services:
        """An instance of the application: with its own copy of the switches, and each call a switching point."""
        ports: dict[str, Any] = {name: Port(self, run, name, getattr(self.bench.ports, name)) for name in PORTS}
        return self.bench.instance(**ports)

    def call(self, port: Port, method: str, inner: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        name = f"{port.name}.{method}"
        event = Event(port.run, name, (*args, *kwargs.values()))
        changes = name in WRITES or name.startswith(OUTSIDE)
        if name in self.slow:
            self.scheduler.before_call(changes, faulty=False)
            self.events.append(event)
            self.wait(self.slow[name])
        event.fault = self.scheduler.before_call(changes)
        if name not in self.slow:
            self.events.append(event)
        if event.fault is Fault.KILLED_BEFORE:
            raise Killed
        if event.fault is not Fault.REFUSED:
            event.at = self.bench.clock.now
            event.done = inner(*args, **kwargs)
        if event.fault is Fault.KILLED_AFTER:
            raise Killed
        if event.fault is None:
            return event.done
        if method not in BUSY:
            raise TryAgain
        return BUSY[method]

    def wait(self, seconds: float) -> None:
        self.bench.clock.advance(seconds=seconds)
        self.bench.stopwatch.seconds += seconds

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
