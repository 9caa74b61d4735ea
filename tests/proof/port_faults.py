"""Faults at a port: the n-th call of a step is refused, loses its answer, kills the process or is interrupted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Verdict
from tests.support.killed import Killed


class FaultKind(IntEnum):
    BUSY = 0
    """Nothing happened: try again."""
    LOST = 1
    """It happened, and its answer was lost."""
    KILLED_BEFORE = 2
    KILLED_AFTER = 3


@dataclass(frozen=True)
class PortFault:
    """`after` is the number of calls that succeed first."""

    after: int
    kind: FaultKind


Meanwhile = tuple[int, Callable[[], object]]
"""The number of calls that pass first, and the action before the next one."""


class PortFaults:
    """Since the last `plan`, `happened` is whether any fault occurred, and `calls` the number of calls."""

    def __init__(self) -> None:
        self._faults: dict[int, FaultKind] = {}
        self._meanwhile: dict[int, Callable[[], object]] = {}
        self.calls, self.happened = 0, False

    def plan(self, faults: Iterable[PortFault] = (), meanwhile: Meanwhile | None = None) -> None:
        """Sets the faults of the next step; drops those that the last step did not reach."""
        self._faults = {fault.after: fault.kind for fault in faults}
        self._meanwhile = dict([meanwhile]) if meanwhile else {}
        self.calls, self.happened = 0, False

    def wrap(self, port: Any, busy: Any = TryAgain) -> Any:
        """A call that is refused or loses its answer returns `busy`, or raises it if it is TryAgain."""
        return _FaultyPort(self, port, busy)

    def call(self, method: Callable[..., Any], busy: Any, args: Any, kwargs: Any) -> Any:
        at = self.calls
        self.calls += 1
        if self._meanwhile and (act := self._meanwhile.pop(at, None)):
            act()
        kind = self._faults.get(at) if self._faults else None
        if kind is None:
            return method(*args, **kwargs)
        self.happened = True
        if kind is FaultKind.KILLED_BEFORE:
            raise Killed
        if kind is FaultKind.BUSY and busy is not None:
            return _fail(busy)
        answer = method(*args, **kwargs)
        if kind is FaultKind.KILLED_AFTER:
            raise Killed
        return answer if busy is None else _fail(busy)


def _fail(busy: Any) -> Any:
    if busy is TryAgain:
        raise TryAgain
    return busy


LOCAL_METHODS = ("order", "prepare", "payer")
"""Methods that call nothing outside the process."""


class _FaultyPort:
    """Passes every call of a port through `PortFaults.call`. Each wrapper is made once."""

    def __init__(self, port_faults: PortFaults, port: Any, busy: Any) -> None:
        self._port_faults, self._port, self._busy = port_faults, port, busy

    def __getattr__(self, name: str) -> Any:
        port_faults, method = self._port_faults, getattr(self._port, name)
        if name in LOCAL_METHODS or not callable(method):
            return method
        busy = Verdict.BUSY if name in ("record_attempt", "commit_claim") else self._busy

        def called(*args: Any, **kwargs: Any) -> Any:
            return port_faults.call(method, busy, args, kwargs)

        setattr(self, name, called)
        return called
