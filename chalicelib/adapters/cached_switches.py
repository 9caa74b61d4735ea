"""An instance's copy of the contest's switches, kept for a few seconds."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock

FRESH_SECONDS = 3.0
"""A pause must be in force within 5 s (I7): these 3 s, and 2 s for a write that is under way."""


class CachedSwitches:
    """Reads the switches at most once in `FRESH_SECONDS`, by two clocks: the monotonic one may stop while Lambda
    freezes an instance, and the other may be set back."""

    def __init__(self, read: Callable[[], Switches], monotonic: Callable[[], float], clock: Clock) -> None:
        self._read, self._monotonic, self._clock = read, monotonic, clock
        self._known: tuple[Switches, float, datetime] | None = None

    def __call__(self) -> Switches:
        seconds, moment = self._monotonic(), self._clock()
        if self._known:
            switches, seconds_then, moment_then = self._known
            ages = seconds - seconds_then, (moment - moment_then).total_seconds()
            if all(0 <= age < FRESH_SECONDS for age in ages):
                return switches
        switches = self._read()
        self._known = switches, seconds, moment
        return switches

    def fresh(self) -> Switches:
        self.forget()
        return self()

    def forget(self) -> None:
        self._known = None
