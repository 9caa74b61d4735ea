"""What is known of a person: following, chances, attempts and claims, and what refuses them what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.claims import Claim
from chalicelib.domain.errors import (
    AttemptInvalid,
    ContestError,
    NoChanceLeft,
    NotFollowing,
    NotPassed,
    OnHold,
)
from chalicelib.domain.quiz import Attempt

BASE_CHANCES = 1
"""Every participant has one base chance (R6)."""


FOLLOWED_BEFORE = 0
"""In place of the first follow's time: they followed before we could see it."""


class Settled(StrEnum):
    TAKEN = "taken"
    """A chance was taken back."""
    NOTHING = "nothing"
    """The sharer had no unspent chance."""


@dataclass(frozen=True, slots=True)
class Follower:
    """What is known of one person's following."""

    openid: str
    subscribed: bool
    event_at: int | None = None
    """CreateTime (unix seconds) of the last event that counted; None when only asked about or imported."""
    early: bool = False
    first_follow_at: int | None = None
    """CreateTime of the first follow; FOLLOWED_BEFORE for a former follower; None while nothing told of one."""
    invited_by: str = ""
    """The first sharer whose link or code they used."""
    referral_to: str = ""
    """The sharer who got a chance for them."""
    settled: Settled | None = None
    """What their leaving cost that sharer; None while it cost nothing yet."""
    known: bool = True
    """False for one who is only invited: whether they follow was told by no event, import or user/info yet."""
    seen_following_at: int | None = None
    """When user/info said that they follow, before any event did: unix seconds of our clock, cut off. The event of
    their first follow may still be on its way."""


@dataclass(frozen=True, slots=True)
class FollowChange:
    """A follow or unfollow event. `create_time` is WeChat's, in unix seconds; `at` is ours, when it came."""

    openid: str
    subscribed: bool
    create_time: int
    at: datetime
    early: bool
    invited_by: str = ""
    """The sharer whose code was scanned to follow."""


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
    """Ids of passed attempts not spent."""
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides a person's submission or claim for one attempt, read together in one call."""

    follower: Follower | None
    me: Me
    attempt: Attempt | None
    unspent: bool
    """The attempt passed and was not spent."""
    claim: Claim | None

    @property
    def subscribed(self) -> bool:
        return self.follower is not None and self.follower.subscribed


def why_no_claim(standing: Standing) -> ContestError | None:
    """What refuses this claim, in the contract's order of checks; None when nothing does any more."""
    if not standing.subscribed:
        return NotFollowing()
    if standing.attempt is None:
        return AttemptInvalid()
    if not standing.attempt.passed:
        return NotPassed()
    if standing.me.on_hold:
        return OnHold()
    if standing.me.chances.left <= 0:
        return NoChanceLeft()
    return None
