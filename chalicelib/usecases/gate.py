"""The first checks of every request: the contest's window by the clock, then the operator's pause."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import ContestError
from chalicelib.domain.switches import Switches
from chalicelib.ports import Clock


@dataclass(frozen=True, slots=True)
class Gate:
    contest: Contest
    switches: Callable[[], Switches]
    """The instance's copy, at most a few seconds old."""
    clock: Clock

    def enter(self) -> datetime:
        """Returns the time at which this request is judged. Raises ContestNotOpen, ContestClosed or ContestPaused."""
        now = self.clock()
        self._check(now)
        return now

    def why_refused(self) -> ContestError | None:
        """Returns the error that `enter` would raise; for requests whose repeats are answered at any time."""
        return self.why_refused_at(self.clock())

    def why_refused_at(self, now: datetime) -> ContestError | None:
        """The same for a time that the caller goes on using."""
        try:
            self._check(now)
        except ContestError as refusal:
            return refusal
        return None

    def _check(self, now: datetime) -> None:
        self.contest.window.require_open(now)
        self.switches().require_running()
