"""The purge of the follower registry."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.connection import Connection
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.models import FollowerRow
from chalicelib.adapters.store.purge_batches import purge_batches
from chalicelib.adapters.store.row_values import follower, to_ms
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.domain.participation import FOLLOWED_BEFORE
from chalicelib.domain.purge import FollowerPurge, is_digest

BATCH = 45
REFERRAL = (
    FollowerRow.invited_by,
    FollowerRow.invitation,
    FollowerRow.invited_at,
    FollowerRow.referral_to,
    FollowerRow.referral_contest,
    FollowerRow.settled,
)
READ = (
    FollowerRow.subscribed,
    FollowerRow.event_at,
    FollowerRow.first_follow_at,
    FollowerRow.seen_following_at,
    FollowerRow.invitation,
    FollowerRow.invited_at,
    FollowerRow.referral_to,
)
"""The attributes that decide how a row is purged. Another contest's link or event may change them meanwhile."""


def followers(contest_id: str, connection: Connection, how: FollowerPurge) -> int:
    return purge_batches(_rows(contest_id, how), BATCH, partial(_purge, connection, how))


def _rows(contest_id: str, how: FollowerPurge) -> Iterator[FollowerRow]:
    with store_errors():
        for row in FollowerRow.scan(consistent_read=True):
            of_another = row.referral_contest not in (None, contest_id)
            if is_digest(row.openid) or of_another:
                continue
            if _is_removed(row, how) or _concerns(row, contest_id):
                yield row


def _is_removed(row: FollowerRow, how: FollowerPurge) -> bool:
    return how.remove and not _came_after(row, how)


def _came_after(row: FollowerRow, how: FollowerPurge) -> bool:
    seconds = (row.event_at, row.looked_up_at, row.asked_at, row.invited_at, (row.first_seen_at or 0) // 1000)
    return max(second or 0 for second in seconds) * 1000 >= to_ms(how.before)


def _concerns(row: FollowerRow, contest_id: str) -> bool:
    invited = (row.invitation or "").rpartition("#")[0]
    return row.referral_contest == contest_id or invited == contest_id


def _purge(connection: Connection, how: FollowerPurge, batch: Sequence[FollowerRow]) -> bool:
    transaction = Transaction(connection)
    for row in batch:
        if not _is_removed(row, how):
            actions: list[Action] = [attribute.remove() for attribute in REFERRAL]
            transaction.update("follower", FollowerRow(row.openid), actions, _unchanged(row))
            continue
        transaction.delete("follower", FollowerRow(row.openid), _unchanged(row))
        if how.former and follower(row).has_followed:
            transaction.put("former", FollowerRow(how.former(row.openid), first_follow_at=FOLLOWED_BEFORE))
    return transaction.committed()


def _unchanged(row: FollowerRow) -> Condition:
    condition: Condition = FollowerRow.openid.exists()
    for attribute in READ:
        condition &= _same(attribute, getattr(row, attribute.attr_name))
    return condition


def _same(attribute: Attribute[Any], value: object) -> Condition:
    same: Condition = attribute.does_not_exist() if value is None else attribute == value
    return same
