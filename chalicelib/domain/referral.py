"""When a friend's follow brings the sharer a chance, and when their unfollow takes it back (R9, R10, R14)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest, Phase, ReferralPolicy
from chalicelib.domain.participation import FollowChange, Follower


@dataclass(frozen=True, slots=True)
class WaitingReferral:
    """A first follow that brings the sharer a chance later, if the friend still follows then (R18)."""

    friend: str
    """The friend's openid."""
    sharer: str
    create_time: int
    """The follow's CreateTime, in unix seconds."""


def inviter(contest: Contest, friend: Follower) -> str:
    """Returns the recorded sharer whose link or code counts in this contest; empty for none.

    A record of an earlier version names no contest. It counts if its person was first seen in the present window.
    """
    here, seen = friend.invited_in == contest.id, friend.first_seen_at
    if not friend.invited_in and seen:
        here = contest.window.phase(seen) is Phase.OPEN
    return friend.invited_by if here else ""


def earning_sharer(contest: Contest, after: Follower, change: FollowChange, now: datetime) -> str:
    """Returns the sharer to whom this follow brings a chance, given the friend's row after it; empty for none.

    Both the clock and the event's own time must be in the window: a follow before the opening does not count, even if
    its event arrives later. A repeated event is judged again; `referral_to` shows whether it was counted.
    """
    window, sharer = contest.window, inviter(contest, after) or change.invited_by
    earns = (
        contest.referral.policy is ReferralPolicy.EXTRA_CHANCE
        and change.subscribed
        and window.phase(now) is Phase.OPEN
        and change.create_time >= window.opens_at.timestamp()
        and after.first_follow_at == change.create_time
        and _explains_sighting(after, change, sharer)
        and sharer != after.openid
        and not after.referral_to
    )
    return sharer if earns else ""


def still_earns(contest: Contest, friend: Follower, waiting: WaitingReferral, now: datetime) -> bool:
    """Returns whether a waiting referral brings the chance now, given the friend's present record."""
    return (
        contest.referral.policy is ReferralPolicy.EXTRA_CHANCE
        and contest.window.phase(now) is Phase.OPEN
        and friend.subscribed
        and friend.first_follow_at == waiting.create_time
        and not friend.referral_to
    )


def _explains_sighting(after: Follower, change: FollowChange, sharer: str) -> bool:
    """Returns whether this event may be the first follow of a person seen following before it arrived (decision 6).

    It may, if it happened in an earlier second than the sighting; otherwise they followed before it. The event's own
    code counts, or a link opened in an earlier second: they may already have followed when they opened a later one.
    """
    seen, opened = after.seen_following_at, after.invited_at
    invited_before = sharer == change.invited_by or (opened is not None and opened < change.create_time)
    return seen is None or (change.create_time < seen and invited_before)


def costs_chance(contest: Contest, after: Follower, change: FollowChange, now: datetime) -> bool:
    """Returns whether this unfollow must still be settled with the sharer: before the end, and once per friend."""
    return (
        not change.subscribed
        and bool(after.referral_to)
        and after.settled is None
        and contest.window.phase(now) is not Phase.CLOSED
    )
