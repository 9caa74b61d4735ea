"""Types that several ports share: the clock, ids, metrics and verdicts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

Clock = Callable[[], datetime]
"""The one clock: an aware datetime."""
NewId = Callable[[], str]
"""A fresh unguessable id of [0-9a-zA-Z]."""


class Measure(Protocol):
    """Metrics for operators, by name. Costs one log line; never fails."""

    def __call__(self, values: Mapping[str, float], reason: str = "") -> None: ...


def unmeasured(values: Mapping[str, float], reason: str = "") -> None:
    """Discards metrics."""


class Verdict(Enum):
    """The outcome of a transaction."""

    DONE = auto()
    REFUSED = auto()
    """A condition on the participant failed; their standing shows which."""
    PACKET_GONE = auto()
    """Only the packet was missing: somebody else took it."""
    BUSY = auto()
    """Conflict or throttling: nothing happened, so the call can be repeated."""
