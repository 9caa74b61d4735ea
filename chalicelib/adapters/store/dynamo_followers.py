"""The follower registry on DynamoDB: one row per openid, for all contests."""

from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.models import FollowerRow
from chalicelib.adapters.store.prepared import Prepared, given
from chalicelib.adapters.store.row_values import follower, to_ms
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
INVITED = FollowerRow.invited_by.set(FollowerRow.invited_by | given("sharer", FollowerRow.invited_by))
NO_LATER_EVENT = FollowerRow.event_at.does_not_exist() | (
    FollowerRow.event_at <= given("event_at", FollowerRow.event_at)
)
ROW = Prepared(FollowerRow)
CHANGE = Prepared(FollowerRow, CHANGES, NO_LATER_EVENT)
CHANGE_INVITED = Prepared(FollowerRow, [*CHANGES, INVITED], NO_LATER_EVENT)


class DynamoFollowers:
    def __init__(self, tables: Tables) -> None:
        """`tables` points the models at a deployment's tables."""

    def find_follower(self, openid: str) -> Follower | None:
        row = run_read(FollowerRow, ROW.of(openid))
        return follower(row) if row else None

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
            operation = CHANGE_INVITED.of(change.openid, **changes, sharer=sharer)
        else:
            operation = CHANGE.of(change.openid, **changes)
        row = run_update(FollowerRow, operation)
        return follower(row) if row else None

    def record_sharer(self, openid: str, sharer: str, at: datetime) -> None:
        actions: list[Action] = [
            FollowerRow.invited_by.set(FollowerRow.invited_by | sharer),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        if openid != sharer:
            never_followed = FollowerRow.first_follow_at.does_not_exist()
            _updated(openid, actions, never_followed & FollowerRow.seen_following_at.does_not_exist())

    def record_lookup(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        actions: list[Action] = [
            FollowerRow.subscribed.set(subscribed),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        if subscribed:
            actions.append(FollowerRow.seen_following_at.set(int(at.timestamp())))
        noted = _updated(openid, actions, FollowerRow.subscribed.does_not_exist())
        if noted:
            return noted
        with store_errors():
            return follower(FollowerRow.get(openid, consistent_read=True))


def _updated(openid: str, actions: list[Action], condition: Condition) -> Follower | None:
    row = FollowerRow(openid)
    return follower(row) if updated(row, actions, condition) else None
