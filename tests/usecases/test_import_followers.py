"""The baseline import: before opening, page by page, continued where it stopped (R9)."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.conversation import Kind
from chalicelib.domain.errors import ImportRefused, TryAgain
from chalicelib.domain.participation import FOLLOWED_BEFORE
from tests.support.bench import Bench
from tests.support.examples import CLOSES, NOON, OPENS
from tests.support.killed import Killed
from tests.support.wechat import Call
from tests.support.world import Trouble

EVERYBODY = [f"o{number:02d}" for number in range(8)]


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.clock.now = OPENS - timedelta(days=1)
    made.wechat.page = 3
    made.wechat.follow(*EVERYBODY)
    return made


def run(bench: Bench, again: bool = False) -> int:
    return bench.app.follower_import.import_followers(lambda count: None, "wang", again)


def imported(bench: Bench) -> list[str]:
    return sorted(who for who, held in bench.world.followers.items() if held.first_follow_at == FOLLOWED_BEFORE)


def test_everybody_is_imported_and_its_progress_told(bench: Bench) -> None:
    counts: list[int] = []
    assert bench.app.follower_import.import_followers(counts.append, "wang") == 8
    assert counts == [3, 6, 8]
    assert imported(bench) == EVERYBODY
    assert all(held.subscribed for held in bench.world.followers.values())


def test_who_was_imported_brings_nobody_a_chance(bench: Bench) -> None:
    run(bench)
    bench.clock.now = NOON
    bench.leaves("o03")
    bench.clock.advance(seconds=5)
    bench.brought("o03", "sharer")
    assert bench.ports.participants.read_participation("sharer").me.chances.granted == 1


@pytest.mark.parametrize("calls", range(10))
def test_a_run_after_a_crash_goes_on_where_the_last_one_was(bench: Bench, calls: int) -> None:
    bench.world.will_die(calls)
    with pytest.raises(Killed):
        run(bench)
    bench.world.will_die(None)
    done = bench.state.import_position
    before = bench.wechat.asked.count(Call.FOLLOWERS)
    run(bench)
    assert imported(bench) == EVERYBODY
    left = len(EVERYBODY) - (EVERYBODY.index(done) + 1 if done else 0)
    assert bench.wechat.asked.count(Call.FOLLOWERS) - before == -(-left // 3) + 1


@pytest.mark.parametrize("trouble", Trouble)
@pytest.mark.parametrize("call", ["baseline.import_openids", "baseline.move_import", f"wechat.{Call.FOLLOWERS}"])
def test_a_failure_is_told_and_a_later_run_completes_it(bench: Bench, call: str, trouble: Trouble) -> None:
    bench.world.will_fail(call, trouble)
    with pytest.raises(TryAgain):
        run(bench)
    run(bench)
    assert imported(bench) == EVERYBODY


def test_a_second_run_takes_what_is_new_alone(bench: Bench) -> None:
    run(bench)
    bench.wechat.follow("o90", "o91")
    bench.world.calls.clear()
    assert run(bench) == 2
    assert bench.world.calls["baseline.import_openids"] == 1
    assert imported(bench) == [*EVERYBODY, "o90", "o91"]
    assert run(bench) == 0


def test_again_takes_everybody_once_more(bench: Bench) -> None:
    run(bench)
    before = imported(bench)
    assert run(bench, again=True) == 8
    assert imported(bench) == before


def test_what_events_tell_meanwhile_stays(bench: Bench) -> None:
    bench.receive(Kind.UNFOLLOW, "o01")
    bench.receive(Kind.FOLLOW, "o02")
    run(bench)
    assert not bench.world.followers["o01"].subscribed
    early = bench.world.followers["o02"]
    assert (early.early, early.first_follow_at) == (True, int(bench.clock.now.timestamp()))


def test_one_page_costs_one_call_of_the_day_s_quota(bench: Bench) -> None:
    bench.wechat.page = 10_000
    run(bench)
    assert bench.wechat.asked.count(Call.FOLLOWERS) == 2


@pytest.mark.parametrize("moment", [OPENS, NOON, CLOSES])
def test_once_the_contest_is_open_nothing_is_imported(bench: Bench, moment: datetime) -> None:
    """People who came through a share link would be recorded as former followers."""
    bench.clock.now = moment
    for again in (False, True):
        with pytest.raises(ImportRefused, match="already_open"):
            run(bench, again)
    assert bench.wechat.asked.count(Call.FOLLOWERS) == 0


def test_a_run_that_is_overtaken_by_the_opening_takes_no_further_page(bench: Bench) -> None:
    """The list may then contain people who came through a share link a moment ago."""

    def opens(count: int) -> None:
        bench.clock.now = OPENS

    with pytest.raises(ImportRefused, match="already_open"):
        bench.app.follower_import.import_followers(opens, "wang")
    assert imported(bench) == EVERYBODY[:3]


def test_an_account_without_followers_is_done_at_once(bench: Bench) -> None:
    bench.wechat.unfollow(*EVERYBODY)
    assert run(bench) == 0
