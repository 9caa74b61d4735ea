"""What the use cases need from the outside. Each has a contract suite in `tests/contract` that every adapter passes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol

from chalicelib.domain.claims import Claim, ClaimRef, Packet, SendOrder
from chalicelib.domain.participation import FollowChange, Follower, Participation, Standing
from chalicelib.domain.payouts import Answer
from chalicelib.domain.prizes import Plan
from chalicelib.domain.quiz import Attempt, Draw
from chalicelib.domain.switches import Switches

Clock = Callable[[], datetime]
"""The one clock: an aware datetime."""
NewId = Callable[[], str]
"""A fresh unguessable id of [0-9a-zA-Z]."""


class Verdict(Enum):
    """What became of a transaction."""

    DONE = auto()
    REFUSED = auto()
    """A condition on the participant failed; the standing says which."""
    PACKET_GONE = auto()
    """Only the packet was missing: somebody else has it."""
    BUSY = auto()
    """Conflict or throttling: nothing happened, try again."""


class Followers(Protocol):
    """Who follows the account, whatever the contest."""

    def find(self, openid: str) -> Follower | None: ...

    def apply(self, change: FollowChange) -> bool:
        """Records a follow or unfollow in one call. False when a later event is known; on equal times the later arrival
        wins."""
        ...

    def note(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        """Records what user/info said of somebody unknown; whoever is known stays as they are. Returns what holds."""
        ...


class Participants(Protocol):
    """Attempts, chances and claims of one contest."""

    def participation(self, openid: str) -> Participation: ...

    def standing(self, openid: str, attempt_id: str) -> Standing:
        """A consistent picture, in one call."""
        ...

    def record_attempt(self, openid: str, attempt: Attempt, min_seconds: int) -> Verdict:
        """Puts a graded attempt, unless there is one, or its participant does not follow or just submitted another."""
        ...

    def commit_claim(self, claim: Claim) -> Verdict:
        """Takes the packet, spends a chance and the pass, and puts the claim: all or nothing."""
        ...

    def claims(self, openid: str) -> tuple[Claim, ...]: ...

    def set_unit(self, openid: str, unit: str) -> str:
        """Sets the reporting unit unless another is set. Returns the one that holds. Raises NotFollowing."""
        ...

    def set_hold(self, openid: str, on_hold: bool) -> None: ...


class Payouts(Protocol):
    """The payout side of a contest's claims."""

    def find(self, ref: ClaimRef) -> Claim | None: ...

    def replace(self, before: Claim, after: Claim) -> Claim | None:
        """Writes `after` if the claim is still at `before`'s revision. Returns what was written, None if it changed."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[ClaimRef]:
        """Claims whose `due_at` has come, without scanning the table."""
        ...


class Pool(Protocol):
    """The packets nobody has."""

    def window(self, plan_id: str) -> Sequence[Packet]:
        """Some free packets from a random place, at most a few dozen, in one call. May be stale; may be empty."""
        ...

    def look(self, plan_id: str) -> Sequence[Packet]:
        """Some free packets by a consistent look at shard after shard: empty means that no packet is left."""
        ...

    def count(self, plan_id: str) -> int: ...


class Plans(Protocol):
    """Laying out and activating a plan of packets."""

    def current(self) -> Plan | None: ...

    def begin(self, plan: Plan) -> Plan:
        """Writes the header unless there is one. Returns the one that holds."""
        ...

    def discard(self, plan: Plan) -> bool:
        """Drops a plan that is still being laid. False when it is not."""
        ...

    def lay(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        """Puts packets, each batch only while the plan is still being laid. False when it no longer is."""
        ...

    def laid(self, plan: Plan) -> Iterable[Packet]:
        """Reads the pool back, consistently."""
        ...

    def activate(self, plan: Plan, commitment: str) -> bool:
        """Header and switches in one transaction. False when the plan was not being laid any more."""
        ...


class Control(Protocol):
    """The contest's switches."""

    def read(self) -> Switches: ...

    def set_paused(self, paused: bool) -> None: ...

    def set_payouts_stopped(self, stopped: bool) -> None: ...

    def set_exhausted(self, plan_id: str) -> None: ...

    def set_free_packets(self, plan_id: str, free: int) -> None: ...

    def mark_opened(self, at: datetime) -> datetime:
        """Records the opening once. Returns when it was."""
        ...

    def mark_closed(self, at: datetime) -> datetime: ...


class AttemptTokens(Protocol):
    """Draws that travel with the client: authentic, bound to one participant, telling nothing of the right answers."""

    def seal(self, openid: str, draw: Draw) -> str: ...

    def open(self, openid: str, attempt_id: str, token: str) -> Draw:
        """Raises AttemptInvalid for a forged or foreign token, also of an unknown version or another contest."""
        ...


class PayoutQueue(Protocol):
    def put(self, ref: ClaimRef) -> bool:
        """Queues a payout job. False when the queue did not take it: the sweep will find the claim."""
        ...


class RedPackets(Protocol):
    """WeChat's cash red packets. Never raises for what WeChat Pay, or the way to it, does."""

    def send(self, order: SendOrder) -> Answer: ...

    def query(self, mch_billno: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom the web authorization named. A snapshot user has a virtual openid: nothing is granted to it."""

    openid: str
    snapshot: bool


class WeChat(Protocol):
    def visitor(self, code: str) -> Visitor | None:
        """Exchanges an authorization code; None for one invalid or used. Raises TryAgain when WeChat is silent."""
        ...

    def is_following(self, openid: str) -> bool:
        """Asks user/info. Raises TryAgain when WeChat is silent."""
        ...
