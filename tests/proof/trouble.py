"""Trouble at a port: the n-th call of a step is refused, loses its answer, kills the process, or is overtaken."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Verdict
from tests.support.killed import Killed


class Kind(IntEnum):
    BUSY = 0
    """Nothing happened: try again."""
    LOST = 1
    """It happened, and its answer was lost."""
    KILLED_BEFORE = 2
    KILLED_AFTER = 3


@dataclass(frozen=True)
class Blow:
    """`after` counts the calls that pass unharmed."""

    after: int
    kind: Kind


Meanwhile = tuple[int, Callable[[], object]]
"""What happens just before a call: how many calls pass first, and what."""


class Trouble:
    """`struck` says whether anything went wrong since the last `arm`; `calls` counts the calls since then."""

    def __init__(self) -> None:
        self._blows: dict[int, Kind] = {}
        self._meanwhile: dict[int, Callable[[], object]] = {}
        self.calls, self.struck = 0, False

    def arm(self, blows: Iterable[Blow] = (), meanwhile: Meanwhile | None = None) -> None:
        """For the next step; what the last one did not reach is forgotten."""
        self._blows = {blow.after: blow.kind for blow in blows}
        self._meanwhile = dict([meanwhile]) if meanwhile else {}
        self.calls, self.struck = 0, False

    def wrap(self, port: Any, busy: Any = TryAgain) -> Any:
        """`busy` is returned, or raised, by a call that was refused or whose answer was lost."""
        return _Wrapped(self, port, busy)

    def call(self, method: Callable[..., Any], busy: Any, args: Any, kwargs: Any) -> Any:
        at = self.calls
        self.calls += 1
        if self._meanwhile and (act := self._meanwhile.pop(at, None)):
            act()
        kind = self._blows.get(at) if self._blows else None
        if kind is None:
            return method(*args, **kwargs)
        self.struck = True
        if kind is Kind.KILLED_BEFORE:
            raise Killed
        if kind is Kind.BUSY and busy is not None:
            return _fail(busy)
        answer = method(*args, **kwargs)
        if kind is Kind.KILLED_AFTER:
            raise Killed
        return answer if busy is None else _fail(busy)


def _fail(busy: Any) -> Any:
    if busy is TryAgain:
        raise TryAgain
    return busy


WITHIN = ("order", "prepare")
"""Methods that ask nobody outside."""


class _Wrapped:
    """Every method of a port, through `Trouble.call`; made once a method."""

    def __init__(self, trouble: Trouble, port: Any, busy: Any) -> None:
        self._trouble, self._port, self._busy = trouble, port, busy

    def __getattr__(self, name: str) -> Any:
        trouble, method = self._trouble, getattr(self._port, name)
        if name in WITHIN:
            return method
        busy = Verdict.BUSY if name in ("record_attempt", "commit_claim") else self._busy

        def called(*args: Any, **kwargs: Any) -> Any:
            return trouble.call(method, busy, args, kwargs)

        setattr(self, name, called)
        return called
