"""When a friend's follow brings the sharer a chance, and when their leaving takes it back (R9, R10, R14)."""

from datetime import datetime

from chalicelib.domain.contest import Contest, Phase, ReferralPolicy
from chalicelib.domain.participation import FollowChange, Follower


def earns_chance(contest: Contest, after: Follower, change: FollowChange, now: datetime) -> bool:
    """Whether this follow, with the friend's row as it stands after it, makes a referral.

    Both the clock and the event's own time must lie in the window: a follow before opening is early, however late its
    event comes. A repeated event is judged again; `referral_to` says that it was counted.
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
    """Whether who was seen following before their first event came may have followed by that very event (decision 6).

    They may, if it happened in an earlier second than they were seen; else they followed before it. And only its own
    code counts: a link that they opened while WeChat was silent may have been opened when they followed already.
    """
    seen = after.seen_following_at
    return seen is None or (change.create_time < seen and after.invited_by == change.invited_by)


def costs_chance(contest: Contest, after: Follower, change: FollowChange, now: datetime) -> bool:
    """Whether this leaving is still to be settled with the sharer: before the end, and once a friend."""
    return (
        not change.subscribed
        and bool(after.referral_to)
        and after.settled is None
        and contest.window.phase(now) is not Phase.CLOSED
    )
