"""All data stored about people, in memory: exported, erased and purged."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.errors import OperatorRefused
from chalicelib.domain.operator_log import person_digest
from chalicelib.domain.participation import FOLLOWED_BEFORE, Follower
from chalicelib.domain.purge import (
    Digest,
    FollowerPurge,
    Purge,
    PurgeState,
    is_digest,
    order_without_person,
    without_person,
)
from chalicelib.ports import LogEntry, StoredRow
from tests.support.state import cut, put_claim, put_log
from tests.support.world import World


class FakePersonalData:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state, self._contest_id = world, world.contest(contest_id), contest_id

    def rows_of(self, openid: str) -> Iterable[StoredRow]:
        with self._world.call("personal_data.rows_of"):
            state, people = self._state, self._world.followers.values()
            about = {person_digest(self._contest_id, openid)}
            about |= {one.claim_id for one in state.claims.values() if one.openid == openid}
            return [
                *(("followers", {"openid": openid}) for one in people if one.openid == openid),
                *(row for who, row in self._rows() if who == openid),
                *(("control", {"name": name}) for name, one in state.earlier_smoke.items() if one.openid == openid),
                *(
                    ("followers", {"invited_by": openid})
                    for one in people
                    if openid in (one.invited_by, one.referral_to)
                ),
                *(
                    ("office" if entry.at_desk else "books", {"what": entry.what, "about": entry.about})
                    for entry in state.log
                    if entry.about in about
                ),
            ]

    def all_rows(self) -> Iterable[StoredRow]:
        with self._world.call("personal_data.all_rows"):
            return [
                *(row for _, row in self._rows()),
                *(("followers", {"openid": one}) for one in self._world.followers),
                *(("control", {"name": name}) for name in self._state.earlier_smoke),
            ]

    def erase_answers(self, openid: str, entry: LogEntry) -> bool:
        with self._world.call("personal_data.erase_answers"):
            state, me = self._state, self._state.people.get(openid)
            attempts = {key: one for key, one in state.attempts.items() if key[0] == openid and one.answers}
            if me is None or not (attempts or me.unit or me.best_score):
                return False
            state.attempts |= {key: replace(one, answers=()) for key, one in attempts.items()}
            state.people[openid] = replace(me, unit=None, best_score=0)
            put_log(state, entry)
            return True

    def begin_purge(self, key: str, at: datetime, entry: LogEntry) -> Purge:
        with self._world.call("personal_data.begin_purge"):
            if self._state.purge is None:
                self._state.purge = Purge(key, cut(at))
                self._state.switches = replace(self._state.switches, purge=PurgeState.BEGUN)
                put_log(self._state, entry)
            return self._state.purge

    def purge_claims(self, digest: Digest) -> int:
        with self._world.call("personal_data.purge_claims"):
            state = self._state
            found = [(key, claim) for key, claim in state.claims.items() if not is_digest(claim.openid)]
            if not all(claim.is_final for claim in (*(one for _, one in found), *state.earlier_smoke.values())):
                raise OperatorRefused("payout_not_final")
            for key, claim in found:
                del state.claims[key]
                put_claim(state, without_person(claim, digest))
            earlier = {k: c for k, c in state.earlier_smoke.items() if not is_digest(c.openid)}
            state.earlier_smoke |= {
                name: replace(one, order=order_without_person(one.order, digest)) for name, one in earlier.items()
            }
            return len(found) + len(earlier)

    def purge_people(self) -> int:
        with self._world.call("personal_data.purge_people"):
            state = self._state
            found = len(state.people) + len(state.attempts) + len(state.passes) + len(state.code_urls)
            state.people, state.attempts, state.passes, state.code_urls = {}, {}, set(), {}
            return found

    def purge_followers(self, how: FollowerPurge) -> int:
        with self._world.call("personal_data.purge_followers"):
            found = [one for one in self._world.followers.values() if self._is_meant(one, how)]
            for one in found:
                del self._world.followers[one.openid]
                if not how.remove or self._came_after(one, how):
                    stripped = replace(one, invited_by="", invited_in="", invited_at=None, referral_to="", settled=None)
                    self._world.followers[one.openid] = stripped
                elif how.former and one.has_followed:
                    digest = how.former(one.openid)
                    self._world.followers[digest] = Follower(
                        digest, False, first_follow_at=FOLLOWED_BEFORE, known=False
                    )
                self._state.friends.discard(one.openid)
            return len(found)

    def end_purge(self, entry: LogEntry) -> None:
        with self._world.call("personal_data.end_purge"):
            if self._state.purge and self._state.purge.key:
                self._state.purge = replace(self._state.purge, key="")
                self._state.switches = replace(self._state.switches, purge=PurgeState.DONE)
                put_log(self._state, entry)

    def unfinished_contests(self) -> list[str]:
        with self._world.call("personal_data.unfinished_contests"):
            others = {name: one for name, one in self._world.contests.items() if name != self._contest_id}
            begun = (name for name, one in others.items() if one.switches.plan_id or one.import_position)
            return sorted(name for name in begun if not (others[name].switches.closed_at or others[name].purge))

    def former_key(self, fresh: str = "") -> str:
        with self._world.call("personal_data.former_key"):
            self._world.former_key = self._world.former_key or fresh
            return self._world.former_key

    def _rows(self) -> Iterator[tuple[str, StoredRow]]:
        """Yields each row with its person."""
        state = self._state
        for openid in {**state.people, **state.code_urls}:
            yield openid, self._row(openid, "me")
        for kind, keys in (("attempt", state.attempts), ("pass", state.passes)):
            for openid, attempt_id in sorted(keys):
                yield openid, self._row(openid, f"{kind}#{attempt_id}")
        for (who, attempt_id), claim in state.claims.items():
            yield claim.openid, self._row(who, f"claim#{attempt_id}")

    def _row(self, who: str, what: str) -> StoredRow:
        return "participants", {"who": f"{self._contest_id}#{who}", "what": what}

    def _is_meant(self, one: Follower, how: FollowerPurge) -> bool:
        others = (state.friends for name, state in self._world.contests.items() if name != self._contest_id)
        if is_digest(one.openid) or any(one.openid in friends for friends in others):
            return False
        concerns = one.openid in self._state.friends or one.invited_in == self._contest_id
        return concerns or (how.remove and not self._came_after(one, how))

    def _came_after(self, one: Follower, how: FollowerPurge) -> bool:
        seconds = (one.event_at, one.looked_up_at, one.asked_at, one.invited_at)
        came = max(second or 0 for second in seconds) >= how.before.timestamp()
        return came or (one.first_seen_at is not None and one.first_seen_at >= how.before)
