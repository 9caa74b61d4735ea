"""The follower registry on DynamoDB: one row per openid, whatever the contest."""

from datetime import datetime

from pynamodb.exceptions import DoesNotExist, PutError, UpdateError
from pynamodb.expressions.update import Action

from chalicelib.adapters.dynamodb.models import FollowerRow
from chalicelib.adapters.dynamodb.rows import follower, to_ms
from chalicelib.adapters.dynamodb.transaction import condition_failed, store_errors
from chalicelib.domain.participation import FollowChange, Follower


class DynamoFollowers:
    def find(self, openid: str) -> Follower | None:
        with store_errors():
            try:
                return follower(FollowerRow.get(openid, consistent_read=True))
            except DoesNotExist:
                return None

    def apply(self, change: FollowChange) -> bool:
        """A retried or repeated event writes the same values again, so that an SDK's blind retry is harmless."""
        row = FollowerRow(change.openid)
        actions: list[Action] = [
            FollowerRow.subscribed.set(change.subscribed),
            FollowerRow.event_at.set(change.create_time),
            FollowerRow.first_seen_at.set(FollowerRow.first_seen_at | to_ms(change.at)),
            FollowerRow.early.set(FollowerRow.early | change.early),
        ]
        no_later_event = FollowerRow.event_at.does_not_exist() | (FollowerRow.event_at <= change.create_time)
        with store_errors():
            try:
                row.update(actions, condition=no_later_event)
            except UpdateError as error:
                if not condition_failed(error):
                    raise
                return False
        return True

    def note(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        row = FollowerRow(openid, subscribed=subscribed, first_seen_at=to_ms(at))
        with store_errors():
            try:
                row.save(FollowerRow.openid.does_not_exist())
            except PutError as error:
                if not condition_failed(error):
                    raise
                return follower(FollowerRow.get(openid, consistent_read=True))
        return follower(row)
