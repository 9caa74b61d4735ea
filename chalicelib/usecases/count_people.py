"""Counts the participants by unit for the ranking, the board and the chat, a bounded number of them in each run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.contest import Window
from chalicelib.domain.count_round import CountRound
from chalicelib.ports import Control, Participants

SECONDS = 10.0
"""After these a run begins no further shard. The largest shard must fit into the rest of the function's time-out."""
PEOPLE = 100_000
"""The same after so many people: it bounds what the counts cost, however many participants there are."""
COUNTED_AFTER = timedelta(hours=1)
"""So long after the closing new counts are begun."""
SETTLED_AFTER = timedelta(minutes=10)
"""The last count is begun so long after the closing or later: nobody joins a unit any more, and the index has received
its last changes, which take seconds."""


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """A count is stored only when it is complete, with the time when it was begun; until then the last one stays.

    A run continues from what an earlier one kept, so it may be killed at any moment. Of two runs at once one may repeat
    what the other counted.
    """

    window: Window
    participants: Participants
    control: Control
    monotonic: Callable[[], float]

    def count_some(self, now: datetime) -> int | None:
        """Counts at least one shard. Returns the number of participants when this completes a count."""
        if now < self.window.opens_at:
            return None
        kept = self.control.unfinished_count()
        if kept is None and self._is_over(now):
            return None
        shards = self.participants.counted_shards
        found = self._continue(kept or CountRound(now), shards)
        is_complete = found.shards >= shards
        if is_complete:
            self.control.store_counts(dict(found.people), found.begun_at)
        left = self._next(found, now) if is_complete else found
        if left != kept:
            self.control.keep_unfinished(left)
        return found.size if is_complete else None

    def _continue(self, found: CountRound, shards: int) -> CountRound:
        until, most = self.monotonic() + SECONDS, found.size + PEOPLE
        while found.shards < shards:
            found = found.with_next(self.participants.count_shard(found.shards))
            if self.monotonic() >= until or found.size >= most:
                break
        return found

    def _next(self, done: CountRound, now: datetime) -> CountRound | None:
        """Returns the count that must still be made when `done` came too early to be the last, else None."""
        settled_at = self.window.closes_at + SETTLED_AFTER
        return CountRound(now) if done.begun_at < settled_at <= now else None

    def _is_over(self, now: datetime) -> bool:
        return now >= self.window.closes_at + COUNTED_AFTER
