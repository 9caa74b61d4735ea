"""The desk's scan in memory. It reads a few rows a call, so that others may write in between, as on DynamoDB."""

from collections.abc import Iterator
from heapq import nsmallest

from chalicelib.domain.claim import SMOKE
from chalicelib.domain.desk.day_figures import FollowerCounts
from chalicelib.domain.desk.day_tally import AttemptSeen, ClaimSeen, Seen, UnitSeen
from chalicelib.domain.participation import Settled
from tests.support.world import World

PAGE = 5
"""Rows; so few that a person's rows come in several pages."""


class FakeDayScan:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def scan_people(self) -> Iterator[Seen]:
        last = ("", "")
        while True:
            with self._world.call("day_scan.scan_people"):
                page = nsmallest(PAGE, (key for key in self._keys() if key > last))
                found = [self._row(*key) for key in page]
            yield from found
            if not page:
                return
            last = page[-1]

    def count_followers(self) -> FollowerCounts:
        with self._world.call("day_scan.count_followers"):
            friends = [self._world.followers[openid] for openid in self._state.friends]
            return FollowerCounts(
                followers=sum(one.subscribed for one in self._world.followers.values()),
                friends=len(friends),
                beyond=sum(one.settled is Settled.BEYOND for one in friends),
                taken=sum(one.settled is Settled.TAKEN for one in friends),
            )

    def _keys(self) -> Iterator[tuple[str, str]]:
        """Each row's person and sort key."""
        state = self._state
        yield from ((who, f"attempt#{name}") for who, name in state.attempts)
        yield from ((who, f"claim#{name}") for who, name in state.claims if who != SMOKE)
        yield from ((who, "me") for who, me in state.people.items() if me.unit)

    def _row(self, who: str, what: str) -> Seen:
        kind, _, name = what.partition("#")
        if kind == "attempt":
            one = self._state.attempts[who, name]
            answers = [(answer.question_id, answer.chosen, answer.correct) for answer in one.answers]
            return AttemptSeen(who, one.graded_at, one.passed, answers)
        if kind == "claim":
            claim = self._state.claims[who, name]
            return ClaimSeen(who, claim.claimed_at, claim.packet.amount_fen, claim.status.value)
        return UnitSeen(who, self._state.people[who].unit or "")
