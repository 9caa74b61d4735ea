"""Sharers' chances for friends, on DynamoDB: the friend's row and the sharer's `me` change in one transaction."""

from pynamodb.connection import Connection
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.dynamo_former import DynamoFormer
from chalicelib.adapters.store.models import FollowerRow, ParticipantRow
from chalicelib.adapters.store.row_values import ME, ME_UNDERSTOOD, me_update, who_key
from chalicelib.adapters.store.transaction import Refused, Transaction
from chalicelib.domain.errors import NewerVersion
from chalicelib.domain.participation import BASE_CHANCES, Follower, Settled

FRIEND, SHARER = "friend", "sharer"


class DynamoReferrals:
    def __init__(self, contest_id: str, connection: Connection, former: DynamoFormer | None = None) -> None:
        """`former`: people whose records were purged bring nobody a chance."""
        self._contest_id, self._connection, self._former = contest_id, connection, former

    def grant_chance(self, friend: Follower, sharer: str, most: int = 0) -> bool:
        """At the limit, a second transaction marks the friend as counted."""
        transaction = self._counting(friend, sharer)
        granted = ParticipantRow.granted
        below = granted.does_not_exist() | (granted < BASE_CHANCES + most)
        more = granted.set((granted | BASE_CHANCES) + 1)
        may_have_more = ME_UNDERSTOOD & below if most else ME_UNDERSTOOD
        transaction.update(SHARER, self._me(sharer), me_update(more), may_have_more)
        try:
            return self._committed(transaction)
        except NewerVersion:
            if not most:
                raise
        self._counted_beyond(friend, sharer, most)
        return False

    def _counted_beyond(self, friend: Follower, sharer: str, most: int) -> None:
        transaction = self._counting(friend, sharer, FollowerRow.settled.set(Settled.BEYOND.value))
        full = ME_UNDERSTOOD & (ParticipantRow.granted >= BASE_CHANCES + most)
        transaction.check(SHARER, ParticipantRow, who_key(self._contest_id, sharer), ME, full)
        self._committed(transaction)

    def _counting(self, friend: Follower, sharer: str, *more: Action) -> Transaction:
        """A transaction that marks the friend as counted, for a sharer who has followed."""
        transaction = Transaction(self._connection)
        actions: list[Action] = [
            FollowerRow.referral_to.set(sharer),
            FollowerRow.referral_contest.set(self._contest_id),
            *more,
        ]
        # An unfollow that came meanwhile found nothing to withdraw, so nothing may be granted now.
        still = (FollowerRow.event_at == friend.event_at) & (FollowerRow.subscribed == True)  # noqa: E712
        transaction.update(
            FRIEND, FollowerRow(friend.openid), actions, FollowerRow.referral_to.does_not_exist() & still
        )
        has_followed = FollowerRow.first_follow_at.exists() | FollowerRow.seen_following_at.exists()
        has_followed |= FollowerRow.subscribed == True  # noqa: E712
        transaction.check("sharer has followed", FollowerRow, sharer, None, has_followed)
        if self._former and (digest := self._former.digest):
            unknown = FollowerRow.openid.does_not_exist()
            transaction.check("new follower", FollowerRow, digest(friend.openid), None, unknown)
        return transaction

    def withdraw_chance(self, friend: Follower) -> bool:
        """If the sharer has no unspent chance, a second transaction marks the friend as settled."""
        transaction = Transaction(self._connection)
        self._settle(transaction, friend, Settled.TAKEN)
        # The condition includes `granted`: a sharer in another contest has none, and subtracting would be an error.
        spent, granted = ParticipantRow.spent, ParticipantRow.granted
        unspent = granted.exists() & (spent.does_not_exist() | (spent < granted))
        fewer = granted.set(granted - 1)
        transaction.update(SHARER, self._me(friend.referral_to), me_update(fewer), ME_UNDERSTOOD & unspent)
        try:
            transaction.commit()
        except Refused as refused:
            if FRIEND not in refused.failed:
                self._settled_for_nothing(friend)
            return False
        return True

    def _settled_for_nothing(self, friend: Follower) -> None:
        transaction = Transaction(self._connection)
        self._settle(transaction, friend, Settled.NOTHING)
        # A newer version may count chances differently, so "no unspent chance" may be wrong.
        transaction.check(SHARER, ParticipantRow, who_key(self._contest_id, friend.referral_to), ME, ME_UNDERSTOOD)
        self._committed(transaction)  # refused: somebody else settled it

    def _committed(self, transaction: Transaction) -> bool:
        """False when the friend's row refused it. Raises NewerVersion when the sharer's did: WeChat must resend it."""
        try:
            transaction.commit()
        except Refused as refused:
            if SHARER in refused.failed:
                raise NewerVersion from refused
            return False
        return True

    def _settle(self, transaction: Transaction, friend: Follower, settled: Settled) -> None:
        once = FollowerRow.settled.does_not_exist() & (FollowerRow.referral_contest == self._contest_id)
        transaction.update(FRIEND, FollowerRow(friend.openid), [FollowerRow.settled.set(settled.value)], once)

    def _me(self, openid: str) -> ParticipantRow:
        return ParticipantRow(who_key(self._contest_id, openid), ME)
