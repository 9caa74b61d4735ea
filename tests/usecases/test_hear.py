"""What the account hears and answers (R3, R10, R11, R15)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.contest import UnknownText
from chalicelib.domain.conversation import QUIZ_KEY, TO_CUSTOMER_SERVICE, Heard, Kind
from chalicelib.domain.errors import TryAgain
from chalicelib.domain.participation import Follower
from tests.fakes import examples
from tests.fakes.bench import Bench
from tests.fakes.examples import CLOSES, NOON, OPENS
from tests.fakes.instance import LINK
from tests.fakes.world import Trouble

BEFORE = OPENS - timedelta(seconds=1)
ME = "o1"


def at(bench: Bench, kind: Kind, content: str = "", openid: str = ME) -> str | None:
    return bench.app.hear(Heard(kind, openid, int(bench.clock.now.timestamp()), content))


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_who_follows_before_the_opening_is_early_welcomed_and_told_when(bench: Bench) -> None:
    bench.clock.now = BEFORE
    reply = at(bench, Kind.FOLLOW)
    assert reply
    assert "7月8日00:00" in reply
    assert LINK not in reply
    assert "http" not in reply
    assert bench.ports.followers.find(ME) == Follower(ME, True, int(BEFORE.timestamp()), early=True)


def test_before_the_opening_nothing_gives_the_link_away(bench: Bench) -> None:
    bench.clock.now = BEFORE
    for text in ("答题", "开始答题", "quiz", "帮助", "help", "http", "链接"):
        assert "http" not in (at(bench, Kind.TEXT, text) or "")
    assert "http" not in (at(bench, Kind.CLICK, QUIZ_KEY) or "")


@pytest.mark.parametrize("moment", [OPENS, NOON, CLOSES - timedelta(seconds=1)])
def test_who_follows_in_the_window_gets_the_link_and_is_not_early(bench: Bench, moment: datetime) -> None:
    bench.clock.now = moment
    assert LINK in (at(bench, Kind.FOLLOW) or "")
    follower = bench.ports.followers.find(ME)
    assert follower
    assert (follower.subscribed, follower.early) == (True, False)


def test_who_follows_after_the_end_is_thanked(bench: Bench) -> None:
    bench.clock.now = CLOSES
    reply = at(bench, Kind.FOLLOW)
    assert reply
    assert "结束" in reply
    assert LINK not in reply


def test_who_leaves_is_recorded_in_silence(bench: Bench) -> None:
    at(bench, Kind.FOLLOW)
    bench.clock.advance(seconds=1)
    assert at(bench, Kind.UNFOLLOW) is None
    follower = bench.ports.followers.find(ME)
    assert follower
    assert not follower.subscribed


def test_somebody_unknown_who_leaves_early_is_no_early_follower(bench: Bench) -> None:
    bench.clock.now = BEFORE
    assert at(bench, Kind.UNFOLLOW) is None
    assert bench.ports.followers.find(ME) == Follower(ME, False, int(BEFORE.timestamp()), early=False)


@pytest.mark.parametrize("kind", [Kind.FOLLOW, Kind.UNFOLLOW])
def test_an_event_is_one_call_and_a_retry_gets_the_same_reply(bench: Bench, kind: Kind) -> None:
    reply = at(bench, kind)
    before = bench.world.snapshot()
    assert at(bench, kind) == reply
    assert bench.world.snapshot() == before
    assert bench.world.calls == {"followers.apply": 2}


def test_events_that_come_in_the_wrong_order_are_ordered_by_their_time(bench: Bench) -> None:
    now = int(NOON.timestamp())
    bench.app.hear(Heard(Kind.UNFOLLOW, ME, now + 1))
    assert bench.app.hear(Heard(Kind.FOLLOW, ME, now)) is not None
    assert bench.ports.followers.find(ME) == Follower(ME, False, now + 1)


PHASES = [(BEFORE, "quiz_announced"), (OPENS, "quiz_open"), (CLOSES, "quiz_closed")]


@pytest.mark.parametrize("phase", range(3))
@pytest.mark.parametrize("word", ["答题", " 答题 ", "开始答题", "QUIZ"])
def test_the_quiz_is_asked_for_in_each_phase(bench: Bench, phase: int, word: str) -> None:
    bench.clock.now, name = PHASES[phase]
    wording = getattr(bench.contest.replies, name)
    expected = wording.format(link=LINK, theme=bench.contest.theme, opens_at="7月8日00:00")
    assert at(bench, Kind.TEXT, word) == expected
    assert at(bench, Kind.CLICK, QUIZ_KEY) == expected


def test_in_a_pause_the_quiz_is_said_to_be_paused(bench: Bench) -> None:
    bench.pause()
    assert at(bench, Kind.TEXT, "答题") == bench.contest.replies.quiz_paused
    bench.clock.now = BEFORE
    assert at(bench, Kind.TEXT, "答题") != bench.contest.replies.quiz_paused


@pytest.mark.parametrize("unknown_text", UnknownText)
@pytest.mark.parametrize("moment", range(3))
def test_unknown_text_is_handled_as_configured(unknown_text: UnknownText, moment: int) -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, replies=replace(contest.replies, unknown_text=unknown_text)))
    bench.clock.now = PHASES[moment][0]
    expected = {
        UnknownText.SILENT: None,
        UnknownText.HELP: contest.replies.help,
        UnknownText.CUSTOMER_SERVICE: TO_CUSTOMER_SERVICE,
    }[unknown_text]
    assert at(bench, Kind.TEXT, "江苏某某有限公司") == expected
    assert at(bench, Kind.TEXT, "帮助") == contest.replies.help


@pytest.mark.parametrize("kind", [Kind.CLICK, Kind.OTHER])
def test_what_is_the_account_s_own_is_left_alone(bench: Bench, kind: Kind) -> None:
    assert at(bench, kind, "account:news") is None
    assert bench.world.writes() == 0


def test_a_silent_store_is_try_again_so_that_wechat_sends_it_once_more(bench: Bench) -> None:
    bench.world.will_fail("followers.apply", Trouble.BUSY)
    with pytest.raises(TryAgain):
        at(bench, Kind.FOLLOW)
    assert at(bench, Kind.FOLLOW)
