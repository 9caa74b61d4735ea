"""A person's following, chances, attempts and claims, and the reasons to refuse a claim."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim
from chalicelib.domain.errors import (
    AttemptInvalid,
    ContestError,
    NoChanceLeft,
    NotFollowing,
    NotPassed,
    OnHold,
)
from chalicelib.domain.fairness import Fairness, FollowFirst

BASE_CHANCES = 1
"""Every participant has one base chance (R6)."""


MOST_CLAIMABLE = 20
"""The most unspent passes that are read and shown at once. Attempts are unlimited, so a person may have any number of
passes."""
FOLLOWED_BEFORE = 0
"""Stored instead of the first follow's time for people who followed before we received events."""


class Settled(StrEnum):
    TAKEN = "taken"
    """A chance was taken back."""
    NOTHING = "nothing"
    """The sharer had no unspent chance."""
    BEYOND = "beyond"
    """The friend was counted, but brought no chance: the sharer had as many as the organiser allows (R18)."""


@dataclass(frozen=True, slots=True)
class Follower:
    """One person's record in the follower registry."""

    openid: str
    subscribed: bool
    event_at: int | None = None
    """CreateTime (unix seconds) of the last event that counted; None if the person is known only from user/info or the
    import."""
    early: bool = False
    first_follow_at: int | None = None
    """CreateTime of the first follow; FOLLOWED_BEFORE for a former follower; None while no follow is known."""
    invited_by: str = ""
    """The first sharer whose link or code they used."""
    referral_to: str = ""
    """The sharer who got a chance for them."""
    settled: Settled | None = None
    """How their unfollow was settled with that sharer; None before it is settled. BEYOND: there was nothing to
    withdraw."""
    known: bool = True
    """False for a person who was only invited: no event, import or user/info has shown yet whether they follow."""
    seen_following_at: int | None = None
    """When user/info or a scan first showed that they follow, in unix seconds, rounded down. The event of their first
    follow may still arrive."""
    invited_in: str = ""
    """The contest whose link or code that was; empty in a record of an earlier version."""
    invited_at: int | None = field(default=None, compare=False)
    """When the link was opened, in unix seconds; None for a code, which comes with the follow."""
    first_seen_at: datetime | None = field(default=None, compare=False)
    asked_at: int | None = field(default=None, compare=False)
    """When user/info was last asked about them, in unix seconds."""
    looked_up_at: int | None = field(default=None, compare=False)
    """The second of the last user/info answer or scan that counted. It takes its place in the order of events."""

    @property
    def has_followed(self) -> bool:
        return self.subscribed or self.first_follow_at is not None or self.seen_following_at is not None

    @property
    def followed_at(self) -> int | None:
        """When they first followed, in unix seconds; FOLLOWED_BEFORE for a former follower. Without their event, when
        `user/info` or a scan first showed it."""
        return self.seen_following_at if self.first_follow_at is None else self.first_follow_at

    def has_followed_by(self, latest: int | None) -> bool:
        """Returns whether they first followed at `latest` (unix seconds) or before. With None, any follow counts."""
        return latest is None or (self.followed_at or FOLLOWED_BEFORE) <= latest


@dataclass(frozen=True, slots=True)
class FollowChange:
    """A follow or unfollow event. `create_time` is WeChat's, in unix seconds; `at` is when we received it."""

    openid: str
    subscribed: bool
    create_time: int
    at: datetime
    early: bool
    invited_by: str = ""
    """The sharer whose QR code led to the follow."""
    invited_in: str = ""
    """The contest of that code."""


@dataclass(frozen=True, slots=True)
class Chances:
    granted: int = BASE_CHANCES
    spent: int = 0

    @property
    def left(self) -> int:
        return self.granted - self.spent


@dataclass(frozen=True, slots=True)
class Me:
    """One participant's summary. A follower who has not acted yet has the defaults."""

    attempts: int = 0
    best_score: int = 0
    chances: Chances = Chances()
    on_hold: bool = False
    unit: str | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    me: Me
    claimable: tuple[str, ...]
    """Ids of unspent passed attempts, at most `MOST_CLAIMABLE`."""
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """All data that decide a person's submission or claim for one attempt, read in one call."""

    follower: Follower | None
    me: Me
    attempt: Attempt | None
    unspent: bool
    """The attempt passed and is unspent."""
    claim: Claim | None

    @property
    def subscribed(self) -> bool:
        return self.follower is not None and self.follower.subscribed


def why_no_claim(standing: Standing, fairness: Fairness, now: datetime) -> ContestError | None:
    """Returns the first reason, in the contract's order of checks, to refuse this claim; None if there is none any
    more."""
    if not standing.subscribed:
        return NotFollowing()
    if standing.attempt is None:
        return AttemptInvalid()
    if not standing.attempt.passed:
        return NotPassed()
    if standing.me.on_hold:
        return OnHold()
    if standing.follower and not standing.follower.has_followed_by(fairness.followed_by(now)):
        return FollowFirst(fairness.claims_from(standing.follower.followed_at))
    if standing.me.chances.left <= 0:
        return NoChanceLeft()
    return None
