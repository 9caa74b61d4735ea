"""People counted by what they wait for, in steps of 100 ms."""

from collections import defaultdict

STEP = 0.1
"""Seconds."""


def steps(seconds: float) -> int:
    return round(seconds / STEP)


class Waiting:
    """How many wait, and how many of them are due in each step. Numbers of people, not whole: expected values."""

    __slots__ = ("_rate", "changes", "people")

    def __init__(self) -> None:
        self.people = 0.0
        self._rate = 0.0
        self.changes: defaultdict[int, float] = defaultdict(float)

    def add(self, count: float, now: int, least: float, most: float) -> None:
        """Adds people who become due evenly between `least` and `most` seconds after the step `now`; at the earliest at
        the next step."""
        begin, width = now + max(1, steps(least)), max(1, steps(most - least))
        self.changes[begin] += count / width
        self.changes[begin + width] -= count / width
        self.people += count

    def due(self, now: int) -> float:
        """Takes out those who are due. To be called for each step, in order."""
        self._rate += self.changes.pop(now, 0.0)
        if not self.changes:  # the last wait is over: what is left is rounding
            found, self.people, self._rate = self.people, 0.0, 0.0
            return found
        found = min(self.people, max(0.0, self._rate))
        self.people -= found
        return found
