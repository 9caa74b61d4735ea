"""What an instance remembers of the claims that it refused, so that repeats cost no further transactions."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.domain.claims import ClaimRef
from chalicelib.domain.errors import AttemptInvalid, ContestError, NotPassed, PrizesExhausted
from chalicelib.ports import Clock

FINAL = (AttemptInvalid, NotPassed, PrizesExhausted)
REMEMBERED = timedelta(seconds=5)
"""How long a final refusal is repeated without any call. The others are read each time: a new chance, or the end of a
hold, must count within a second."""
MOST = 1000
"""Claims remembered at once; the oldest are forgotten first."""


class ClaimRefusals:
    """Judges an age by two clocks, as `CachedSwitches` does."""

    def __init__(self, monotonic: Callable[[], float], clock: Clock) -> None:
        self._monotonic, self._clock = monotonic, clock
        self._known: OrderedDict[ClaimRef, tuple[type[ContestError] | None, float, datetime]] = OrderedDict()

    def remember(self, ref: ClaimRef, refusal: ContestError | None) -> None:
        """`refusal` is None for a claim that exists: its repeats are read, too."""
        self._known[ref] = type(refusal) if refusal else None, self._monotonic(), self._clock()
        self._known.move_to_end(ref)
        if len(self._known) > MOST:
            self._known.popitem(last=False)

    def raise_recent(self, ref: ClaimRef) -> bool:
        """Raises a recent final refusal. Returns whether this claim is known: a read must then come first."""
        if ref not in self._known:
            return False
        refusal, seconds, moment = self._known[ref]
        ages = timedelta(seconds=self._monotonic() - seconds), self._clock() - moment
        if refusal in FINAL and all(timedelta() <= age < REMEMBERED for age in ages):
            raise refusal
        return True
