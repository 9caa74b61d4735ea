"""When a friend's follow brings the sharer a chance, and when their unfollow takes it back (R9, R10, R14)."""

from datetime import datetime

from chalicelib.domain.contest import Contest, Phase, ReferralPolicy
from chalicelib.domain.participation import FollowChange, Follower


def earns_chance(contest: Contest, after: Follower, change: FollowChange, now: datetime) -> bool:
    """Whether this follow makes a referral, given the friend's row after it.

    Both the clock and the event's own time must be in the window: a follow before opening is early, however late its
    event arrives. A repeated event is judged again; `referral_to` shows that it was counted.
    """
    window = contest.window
    return (
        contest.referral.policy is ReferralPolicy.EXTRA_CHANCE
        and change.subscribed
        and window.phase(now) is Phase.OPEN
        and change.create_time >= window.opens_at.timestamp()
        and after.first_follow_at == change.create_time
        and _explains_sighting(after, change)
        and bool(after.invited_by)
        and after.invited_by != after.openid
        and not after.referral_to
    )


def _explains_sighting(after: Follower, change: FollowChange) -> bool:
    """Whether this event may be the first follow of a person seen following before it arrived (decision 6).

    It may, if it happened in an earlier second than the sighting; otherwise they followed before it. Only the event's
    own code counts: they may already have followed when they opened a link while WeChat was silent.
    """
    seen = after.seen_following_at
    return seen is None or (change.create_time < seen and after.invited_by == change.invited_by)


def costs_chance(contest: Contest, after: Follower, change: FollowChange, now: datetime) -> bool:
    """Whether this unfollow must still be settled with the sharer: before the end, and once per friend."""
    return (
        not change.subscribed
        and bool(after.referral_to)
        and after.settled is None
        and contest.window.phase(now) is not Phase.CLOSED
    )
