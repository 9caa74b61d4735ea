"""Ports for followers, participants and referrals."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.audit import Account
from chalicelib.domain.claim import Claim
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.participation import FollowChange, Follower, Participation, Standing
from chalicelib.ports.basics import Verdict


class Followers(Protocol):
    """The account's followers, independent of any contest."""

    def find_follower(self, openid: str) -> Follower | None: ...

    def record_change(self, change: FollowChange) -> Follower | None:
        """Records a follow or unfollow in one call. Returns the current record, None when it is outdated: a later
        event is known, or a later lookup that says otherwise.

        If the times are equal, the later arrival wins. The first sharer and the first follow are kept. An unfollow of
        an unknown person makes them a former follower.
        """
        ...

    def record_outdated(self, change: FollowChange) -> Follower:
        """Records an outdated event: only that the person followed before. Returns the current record."""
        ...

    def record_sharer(self, openid: str, sharer: str, contest_id: str, at: datetime, known: Follower | None) -> None:
        """Records the sharer of a person who never followed, in place of the one in `known`, their record as it was
        read. Does nothing if another sharer was recorded meanwhile: the first wins."""
        ...

    def begin_lookup(self, openid: str, at: datetime, pause: timedelta) -> bool:
        """Records that WeChat is now asked about the person. Returns False if it was asked less than `pause` ago."""
        ...

    def record_lookup(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        """Records whether a person not known to follow does follow, as an event of the second `at` would, unless a
        later event or lookup is known. It is never a first follow. Returns the current record.

        An unfollow of the same second wins over a lookup that says they follow.
        `at` is a moment before WeChat was asked. A follower is recorded as seen following at that moment.
        """
        ...


class Participants(Protocol):
    """Attempts, chances and claims of one contest."""

    def read_participation(self, openid: str) -> Participation:
        """Returns all claims, and at most `MOST_CLAIMABLE` unspent passes."""
        ...

    def read_standing(self, openid: str, attempt_id: str) -> Standing:
        """Reads it consistently, in one call."""
        ...

    def record_attempt(self, openid: str, attempt: Attempt, min_seconds: int) -> Verdict:
        """Stores a graded attempt, unless it exists or the participant does not follow or just submitted another."""
        ...

    def commit_claim(self, claim: Claim, followed_by: int | None = None) -> Verdict:
        """Takes the packet, spends a chance and the pass, and stores the claim: all or nothing.

        With `followed_by`, in unix seconds, only if the person first followed then or before.
        """
        ...

    def claims_of(self, openid: str) -> tuple[Claim, ...]: ...

    def set_unit(self, openid: str, unit: str) -> str:
        """Sets the reporting unit unless another is set. Returns the stored one. Raises NotFollowing."""
        ...

    def move_unit(self, openid: str, before: str, after: str, entry: LogEntry) -> bool:
        """Replaces the reporting unit `before` by `after` ("" for none), with its log entry, in one transaction.

        False if the unit is not `before` any more. Raises NewerVersion.
        """
        ...

    def set_hold(self, openid: str, on_hold: bool, entry: LogEntry) -> None:
        """An operator's decision is written with its log entry, in the same transaction. Raises NewerVersion."""
        ...

    def code_url(self, openid: str) -> str:
        """Returns the address in the participant's own QR code; empty before it is made."""
        ...

    def set_code_url(self, openid: str, url: str) -> str:
        """Stores it unless there is one. Returns the stored one."""
        ...

    @property
    def counted_shards(self) -> int:
        """The number of shards in which the people are counted."""
        ...

    def count_shard(self, shard: int) -> dict[str, int]:
        """Counts the people of one shard who submitted at least one attempt, by reporting unit ("" for none).

        Exact: each person enters the index once, in one shard. Too expensive for a request.
        """
        ...

    def count_people(self) -> dict[str, int]:
        """Counts the people of all shards, which may take minutes."""
        ...


class Referrals(Protocol):
    """The chances that sharers get for friends in one contest."""

    def grant_chance(self, friend: Follower, sharer: str, most: int = 0) -> bool:
        """Gives the sharer a chance and marks the friend as counted, in one transaction; a friend counts only once.

        A sharer who has `most` chances by referrals gets no other (0: no limit); the friend is then counted as BEYOND.

        False when the sharer got none: the friend was counted before or is BEYOND, this follow is no longer current, or
        the sharer never followed.
        Raises TryAgain.
        """
        ...

    def withdraw_chance(self, friend: Follower) -> bool:
        """Settles the friend's unfollow, only once: takes back a chance if the sharer has an unspent one.

        False when nothing was taken back. Raises TryAgain.
        """
        ...


class Baseline(Protocol):
    """Followers imported before opening, and the import's progress."""

    def import_openids(self, openids: Sequence[str]) -> None:
        """Records them as following, and as former followers; facts already recorded from an event are kept."""
        ...

    def import_position(self) -> str: ...

    def move_import(self, after: str) -> None: ...


class Ledger(Protocol):
    """All stored data of a contest, for operators; these calls read whole tables."""

    def all_claims(self) -> Iterable[Claim]: ...

    def all_accounts(self) -> Iterable[Account]: ...

    def all_attempts(self) -> Iterable[Attempt]: ...

    def counted_friends(self) -> Iterable[Follower]:
        """Returns the followers for whom a sharer got a chance in this contest."""
        ...

    def log_entries(self) -> Iterable[LogEntry]:
        """The operators' log, oldest first."""
        ...
