"""The chances that friends bring, and the baseline of followers imported before opening, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.participation import BASE_CHANCES, FOLLOWED_BEFORE, Chances, Follower, Me, Settled
from chalicelib.domain.purge import digest_with
from tests.support.world import World


class FakeReferrals:
    def __init__(self, world: World, contest_id: str, keeps_former: bool = False) -> None:
        self._world, self._state, self._keeps_former = world, world.contest(contest_id), keeps_former

    def grant_chance(self, friend: Follower, sharer: str, most: int = 0) -> bool:
        with self._world.call("referrals.grant_chance"):
            held = self._world.followers.get(friend.openid)
            if held is None or held.event_at != friend.event_at or not held.subscribed or held.referral_to:
                return False
            if self._keeps_former and self._is_former(friend.openid):
                return False
            found = self._world.followers.get(sharer)
            if found is None or not found.has_followed:
                return False
            beyond = most > 0 and self._me(sharer).chances.granted >= BASE_CHANCES + most
            settled = Settled.BEYOND if beyond else None
            self._world.followers[friend.openid] = replace(held, referral_to=sharer, settled=settled)
            self._state.friends.add(friend.openid)
            if not beyond:
                self._more(sharer, 1)
            return not beyond

    def withdraw_chance(self, friend: Follower) -> bool:
        with self._world.call("referrals.withdraw_chance"):
            held = self._world.followers.get(friend.openid)
            if held is None or held.settled or friend.openid not in self._state.friends:
                return False
            chances = self._me(friend.referral_to).chances
            taken = chances.spent < chances.granted
            settled = Settled.TAKEN if taken else Settled.NOTHING
            self._world.followers[friend.openid] = replace(held, settled=settled)
            if taken:
                self._more(friend.referral_to, -1)
            return taken

    def _is_former(self, openid: str) -> bool:
        key = self._world.former_key
        return bool(key) and digest_with(key)(openid) in self._world.followers

    def _more(self, sharer: str, chances: int) -> None:
        me = self._me(sharer)
        self._state.people[sharer] = replace(me, chances=Chances(me.chances.granted + chances, me.chances.spent))

    def _me(self, openid: str) -> Me:
        return self._state.people.get(openid) or Me()


class FakeBaseline:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def import_openids(self, openids: Sequence[str]) -> None:
        with self._world.call("baseline.import_openids"):
            followers = self._world.followers
            for openid in openids:
                held = followers.get(openid) or Follower(openid, False, known=False)
                first = FOLLOWED_BEFORE if held.first_follow_at is None else held.first_follow_at
                subscribed = held.subscribed if held.known else True
                followers[openid] = replace(held, subscribed=subscribed, first_follow_at=first, known=True)

    def import_position(self) -> str:
        with self._world.call("baseline.import_position"):
            return self._state.import_position

    def move_import(self, after: str) -> None:
        with self._world.call("baseline.move_import"):
            self._state.import_position = after
