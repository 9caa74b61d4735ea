"""Followers, participants and payouts in memory. Each transaction looks at all its conditions before it writes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.claims import Claim, ClaimRef
from chalicelib.domain.errors import NotFollowing, TryAgain
from chalicelib.domain.participation import Chances, FollowChange, Follower, Me, Participation, Standing
from chalicelib.domain.quiz import Attempt
from chalicelib.ports import Verdict
from tests.fakes.world import ContestState, World, cut


class FakeFollowers:
    def __init__(self, world: World) -> None:
        self._world = world

    def find(self, openid: str) -> Follower | None:
        with self._world.call("followers.find"):
            return self._world.followers.get(openid)

    def apply(self, change: FollowChange) -> bool:
        with self._world.call("followers.apply"):
            known = self._world.followers.get(change.openid)
            if known and known.event_at is not None and known.event_at > change.create_time:
                return False
            # Somebody only noted has no mark of early or late yet: the first event sets it.
            early = known.early if known and known.event_at is not None else change.early
            self._world.followers[change.openid] = Follower(change.openid, change.subscribed, change.create_time, early)
            return True

    def note(self, openid: str, subscribed: bool, at: datetime) -> Follower:
        with self._world.call("followers.note"):
            return self._world.followers.setdefault(openid, Follower(openid, subscribed, None))


class FakeParticipants:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def participation(self, openid: str) -> Participation:
        with self._world.call("participants.participation"):
            return self._participation(openid)

    def claims(self, openid: str) -> tuple[Claim, ...]:
        with self._world.call("participants.claims"):
            return self._participation(openid).claims

    def standing(self, openid: str, attempt_id: str) -> Standing:
        with self._world.call("participants.standing"):
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

    def commit_claim(self, claim: Claim) -> Verdict:
        try:
            with self._world.call("participants.commit_claim"):
                if not self._may_claim(claim):
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

    def set_hold(self, openid: str, on_hold: bool) -> None:
        with self._world.call("participants.set_hold"):
            self._state.people[openid] = replace(self._me(openid), on_hold=on_hold)

    def _participation(self, openid: str) -> Participation:
        passes = sorted(attempt_id for owner, attempt_id in self._state.passes if owner == openid)
        mine = [claim for key, claim in sorted(self._state.claims.items()) if key[0] == openid]
        return Participation(self._me(openid), tuple(passes), tuple(sorted(mine, key=lambda c: c.claimed_at)))

    def _me(self, openid: str) -> Me:
        return self._state.people.get(openid) or Me()

    def _follows(self, openid: str) -> bool:
        follower = self._world.followers.get(openid)
        return follower is not None and follower.subscribed

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
        has_chance = me.attempts > 0 and me.chances.spent < me.chances.granted and not me.on_hold
        return has_chance and self._follows(openid) and key in self._state.passes and key not in self._state.claims

    def _take(self, claim: Claim) -> None:
        key, me = (claim.openid, claim.attempt_id), self._me(claim.openid)
        del self._state.pool[claim.packet.plan_id][claim.packet.number]
        self._state.passes.remove(key)
        spent = Chances(me.chances.granted, me.chances.spent + 1)
        self._state.people[claim.openid] = replace(me, chances=spent)
        put_claim(self._state, claim)


class FakePayouts:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def find(self, ref: ClaimRef) -> Claim | None:
        with self._world.call("payouts.find"):
            return self._state.claims.get((ref.openid, ref.attempt_id))

    def replace(self, before: Claim, after: Claim) -> Claim | None:
        with self._world.call("payouts.replace"):
            stored = self._state.claims.get((after.openid, after.attempt_id))
            if stored is None or stored.revision != before.revision:
                return None
            written = replace(after, revision=before.revision + 1)
            put_claim(self._state, written)
            return written

    def due(self, now: datetime, limit: int) -> Sequence[ClaimRef]:
        with self._world.call("payouts.due"):
            come = sorted((at, key) for key, at in self._state.due.items() if at <= now)
            return [ClaimRef(*key) for _, key in come[:limit]]


def put_claim(state: ContestState, claim: Claim) -> None:
    """Writes the claim and its place in the index."""
    key, due_at = (claim.openid, claim.attempt_id), claim.due_at and cut(claim.due_at)
    state.claims[key] = replace(claim, claimed_at=cut(claim.claimed_at), due_at=due_at)
    if due_at:
        state.due[key] = due_at
    else:
        state.due.pop(key, None)
