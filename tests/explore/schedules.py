"""Enumerates schedules: which actor makes its next call to a port, and which call meets a fault.

A schedule is the list of choices that a run makes. Running it again with the same choices repeats it exactly; changing
the last choice that has another option gives the next schedule (depth-first, as CHESS does).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from greenlet import getcurrent, greenlet

MOST_CALLS = 400
"""A run that makes more calls than this repeats itself without end."""


class Fault(StrEnum):
    REFUSED = "refused before"
    LOST = "answer lost"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"


READ_FAULTS = (Fault.REFUSED, Fault.KILLED_BEFORE)
"""A read changes nothing: the other two faults would be the same as these."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many times a schedule may interrupt an actor that could go on, and how many calls may fail."""

    preemptions: int
    faults: int


class Choices:
    """The choices of one run: those given, then the first option each time."""

    def __init__(self, given: list[int]) -> None:
        self._given = given
        self._options: list[int] = []

    def choose(self, options: int) -> int:
        at = len(self._options)
        self._options.append(options)
        if at == len(self._given):
            self._given.append(0)
        assert self._given[at] < options, "the run is not deterministic"
        return self._given[at]

    def next(self) -> list[int] | None:
        """The choices of the next schedule; None after the last."""
        for at in reversed(range(len(self._options))):
            if self._given[at] + 1 < self._options[at]:
                return [*self._given[:at], self._given[at] + 1]
        return None


def schedules(bounds: Bounds) -> Iterator["Scheduler"]:
    """Yields a scheduler for each schedule. Each must be run before the next is taken."""
    given: list[int] | None = []
    while given is not None:
        choices = Choices(given)
        yield Scheduler(choices, bounds.preemptions, bounds.faults)
        given = choices.next()


@dataclass
class Scheduler:
    """Runs actors as coroutines: one at a time, switching only before a call to a port."""

    choices: Choices
    preemptions: int
    faults: int
    calls: int = 0
    _running: dict[str, greenlet] = field(default_factory=dict)
    _current: str = ""
    _started: set[str] = field(default_factory=set)

    def run(self, actors: Mapping[str, Callable[[], object]]) -> None:
        self._running = {name: greenlet(act) for name, act in actors.items()}
        self._current = self._pick(list(self._running))
        while self._running:
            self._running[self._current].switch()
            if self._running[self._current].dead:
                del self._running[self._current]
                if self._running:
                    self._current = self._pick(list(self._running))

    def before_call(self, changes: bool, faulty: bool = True) -> Fault | None:
        """Called by an actor before each of its calls: lets others run, and returns the fault of this call."""
        self.calls += 1
        assert self.calls < MOST_CALLS, "a run without end"
        if self._current not in self._running:  # during the scenario's recovery nothing is chosen
            return None
        me, first = self._current, self._current not in self._started
        self._started.add(me)
        # Before its first call another actor could just as well have been chosen to begin.
        others = [name for name in self._running if name != me]
        if self.preemptions and others and not first:
            self._current = self._pick([me, *others])
            if self._current != me:
                self.preemptions -= 1
                parent = getcurrent().parent
                assert parent is not None
                parent.switch()
        return self._fault(changes) if faulty and self.faults else None

    def _pick(self, names: list[str]) -> str:
        return names[self.choices.choose(len(names))] if len(names) > 1 else names[0]

    def _fault(self, changes: bool) -> Fault | None:
        kinds: tuple[Fault | None, ...] = (None, *(Fault if changes else READ_FAULTS))
        kind = kinds[self.choices.choose(len(kinds))]
        self.faults -= kind is not None
        return kind
