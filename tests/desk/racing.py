"""People who answer, claim, choose units, move, leave and come back, also between two pages of a scan."""

from collections.abc import Iterator
from contextlib import suppress
from random import Random

from chalicelib.domain.desk.day_figures import FollowerCounts
from chalicelib.domain.desk.day_tally import Seen
from chalicelib.domain.errors import ContestError
from chalicelib.ports import DayScan
from chalicelib.usecases.desk.count_days import DayCounting
from tests.support.bench import Bench
from tests.support.examples import act

PEOPLE = 12
UNITS = ("区法院", "区民政局", "区财政局")


class Crowd:
    def __init__(self, bench: Bench, rng: Random) -> None:
        self._bench, self._rng = bench, rng

    def act(self) -> None:
        """One person does one thing. Many of these are refused."""
        who = f"o{self._rng.randrange(PEOPLE):02d}"
        does = self._rng.choice((self._answer, self._answer, self._claim, self._choose, self._move, self._leave))
        with suppress(ContestError):
            does(who)

    def _answer(self, who: str) -> None:
        self._bench.follow(who)
        self._bench.submit(who, self._bench.drawn(who), right=self._rng.randrange(3, 8))

    def _claim(self, who: str) -> None:
        self._bench.claimed(who)

    def _choose(self, who: str) -> None:
        self._bench.ports.participants.set_unit(who, self._rng.choice(UNITS))

    def _move(self, who: str) -> None:
        me = self._bench.state.people.get(who)
        after = self._rng.choice(("", *UNITS))
        self._bench.ports.participants.move_unit(who, me.unit or "" if me else "", after, act())

    def _leave(self, who: str) -> None:
        friend = f"{who}-friend"
        if self._rng.random() < 0.5:
            self._bench.brought(friend, who)
        else:
            self._bench.leaves(self._rng.choice((friend, who)))
        self._bench.clock.advance(seconds=1)


class BusyScan:
    """A scan during which the crowd goes on."""

    def __init__(self, scan: DayScan, crowd: Crowd, rng: Random) -> None:
        self._scan, self._crowd, self._rng = scan, crowd, rng

    def scan_people(self) -> Iterator[Seen]:
        for seen in self._scan.scan_people():
            yield seen
            if self._rng.random() < 0.3:
                self._crowd.act()

    def count_followers(self) -> FollowerCounts:
        return self._scan.count_followers()


def counting(bench: Bench, scan: DayScan | None = None) -> DayCounting:
    ports = bench.ports
    return DayCounting(
        bench.contest,
        scan or ports.day_scan,
        ports.office,
        ports.control,
        bench.clock,
        bench.stopwatch,
    )
