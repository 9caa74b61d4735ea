"""The sweep counts a bounded number of people in each run, and shows only complete counts."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import TryAgain
from chalicelib.usecases import count_people
from chalicelib.usecases.count_people import COUNTED_AFTER, SECONDS, PeopleCount
from tests.support.bench import Bench
from tests.support.clock import Stopwatch
from tests.support.examples import CLOSES, MINUTE
from tests.support.killed import Killed
from tests.support.people import SHARDS
from tests.support.world import Trouble

UNITS = ["区法院", "团区委", "区法院", ""]


@pytest.fixture
def crowd(bench: Bench) -> Bench:
    """Four people, two in each shard; `count` counts one shard in a run."""
    assert SHARDS == 2
    for number, unit in enumerate(UNITS, start=2):
        join(bench, f"o{number}", unit)
    return bench


def join(bench: Bench, openid: str, unit: str) -> None:
    bench.passed(openid)
    if unit:
        bench.app.profiles.choose_unit(openid, unit)


def count(bench: Bench, seconds: float = SECONDS) -> int | None:
    """A run in which each look at the clock takes so long."""
    p = bench.ports
    counting = PeopleCount(bench.contest.window, p.participants, p.control, Stopwatch(tick=seconds))
    return counting.count_some(bench.clock.now)


def shown(bench: Bench) -> tuple[dict[str, int], datetime | None]:
    return bench.ports.control.dated_counts()


def test_a_crowd_that_fits_is_counted_in_each_run(crowd: Bench) -> None:
    assert [count(crowd, seconds=0), count(crowd, seconds=0)] == [4, 4]
    assert shown(crowd) == ({"区法院": 2, "团区委": 1, "": 1}, crowd.clock.now)
    assert crowd.world.calls["control.keep_unfinished"] == 0


def test_a_larger_one_takes_several_and_shows_when_it_was_begun(crowd: Bench) -> None:
    begun_at = crowd.clock.now
    assert count(crowd) is None
    assert shown(crowd) == ({}, None)
    crowd.clock.advance(seconds=60)
    assert count(crowd) == 4
    assert shown(crowd) == ({"区法院": 2, "团区委": 1, "": 1}, begun_at)
    assert crowd.world.calls["participants.count_shard"] == 2


def test_a_run_also_ends_after_so_many_people(crowd: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count_people, "PEOPLE", 1)
    assert [count(crowd, seconds=0) for _ in range(4)] == [None, 4, None, 4]


def test_the_last_count_stays_until_the_next_is_complete(crowd: Bench) -> None:
    """Also one of a version that stored no time and counted all at once."""
    crowd.state.counts = {"区法院": 3}
    assert count(crowd) is None
    assert shown(crowd) == ({"区法院": 3}, None)
    count(crowd)
    assert shown(crowd)[0]["团区委"] == 1


def test_after_a_shard_that_could_not_be_read_the_next_run_goes_on(crowd: Bench) -> None:
    count(crowd)
    crowd.world.will_fail("participants.count_shard", Trouble.BUSY)
    with pytest.raises(TryAgain):
        count(crowd)
    assert count(crowd) == 4


@pytest.mark.parametrize("seconds", [0.0, SECONDS])
def test_a_run_may_be_killed_at_any_call(crowd: Bench, seconds: float) -> None:
    for calls in range(8):
        crowd.world.will_die(calls)
        try:
            count(crowd, seconds)
        except Killed:
            crowd.world.will_die(None)
            assert sum(shown(crowd)[0].values()) in (0, 4)
        crowd.world.will_die(None)
        crowd.clock.advance(seconds=60)
    assert 4 in (count(crowd, seconds), count(crowd, seconds))


def test_of_two_runs_at_once_the_slower_takes_nothing_back(crowd: Bench) -> None:
    """The first began earlier, and comes to its end after the second."""
    p, second = crowd.ports, []

    class Slow(type(p.participants)):  # type: ignore[misc]
        def count_shard(self, shard: int) -> dict[str, int]:
            found: dict[str, int] = super().count_shard(shard)
            if shard == SHARDS - 1:
                crowd.clock.advance(seconds=60)
                join(crowd, "late", "区法院")
                second.append(count(crowd, seconds=0))
            return found

    slow = Slow(crowd.world, crowd.contest.id)
    assert PeopleCount(crowd.contest.window, slow, p.control, Stopwatch()).count_some(crowd.clock.now) == 4
    assert (second, sum(shown(crowd)[0].values())) == ([5], 5)


@pytest.mark.parametrize("continued", [CLOSES + COUNTED_AFTER - MINUTE, CLOSES + COUNTED_AFTER])
@pytest.mark.parametrize("begun", [CLOSES - MINUTE, CLOSES + MINUTE])
def test_the_last_count_has_everybody(crowd: Bench, begun: datetime, continued: datetime) -> None:
    """However long a count takes: whoever joined a unit meanwhile is in the one that stays."""
    join(crowd, "late", "")
    crowd.clock.now = begun
    count(crowd)
    crowd.state.people = {who: replace(me, unit=me.unit or "洪泽法院") for who, me in crowd.state.people.items()}
    crowd.clock.now = continued
    for _ in range(6):
        count(crowd)
        crowd.clock.advance(minutes=1)
    counts, counted_at = shown(crowd)
    assert (counts, crowd.state.unfinished_count) == ({"区法院": 2, "团区委": 1, "洪泽法院": 2}, None)
    assert counted_at is not None
    assert counted_at > CLOSES + timedelta(minutes=10)
    read = crowd.world.calls["participants.count_shard"]
    assert (count(crowd), crowd.world.calls["participants.count_shard"]) == (None, read)
