"""An instance's memory of the claims that it refused, so that repeats cost no further transactions."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.errors import AttemptInvalid, ContestError, NotPassed, PrizesExhausted
from chalicelib.ports import Clock

FINAL = (AttemptInvalid, NotPassed, PrizesExhausted)
REMEMBERED = timedelta(seconds=5)
"""For this time a final refusal is repeated without any call, and after any refusal each claim of that person is read
before it is tried. Other refusals are not repeated: a new chance, or the end of a hold, must count within a second."""
UNKNOWN_REMEMBERED = timedelta(seconds=2)
"""The same for an unknown attempt, which may be graded soon."""
MOST = 1000
"""The most claims, and the most people, that are remembered; the oldest are forgotten first."""

Seen = tuple[float, datetime]
"""A moment by both clocks."""
K = TypeVar("K")
V = TypeVar("V")


class ClaimRefusals:
    """Judges an age by two clocks, as `CachedSwitches` does."""

    def __init__(self, monotonic: Callable[[], float], clock: Clock) -> None:
        self._monotonic, self._clock = monotonic, clock
        self._known: OrderedDict[ClaimRef, tuple[type[ContestError] | None, Seen]] = OrderedDict()
        self._refused: OrderedDict[str, Seen] = OrderedDict()

    def remember(self, ref: ClaimRef, refusal: ContestError | None) -> None:
        """`refusal` is None for a claim that exists: its repeats are read too."""
        seen = self._monotonic(), self._clock()
        _keep(self._known, ref, (type(refusal) if refusal else None, seen))
        if refusal:
            _keep(self._refused, ref.openid, seen)

    def raise_recent(self, ref: ClaimRef) -> bool:
        """Raises a recent final refusal of this claim. Returns whether a read must come first: the claim is known, or
        another of this person was refused just now."""
        if ref not in self._known:
            return ref.openid in self._refused and self._is_within(REMEMBERED, self._refused[ref.openid])
        refusal, seen = self._known[ref]
        period = UNKNOWN_REMEMBERED if refusal is AttemptInvalid else REMEMBERED
        if refusal in FINAL and self._is_within(period, seen):
            raise refusal
        return True

    def _is_within(self, period: timedelta, seen: Seen) -> bool:
        seconds, moment = seen
        ages = timedelta(seconds=self._monotonic() - seconds), self._clock() - moment
        return all(timedelta() <= age < period for age in ages)


def _keep(memory: OrderedDict[K, V], key: K, value: V) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > MOST:
        memory.popitem(last=False)
