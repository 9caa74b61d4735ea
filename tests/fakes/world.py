"""What all fakes share: one store, one lock, and the ways in which a store fails.

Everything held is immutable, so that a snapshot is a handful of shallow copies.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from threading import RLock
from types import TracebackType

from chalicelib.domain.claims import Claim, Packet
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import Follower, Me
from chalicelib.domain.prizes import Plan
from chalicelib.domain.quiz import Attempt
from chalicelib.domain.switches import Switches

Key = tuple[str, str]
"""Openid and attempt id."""

WRITES = frozenset(
    "followers.apply followers.note participants.record_attempt participants.commit_claim participants.set_unit "
    "participants.set_hold payouts.replace plans.begin plans.discard plans.lay plans.activate control.set_paused "
    "control.set_payouts_stopped control.set_exhausted control.set_free_packets control.mark_opened "
    "control.mark_closed".split()
)
"""Names of the calls that write to the store, as `World.calls` counts them."""
OUTSIDE = ("queue.", "red_packets.", "wechat.")
"""Beginnings of the names of calls that are none of the store's."""


class Killed(BaseException):
    """The process died here. Not an Exception: nothing of ours may survive it."""


class Trouble(Enum):
    BUSY = auto()
    """Conflict, throttling or silence: nothing happened."""
    LOST = auto()
    """It happened, and its answer was lost."""


@dataclass(slots=True)
class ContestState:
    """All rows of one contest."""

    people: dict[str, Me] = field(default_factory=dict)
    attempts: dict[Key, Attempt] = field(default_factory=dict)
    passes: set[Key] = field(default_factory=set)
    claims: dict[Key, Claim] = field(default_factory=dict)
    due: dict[Key, datetime] = field(default_factory=dict)
    """The sparse index of payouts that are not final."""
    pool: dict[str, dict[int, Packet]] = field(default_factory=dict)
    """Free packets by plan id and number."""
    plan: Plan | None = None
    switches: Switches = field(default_factory=Switches)

    def copy(self) -> "ContestState":
        pool = {plan_id: dict(packets) for plan_id, packets in self.pool.items()}
        return ContestState(
            dict(self.people),
            dict(self.attempts),
            set(self.passes),
            dict(self.claims),
            dict(self.due),
            pool,
            self.plan,
            self.switches,
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything stored at one moment; compares equal when nothing changed."""

    followers: dict[str, Follower]
    contests: dict[str, ContestState]


class World:
    """`calls` counts every call of a port by name, such as `participants.standing`."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.followers: dict[str, Follower] = {}
        self.contests: dict[str, ContestState] = {}
        self.calls: Counter[str] = Counter()
        self._troubles: dict[str, deque[Trouble]] = {}
        self._calls_to_live: int | None = None

    def contest(self, contest_id: str) -> ContestState:
        return self.contests.setdefault(contest_id, ContestState())

    def call(self, name: str) -> "Call":
        """Holds the lock around one call. Raises TryAgain or Killed as it was told to."""
        return Call(self, name)

    def will_fail(self, name: str, *troubles: Trouble) -> None:
        """The next calls of that name fail so, one after the other."""
        self._troubles.setdefault(name, deque()).extend(troubles)

    def no_more_trouble(self) -> None:
        self._troubles.clear()

    def will_die(self, after: int | None) -> None:
        """The process is killed when it makes a call after this many more; None calls it off."""
        self._calls_to_live = after

    def begin(self, name: str) -> bool:
        """Whether the answer will be lost."""
        self.calls[name] += 1
        if self._calls_to_live is not None:
            if self._calls_to_live == 0:
                raise Killed
            self._calls_to_live -= 1
        if not self._troubles:
            return False
        waiting = self._troubles.get(name)
        trouble = waiting.popleft() if waiting else None
        if trouble is Trouble.BUSY:
            raise TryAgain
        return trouble is Trouble.LOST

    def writes(self) -> int:
        return sum(count for name, count in self.calls.items() if name in WRITES)

    def reads(self) -> int:
        return sum(n for name, n in self.calls.items() if name not in WRITES and not name.startswith(OUTSIDE))

    def snapshot(self) -> Snapshot:
        with self.lock:
            return Snapshot(dict(self.followers), {name: state.copy() for name, state in self.contests.items()})


class Call:
    __slots__ = ("_lost", "_name", "_world")

    def __init__(self, world: World, name: str) -> None:
        self._world, self._name, self._lost = world, name, False

    def __enter__(self) -> None:
        self._world.lock.acquire()
        try:
            self._lost = self._world.begin(self._name)
        except BaseException:
            self._world.lock.release()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._world.lock.release()
        if self._lost and kind is None:
            raise TryAgain


def cut(moment: datetime) -> datetime:
    """The store keeps whole milliseconds and cuts off what is finer."""
    rest = moment.microsecond % 1000
    return moment.replace(microsecond=moment.microsecond - rest) if rest else moment
