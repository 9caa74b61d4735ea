"""The follower registry on DynamoDB: one row per openid, for all contests."""

from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.models import FollowerRow
from chalicelib.adapters.store.prepared import Prepared, given
from chalicelib.adapters.store.row_values import to_ms
from chalicelib.adapters.store.tables import Tables
from chalicelib.adapters.store.transaction import run_read, run_update, store_errors, updated
from chalicelib.domain.participation import FOLLOWED_BEFORE, FollowChange, Follower

CHANGES: list[Action] = [
    FollowerRow.subscribed.set(given("subscribed", FollowerRow.subscribed)),
    FollowerRow.event_at.set(given("event_at", FollowerRow.event_at)),
    FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | given("now", FollowerRow.first_seen_at)),
    FollowerRow.early.set(FollowerRow.early | given("early", FollowerRow.early)),
    FollowerRow.first_follow_at.set(FollowerRow.first_follow_at | given("first_follow", FollowerRow.first_follow_at)),
]
INVITED: list[Action] = [
    FollowerRow.invited_by.set(FollowerRow.invited_by | given("sharer", FollowerRow.invited_by)),
    FollowerRow.invitation.set(FollowerRow.invitation | given("invitation", FollowerRow.invitation)),
]
NO_LATER_EVENT = FollowerRow.event_at.does_not_exist() | (
    FollowerRow.event_at <= given("event_at", FollowerRow.event_at)
)
NO_LATER_LOOKUP = FollowerRow.looked_up_at.does_not_exist() | (
    FollowerRow.looked_up_at <= given("event_at", FollowerRow.event_at)
)
SAYS_THE_SAME = FollowerRow.subscribed == given("subscribed", FollowerRow.subscribed)
CURRENT = NO_LATER_EVENT & (NO_LATER_LOOKUP | SAYS_THE_SAME)
ROW = Prepared(FollowerRow)
CHANGE = Prepared(FollowerRow, CHANGES, CURRENT)
CHANGE_INVITED = Prepared(FollowerRow, [*CHANGES, *INVITED], CURRENT)


class DynamoFollowers:
    def __init__(self, tables: Tables) -> None:
        """`tables` points the models at a deployment's tables."""

    def find_follower(self, openid: str) -> Follower | None:
        row = run_read(FollowerRow, ROW.of(openid))
        return rows.follower(row) if row else None

    def record_change(self, change: FollowChange) -> Follower | None:
        """A repeated event writes the same values again, so that the SDK's blind retries are harmless."""
        sharer = change.invited_by if change.invited_by != change.openid else ""
        changes: dict[str, Any] = {
            "subscribed": change.subscribed,
            "event_at": change.create_time,
            "now": to_ms(change.at),
            "early": change.early,
            "first_follow": change.create_time if change.subscribed else FOLLOWED_BEFORE,
        }
        if sharer:
            invitation = rows.invitation(change.invited_in, sharer)
            operation = CHANGE_INVITED.of(change.openid, **changes, sharer=sharer, invitation=invitation)
        else:
            operation = CHANGE.of(change.openid, **changes)
        row = run_update(FollowerRow, operation)
        return rows.follower(row) if row else None

    def record_outdated(self, change: FollowChange) -> Follower:
        first_follow = change.create_time if change.subscribed else FOLLOWED_BEFORE
        row = FollowerRow(change.openid)
        updated(row, [FollowerRow.first_follow_at.set(FollowerRow.first_follow_at | first_follow)])
        return rows.follower(row)

    def record_sharer(self, openid: str, sharer: str, contest_id: str, at: datetime, known: Follower | None) -> None:
        actions: list[Action] = [
            FollowerRow.invited_by.set(sharer),
            FollowerRow.invitation.set(rows.invitation(contest_id, sharer)),
            FollowerRow.invited_at.set(int(at.timestamp())),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        if openid != sharer:
            never_followed = FollowerRow.first_follow_at.does_not_exist()
            as_known = never_followed & FollowerRow.seen_following_at.does_not_exist() & _invited_as(known)
            updated(FollowerRow(openid), actions, as_known)

    def begin_lookup(self, openid: str, at: datetime, pause: timedelta) -> bool:
        second = int(at.timestamp())
        actions: list[Action] = [
            FollowerRow.asked_at.set(second),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        long_ago = FollowerRow.asked_at <= second - int(pause.total_seconds())
        return updated(FollowerRow(openid), actions, FollowerRow.asked_at.does_not_exist() | long_ago)

    def record_lookup(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        second, row = int(at.timestamp()), FollowerRow(openid)
        actions: list[Action] = [
            FollowerRow.subscribed.set(subscribed),
            FollowerRow.looked_up_at.set(second),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        if subscribed:
            actions.append(FollowerRow.seen_following_at.set(FollowerRow.seen_following_at | second))
        not_following = FollowerRow.subscribed.does_not_exist() | (FollowerRow.subscribed == False)  # noqa: E712
        # The last event of a person who does not follow is an unfollow. If it is of the same second, it wins: it may be
        # later than WeChat's answer.
        latest_event = second - 1 if subscribed else second
        no_later_event = FollowerRow.event_at.does_not_exist() | (FollowerRow.event_at <= latest_event)
        no_later_lookup = FollowerRow.looked_up_at.does_not_exist() | (FollowerRow.looked_up_at <= second)
        if updated(row, actions, not_following & no_later_event & no_later_lookup):
            return rows.follower(row)
        with store_errors():
            return rows.follower(FollowerRow.get(openid, consistent_read=True))


def _invited_as(known: Follower | None) -> Condition:
    """Returns the condition that the invitation has not changed since it was read."""
    if known is None or not known.invited_by:
        nobody: Condition = FollowerRow.invited_by.does_not_exist()
        return nobody
    stored: Condition = FollowerRow.invitation.does_not_exist()
    if known.invited_in:
        stored = FollowerRow.invitation == rows.invitation(known.invited_in, known.invited_by)
    as_read: Condition = stored & (FollowerRow.invited_by == known.invited_by)
    return as_read
