"""The follower registry on DynamoDB: one row per openid, whatever the contest."""

from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.dynamodb.models import FollowerRow
from chalicelib.adapters.dynamodb.rows import follower, to_ms
from chalicelib.adapters.dynamodb.transaction import store_errors, updated
from chalicelib.domain.participation import FOLLOWED_BEFORE, FollowChange, Follower


class DynamoFollowers:
    def find(self, openid: str) -> Follower | None:
        with store_errors():
            try:
                return follower(FollowerRow.get(openid, consistent_read=True))
            except DoesNotExist:
                return None

    def apply(self, change: FollowChange) -> Follower | None:
        """A retried or repeated event writes the same values again, so that an SDK's blind retry is harmless."""
        first_follow = change.create_time if change.subscribed else FOLLOWED_BEFORE
        actions: list[Action] = [
            FollowerRow.subscribed.set(change.subscribed),
            FollowerRow.event_at.set(change.create_time),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(change.at)),
            FollowerRow.early.set(FollowerRow.early | change.early),
            FollowerRow.first_follow_at.set(FollowerRow.first_follow_at | first_follow),
        ]
        if change.invited_by and change.invited_by != change.openid:
            actions.append(FollowerRow.invited_by.set(FollowerRow.invited_by | change.invited_by))
        no_later_event = FollowerRow.event_at.does_not_exist() | (FollowerRow.event_at <= change.create_time)
        return _updated(change.openid, actions, no_later_event)

    def invite(self, openid: str, sharer: str, at: datetime) -> None:
        actions: list[Action] = [
            FollowerRow.invited_by.set(FollowerRow.invited_by | sharer),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        if openid != sharer:
            _updated(openid, actions, FollowerRow.first_follow_at.does_not_exist())

    def note(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        actions: list[Action] = [
            FollowerRow.subscribed.set(subscribed),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(at)),
        ]
        if subscribed:
            actions.append(FollowerRow.first_follow_at.set(FOLLOWED_BEFORE))
        noted = _updated(openid, actions, FollowerRow.subscribed.does_not_exist())
        if noted:
            return noted
        with store_errors():
            return follower(FollowerRow.get(openid, consistent_read=True))


def _updated(openid: str, actions: list[Action], condition: Condition) -> Follower | None:
    row = FollowerRow(openid)
    return follower(row) if updated(row, actions, condition) else None
