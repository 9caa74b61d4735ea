"""Wraps ports: each call is a switching point, can have a fault, and is recorded."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import TryAgain
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.ports import Verdict
from tests.explore.schedules import Fault, Scheduler
from tests.proof.transfer_oracle import breaches
from tests.support.bench import Bench
from tests.support.killed import Killed
from tests.support.ports import STORE
from tests.support.world import WRITES

PORTS = (*STORE, "office_files", "payout_queue", "later_queue", "sign_in", "account", "red_packets", "transfers")
OUTSIDE = ("office_files.", "payout_queue.", "later_queue.", "red_packets.", "transfers.")
WITHIN = ("order", "prepare")
"""Methods that call nothing outside the process."""
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
    """A port whose every method is a switching point."""

    calls: "Calls"
    run: str
    name: str
    port: Any

    def __getattr__(self, method: str) -> Any:
        inner = getattr(self.port, method)
        if not callable(inner) or method in WITHIN:
            return inner
        return lambda *args, **kwargs: self.calls.call(self, method, inner, args, kwargs)


class Calls:
    """`slow`: call name -> seconds that pass at the beginning of the call."""

    def __init__(self, scheduler: Scheduler, bench: Bench, slow: Mapping[str, float]) -> None:
        self.events: list[Event] = []
        self.breaches: list[str] = []
        """Breaches found when a claim was written, by comparison with the ledger at that moment."""
        self._scheduler, self._bench, self._slow = scheduler, bench, slow

    def call(self, port: Port, method: str, inner: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        name = f"{port.name}.{method}"
        event = Event(port.run, name, (*args, *kwargs.values()))
        changes = name in WRITES or name.startswith(OUTSIDE)
        if name in self._slow:
            self._scheduler.before_call(changes, faulty=False)
            self.events.append(event)
            self.wait(self._slow[name])
        event.fault = self._scheduler.before_call(changes)
        if name not in self._slow:
            self.events.append(event)
        if event.fault is Fault.KILLED_BEFORE:
            raise Killed
        if event.fault is not Fault.REFUSED:
            event.at = self._bench.clock.now
            event.done = inner(*args, **kwargs)
            if name == "payouts.replace_claim" and event.done:
                self.breaches += breaches(event.done, self._bench.transfers)
        if event.fault is Fault.KILLED_AFTER:
            raise Killed
        if event.fault is None:
            return event.done
        if method not in BUSY:
            raise TryAgain
        return BUSY[method]

    def wait(self, seconds: float) -> None:
        self._bench.clock.advance(seconds=seconds)
        self._bench.stopwatch.seconds += seconds
