"""The parts that all fakes share: one store, one lock, and the ways in which a store fails.

Everything held is immutable, so that a snapshot is a handful of shallow copies.
"""

from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from threading import RLock
from types import TracebackType

from chalicelib.domain.deployed_contest import DeployedContest
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import Follower
from chalicelib.ports import Credential
from tests.support.killed import Killed
from tests.support.state import ContestState

WRITES = frozenset(
    "followers.record_outdated followers.begin_lookup "
    "followers.record_change followers.record_sharer followers.record_lookup participants.record_attempt "
    "participants.commit_claim participants.set_unit participants.move_unit participants.set_hold "
    "participants.set_code_url "
    "referrals.grant_chance referrals.withdraw_chance payouts.replace_claim payouts.put_back "
    "payouts.put_smoke_payment earlier_smoke_payments.record_earlier plans.begin_plan plans.discard_plan "
    "plans.lay_packets plans.activate_plan control.set_paused control.set_payouts_stopped control.hold_payouts "
    "control.change_withdrawn "
    "control.count_refused control.forget_refused control.note_code "
    "control.release_payouts control.set_exhausted control.set_free_packets control.store_counts "
    "control.keep_unfinished "
    "control.keep_follow_code "
    "control.report_contest control.store_totals control.mark_opened control.mark_closed proofs.publish_proof "
    "saved_menu.save_menu office.write_record baseline.import_openids baseline.move_import "
    "personal_data.erase_answers personal_data.begin_purge personal_data.purge_claims "
    "personal_data.purge_people personal_data.purge_followers personal_data.end_purge personal_data.former_key "
    "credentials.lease_refresh credentials.store_credential credentials.count_force".split()
)
"""Names of the calls that write to the store, as `World.calls` counts them."""
OUTSIDE = ("payout_queue.", "later_queue.", "pay.", "wechat.")
"""The beginnings of names of calls that do not concern the store."""


class Trouble(Enum):
    BUSY = auto()
    """Conflict, throttling or silence: nothing happened."""
    LOST = auto()
    """It happened, and its answer was lost."""


@dataclass(frozen=True, slots=True)
class Held:
    """A credential's row: its value, and the lease of the instance that is renewing it."""

    credential: Credential | None = None
    leased_until: datetime | None = None
    forced_on: str = ""
    forces: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything stored at one moment; compares equal when nothing changed."""

    followers: dict[str, Follower]
    contests: dict[str, ContestState]
    credentials: dict[tuple[str, str], Held]


class World:
    """`calls` counts every call of a port by name, such as `participants.read_standing`."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.followers: dict[str, Follower] = {}
        self.contests: dict[str, ContestState] = {}
        self.credentials: dict[tuple[str, str], Held] = {}
        """By app id and name."""
        self.deployed: DeployedContest | None = None
        self.former_key = ""
        self.calls: Counter[str] = Counter()
        self._troubles: dict[str, deque[Trouble]] = {}
        self._calls_to_live: int | None = None

    def contest(self, contest_id: str) -> ContestState:
        return self.contests.setdefault(contest_id, ContestState())

    def call(self, name: str) -> "Call":
        """Holds the lock around one call. Raises TryAgain or Killed if the test has set it."""
        return Call(self, name)

    def will_fail(self, name: str, *troubles: Trouble) -> None:
        """Makes the next calls of this name fail, one after the other."""
        self._troubles.setdefault(name, deque()).extend(troubles)

    def no_more_trouble(self) -> None:
        self._troubles.clear()

    def will_die(self, after: int | None) -> None:
        """The process is killed at the call after this many further calls; None cancels this."""
        self._calls_to_live = after

    def begin(self, name: str) -> bool:
        """Counts the call. Returns whether its answer will be lost."""
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
            contests = {name: state.copy() for name, state in self.contests.items()}
            return Snapshot(dict(self.followers), contests, dict(self.credentials))


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
