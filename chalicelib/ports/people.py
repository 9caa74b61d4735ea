"""Ports for who follows, takes part and brings friends."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.domain.audit import Account
from chalicelib.domain.claims import Claim
from chalicelib.domain.participation import FollowChange, Follower, Participation, Standing
from chalicelib.domain.quiz import Attempt
from chalicelib.ports.basics import LogEntry, Verdict


class Followers(Protocol):
    """Who follows the account, whatever the contest."""

    def find(self, openid: str) -> Follower | None: ...

    def apply(self, change: FollowChange) -> Follower | None:
        """Records a follow or unfollow in one call. Returns what holds now, None when a later event is known.

        On equal times the later arrival wins. The first sharer and the first follow stay; an unfollow of somebody
        unknown shows a former follower.
        """
        ...

    def invite(self, openid: str, sharer: str, at: datetime) -> None:
        """Records the sharer of somebody who never followed, unless there is one: the first wins."""
        ...

    def note(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        """Records what user/info said of somebody unknown; whoever is known stays as they are. Returns what holds.

        `at` is a moment before WeChat was asked: who follows is remembered as seen following then.
        """
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

    def code_url(self, openid: str) -> str:
        """The address in the participant's own QR code; empty while none was made."""
        ...

    def set_code_url(self, openid: str, url: str) -> str:
        """Keeps it unless there is one. Returns the one that holds."""
        ...

    def counts(self) -> dict[str, int]:
        """People who submitted at least one attempt, by reporting unit ("" for those without one).

        Exact, from an index that a person enters once; not for every request.
        """
        ...


class Referrals(Protocol):
    """The chances that friends bring to sharers in one contest."""

    def grant(self, friend: Follower, sharer: str) -> bool:
        """One transaction: the friend counts, once in all, while this follow still holds; the sharer has a chance more.

        False when it was counted before or no longer holds. Raises TryAgain.
        """
        ...

    def withdraw(self, friend: Follower) -> bool:
        """Settles the friend's leaving, once in all: takes a chance back if their sharer still has an unspent one.

        False when nothing was taken. Raises TryAgain.
        """
        ...


class Baseline(Protocol):
    """Followers imported before opening, and how far the import has come."""

    def take(self, openids: Sequence[str]) -> None:
        """Records them as following, and as former followers; what an event has told already stays."""
        ...

    def position(self) -> str: ...

    def move(self, after: str) -> None: ...


class Ledger(Protocol):
    """Everything that is stored of a contest, for operators; these calls read whole tables."""

    def claims(self) -> Iterable[Claim]: ...

    def accounts(self) -> Iterable[Account]: ...

    def friends(self) -> Iterable[Follower]:
        """Followers who brought somebody a chance in this contest."""
        ...

    def log(self) -> Iterable[LogEntry]:
        """The operators' log, oldest first."""
        ...
