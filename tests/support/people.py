"""Followers and participants in memory. Each transaction checks all its conditions before it writes."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from chalicelib.domain.attempts import Attempt
from chalicelib.domain.claim import Claim
from chalicelib.domain.errors import NotFollowing, TryAgain
from chalicelib.domain.participation import (
    FOLLOWED_BEFORE,
    MOST_CLAIMABLE,
    Chances,
    FollowChange,
    Follower,
    Me,
    Participation,
    Standing,
)
from chalicelib.ports import LogEntry, Verdict
from tests.support.state import cut, put_claim, put_log
from tests.support.world import World

SHARDS = 2
"""In which people are counted: few, since each is a call and a switching point of the explorer."""


class FakeFollowers:
    def __init__(self, world: World) -> None:
        self._world = world

    def find_follower(self, openid: str) -> Follower | None:
        with self._world.call("followers.find_follower"):
            return self._world.followers.get(openid)

    def record_change(self, change: FollowChange) -> Follower | None:
        with self._world.call("followers.record_change"):
            known = self._world.followers.get(change.openid)
            if known and _outdated(known, change):
                return None
            after = _after(known or Follower(change.openid, False), change)
            self._world.followers[change.openid] = after
            return after

    def record_outdated(self, change: FollowChange) -> Follower:
        with self._world.call("followers.record_outdated"):
            known = self._world.followers[change.openid]
            if known.first_follow_at is None:
                first_follow = change.create_time if change.subscribed else FOLLOWED_BEFORE
                known = self._world.followers[change.openid] = replace(known, first_follow_at=first_follow)
            return known

    def record_sharer(self, openid: str, sharer: str, contest_id: str, at: datetime, known: Follower | None) -> None:
        if openid == sharer:
            return
        with self._world.call("followers.record_sharer"):
            held = self._held(openid)
            never_followed = held.first_follow_at is None and held.seen_following_at is None
            as_known = (known.invited_by, known.invited_in) if known and known.invited_by else ("", "")
            if never_followed and (held.invited_by, held.invited_in) == as_known:
                invited = replace(held, invited_by=sharer, invited_in=contest_id, invited_at=int(at.timestamp()))
                self._world.followers[openid] = _seen(invited, at)

    def begin_lookup(self, openid: str, at: datetime, pause: timedelta) -> bool:
        with self._world.call("followers.begin_lookup"):
            held, second = (
                self._world.followers.get(openid) or Follower(openid, False, known=False),
                int(at.timestamp()),
            )
            if held.asked_at is not None and held.asked_at > second - int(pause.total_seconds()):
                return False
            self._world.followers[openid] = _seen(replace(held, asked_at=second), at)
            return True

    def record_lookup(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        with self._world.call("followers.record_lookup"):
            held, second = (
                self._world.followers.get(openid) or Follower(openid, False, known=False),
                int(at.timestamp()),
            )
            # An unfollow of the same second wins: it may be later than WeChat's answer.
            no_later_event = (held.event_at or 0) <= (second - 1 if subscribed else second)
            if not held.subscribed and no_later_event and (held.looked_up_at or 0) <= second:
                seen = held.seen_following_at
                if subscribed and seen is None:
                    seen = second
                held = replace(held, subscribed=subscribed, seen_following_at=seen, known=True, looked_up_at=second)
                held = self._world.followers[openid] = _seen(held, at)
            return held

    def _held(self, openid: str) -> Follower:
        return self._world.followers.get(openid) or Follower(openid, False, known=False)


def _outdated(known: Follower, change: FollowChange) -> bool:
    by_event = known.event_at is not None and known.event_at > change.create_time
    by_lookup = known.looked_up_at is not None and known.looked_up_at > change.create_time
    return by_event or (by_lookup and known.subscribed != change.subscribed)


def _after(known: Follower, change: FollowChange) -> Follower:
    first_follow = change.create_time if change.subscribed else FOLLOWED_BEFORE
    if change.invited_by and change.invited_by != change.openid and not known.invited_by:
        known = replace(known, invited_by=change.invited_by, invited_in=change.invited_in)
    changed = replace(
        known,
        known=True,
        subscribed=change.subscribed,
        event_at=change.create_time,
        # A person who was only seen, invited or imported is not marked as early or late yet: the first event sets the
        # mark.
        early=change.early if known.event_at is None else known.early,
        first_follow_at=first_follow if known.first_follow_at is None else known.first_follow_at,
    )
    return _seen(changed, change.at)


def _seen(held: Follower, at: datetime) -> Follower:
    return held if held.first_seen_at else replace(held, first_seen_at=cut(at))


class FakeParticipants:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def read_participation(self, openid: str) -> Participation:
        with self._world.call("participants.read_participation"):
            return self._participation(openid)

    def claims_of(self, openid: str) -> tuple[Claim, ...]:
        with self._world.call("participants.claims_of"):
            return self._participation(openid).claims

    def read_standing(self, openid: str, attempt_id: str) -> Standing:
        with self._world.call("participants.read_standing"):
            key, state = (openid, attempt_id), self._state
            return Standing(
                follower=self._world.followers.get(openid),
                me=self._me(openid),
                attempt=state.attempts.get(key),
                unspent=key in state.passes,
                claim=state.claims.get(key),
            )

    def record_attempt(self, openid: str, attempt: Attempt, min_seconds: int) -> Verdict:
        try:
            with self._world.call("participants.record_attempt"):
                if not self._may_record(openid, attempt, min_seconds):
                    return Verdict.REFUSED
                self._record(openid, attempt)
        except TryAgain:
            return Verdict.BUSY
        return Verdict.DONE

    def commit_claim(self, claim: Claim, followed_by: int | None = None) -> Verdict:
        try:
            with self._world.call("participants.commit_claim"):
                if not self._may_claim(claim) or not self._followed_by(claim.openid, followed_by):
                    return Verdict.REFUSED
                if self._state.pool.get(claim.packet.plan_id, {}).get(claim.packet.number) != claim.packet:
                    return Verdict.PACKET_GONE
                self._take(claim)
        except TryAgain:
            return Verdict.BUSY
        return Verdict.DONE

    def set_unit(self, openid: str, unit: str) -> str:
        with self._world.call("participants.set_unit"):
            if not self._follows(openid):
                raise NotFollowing
            me = self._me(openid)
            if me.unit not in (None, unit):
                return str(me.unit)
            self._state.people[openid] = replace(me, unit=unit)
            return unit

    def move_unit(self, openid: str, before: str, after: str, entry: LogEntry) -> bool:
        with self._world.call("participants.move_unit"):
            me = self._me(openid)
            if (me.unit or "") != before:
                return False
            if put_log(self._state, entry):
                self._state.people[openid] = replace(me, unit=after or None)
            return True

    def set_hold(self, openid: str, on_hold: bool, entry: LogEntry) -> None:
        with self._world.call("participants.set_hold"):
            if put_log(self._state, entry):
                self._state.people[openid] = replace(self._me(openid), on_hold=on_hold)

    def code_url(self, openid: str) -> str:
        with self._world.call("participants.code_url"):
            return self._state.code_urls.get(openid, "")

    def set_code_url(self, openid: str, url: str) -> str:
        with self._world.call("participants.set_code_url"):
            return self._state.code_urls.setdefault(openid, url)

    @property
    def counted_shards(self) -> int:
        return SHARDS

    def count_shard(self, shard: int) -> dict[str, int]:
        with self._world.call("participants.count_shard"):
            return self._count(shard)

    def count_people(self) -> dict[str, int]:
        with self._world.call("participants.count_people"):
            return self._count(*range(SHARDS))

    def _count(self, *shards: int) -> dict[str, int]:
        counted = (who for who in self._state.people if crc32(who.encode()) % SHARDS in shards)
        return dict(Counter(me.unit or "" for me in map(self._me, counted) if me.attempts))

    def _participation(self, openid: str) -> Participation:
        passes = sorted(attempt_id for owner, attempt_id in self._state.passes if owner == openid)
        mine = [claim for key, claim in sorted(self._state.claims.items()) if key[0] == openid]
        return Participation(
            self._me(openid), tuple(passes[:MOST_CLAIMABLE]), tuple(sorted(mine, key=lambda c: c.claimed_at))
        )

    def _me(self, openid: str) -> Me:
        return self._state.people.get(openid) or Me()

    def _follows(self, openid: str) -> bool:
        follower = self._world.followers.get(openid)
        return follower is not None and follower.subscribed

    def _followed_by(self, openid: str, latest: int | None) -> bool:
        follower = self._world.followers.get(openid)
        return follower is not None and follower.has_followed_by(latest)

    def _may_record(self, openid: str, attempt: Attempt, min_seconds: int) -> bool:
        last = self._me(openid).submitted_at
        paced = not min_seconds or last is None or last <= attempt.graded_at - timedelta(seconds=min_seconds)
        return paced and self._follows(openid) and (openid, attempt.attempt_id) not in self._state.attempts

    def _record(self, openid: str, attempt: Attempt) -> None:
        me, key, at = self._me(openid), (openid, attempt.attempt_id), cut(attempt.graded_at)
        self._state.attempts[key] = replace(attempt, graded_at=at)
        if attempt.passed:
            self._state.passes.add(key)
        self._state.people[openid] = replace(
            me, attempts=me.attempts + 1, best_score=max(me.best_score, attempt.score), submitted_at=at
        )

    def _may_claim(self, claim: Claim) -> bool:
        openid, key = claim.openid, (claim.openid, claim.attempt_id)
        me = self._me(openid)
        has_chance = me.chances.spent < me.chances.granted and not me.on_hold
        return has_chance and self._follows(openid) and key in self._state.passes and key not in self._state.claims

    def _take(self, claim: Claim) -> None:
        key, me = (claim.openid, claim.attempt_id), self._me(claim.openid)
        del self._state.pool[claim.packet.plan_id][claim.packet.number]
        self._state.passes.remove(key)
        spent = Chances(me.chances.granted, me.chances.spent + 1)
        self._state.people[claim.openid] = replace(me, chances=spent)
        put_claim(self._state, claim)
