"""A participant's share link and code: never before opening, and never under the policy `off` (R11, R14)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.errors import (
    ContestClosed,
    ContestError,
    ContestNotOpen,
    ContestPaused,
    NotFollowing,
    SharingOff,
    TryAgain,
)
from chalicelib.domain.participation import Chances
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import BASE_URL, CLOSES, NOON, OPENS
from tests.support.wechat import Call
from tests.support.world import Trouble

ME, HOUR = "o1", timedelta(hours=1)
GIVES: dict[str, Callable[[Bench], object]] = {
    "link": lambda bench: bench.app.sharing.share_link(ME),
    "code": lambda bench: bench.app.sharing.share_code_address(ME),
}


@pytest.fixture(params=sorted(GIVES))
def give(request: pytest.FixtureRequest) -> Callable[[Bench], object]:
    return GIVES[request.param]


def off() -> Bench:
    contest = examples.contest()
    return Bench(replace(contest, referral=replace(contest.referral, policy=ReferralPolicy.OFF)))


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.follow(ME)
    return bench


@pytest.mark.parametrize(
    "past", [lambda bench: None, lambda bench: bench.ports.followers.begin_lookup("o2", NOON, HOUR)]
)
def test_who_never_followed_shares_nothing(bench: Bench, past: Callable[[Bench], object]) -> None:
    past(bench)
    for give in (bench.app.sharing.share_link, bench.app.sharing.share_code_address):
        with pytest.raises(NotFollowing):
            give("o2")
    assert bench.wechat.scenes == []


def test_who_followed_once_may_share(bench: Bench) -> None:
    bench.unfollow(ME)
    assert bench.app.sharing.share_link(ME)


def test_a_link_names_its_sharer_without_showing_the_openid(bench: Bench) -> None:
    link = bench.app.sharing.share_link(ME)
    assert link == f"{BASE_URL}/s/{bench.share_codes.make_share_code(ME)}"


def test_through_link_and_code_a_friend_comes_to_the_sharer(bench: Bench) -> None:
    code = bench.app.sharing.share_link(ME).removeprefix(f"{BASE_URL}/s/")
    bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize("friend1"), code)
    bench.follow("x")
    bench.app.sharing.share_code_address(ME)
    ((scene, permanent),) = bench.wechat.scenes
    assert not permanent
    bench.brought("friend2", bench.share_codes.find_sharer(scene) or "")
    bench.brought("friend1", "")
    assert bench.ports.participants.read_participation(ME).me.chances == Chances(3, 0)


def test_a_code_is_made_once_a_participant(bench: Bench) -> None:
    url = bench.app.sharing.share_code_address(ME)
    assert [bench.app.sharing.share_code_address(ME), bench.instance().sharing.share_code_address(ME)] == [url, url]
    bench.follow("o2")
    assert bench.app.sharing.share_code_address("o2") != url
    assert len(bench.wechat.scenes) == 2


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (OPENS - timedelta(days=3), ContestNotOpen),
        (OPENS - timedelta(microseconds=1), ContestNotOpen),
        (OPENS, None),
        (CLOSES - timedelta(microseconds=1), None),
        (CLOSES, ContestClosed),
    ],
)
def test_they_are_given_out_in_the_window_alone(
    bench: Bench, give: Callable[[Bench], object], moment: datetime, refusal: type[ContestError] | None
) -> None:
    bench.clock.now = moment
    if refusal is None:
        assert give(bench)
        return
    with pytest.raises(refusal):
        give(bench)
    assert bench.wechat.scenes == []


def test_a_code_made_once_is_not_shown_outside_the_window_either(bench: Bench) -> None:
    bench.app.sharing.share_code_address(ME)
    for moment, refusal in ((OPENS - timedelta(days=1), ContestNotOpen), (CLOSES, ContestClosed)):
        bench.clock.now = moment
        with pytest.raises(refusal):
            bench.app.sharing.share_code_address(ME)


def test_in_a_pause_nothing_is_given_out(bench: Bench, give: Callable[[Bench], object]) -> None:
    bench.pause()
    with pytest.raises(ContestPaused):
        give(bench)


@pytest.mark.parametrize("moment", [OPENS - timedelta(days=1), NOON, CLOSES])
def test_under_the_policy_off_there_is_no_sharing(give: Callable[[Bench], object], moment: datetime) -> None:
    bench = off()
    bench.clock.now = moment
    with pytest.raises(SharingOff):
        give(bench)
    assert bench.wechat.scenes == []


def test_while_wechat_is_silent_there_is_no_code_yet(bench: Bench) -> None:
    bench.wechat.silent.add(Call.CODE)
    with pytest.raises(TryAgain):
        bench.app.sharing.share_code_address(ME)
    bench.wechat.silent.clear()
    assert bench.app.sharing.share_code_address(ME)


def test_a_code_whose_storing_was_not_answered_stays_the_one(bench: Bench) -> None:
    bench.world.will_fail("participants.set_code_url", Trouble.LOST)
    with pytest.raises(TryAgain):
        bench.app.sharing.share_code_address(ME)
    url = bench.app.sharing.share_code_address(ME)
    assert len(bench.wechat.scenes) == 1
    assert bench.ports.participants.code_url(ME) == url
