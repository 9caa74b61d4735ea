"""A clock, a stopwatch and ids for tests."""

from datetime import datetime, timedelta
from itertools import count


class FakeClock:
    """A clock that does not move unless the test moves it. With `tick`, it advances by that much at every reading."""

    def __init__(self, now: datetime, tick: timedelta = timedelta()) -> None:
        self.now, self.tick = now, tick

    def __call__(self) -> datetime:
        now = self.now
        self.now += self.tick
        return now

    def advance(self, **units: float) -> None:
        """Takes timedelta's arguments: seconds=, minutes=, …"""
        self.now += timedelta(**units)


class Stopwatch:
    """A monotonic clock in seconds, on which sleeping takes no real time. `tick` passes at every reading."""

    def __init__(self, tick: float = 0.0) -> None:
        self.seconds, self.tick = 0.0, tick
        self.slept = 0

    def __call__(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept += 1
        self.seconds += seconds


class Ids:
    """Fresh ids in sequence; distinct in their first twelve characters, which a plan's id keeps."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix, self._next = prefix, count(1)

    def __call__(self) -> str:
        return f"{self._prefix}{next(self._next):0{12 - len(self._prefix)}d}"
