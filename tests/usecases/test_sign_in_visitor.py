"""Signing in: whom the authorization named, whether they follow, and who sent them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.errors import SignInFailed, TryAgain
from chalicelib.domain.participation import Follower
from tests.support import examples
from tests.support.bench import Bench
from tests.support.examples import CLOSES, NOON, OPENS
from tests.support.wechat import Call
from tests.support.world import Trouble

SECOND = int(NOON.timestamp())


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    prepare(made)
    return made


def prepare(bench: Bench) -> None:
    for code in ("code1", "code2"):
        bench.wechat.authorize("o1", code=code)


def asked(bench: Bench) -> int:
    return bench.wechat.asked.count(Call.USER_INFO)


def invited_by(bench: Bench) -> str:
    follower = bench.ports.followers.find_follower("o1")
    return follower.invited_by if follower else ""


@pytest.mark.parametrize("following", [True, False])
def test_somebody_unknown_is_asked_about_once(bench: Bench, following: bool) -> None:
    if following:
        bench.wechat.follow("o1")
    assert [bench.app.sign_ins.sign_in_visitor("code1"), bench.app.sign_ins.sign_in_visitor("code2")] == ["o1", "o1"]
    assert asked(bench) == 1
    seen = SECOND if following else None
    assert bench.ports.followers.find_follower("o1") == Follower("o1", following, seen_following_at=seen)


@pytest.mark.parametrize("following", [True, False])
def test_whoever_is_known_from_an_event_is_not_asked_about(bench: Bench, following: bool) -> None:
    if not following:
        bench.wechat.follow("o1")
    (bench.follow if following else bench.unfollow)("o1")
    before = bench.world.snapshot()
    assert bench.app.sign_ins.sign_in_visitor("code1") == "o1"
    assert bench.world.snapshot() == before
    assert asked(bench) == 0


def test_an_unknown_code_fails(bench: Bench) -> None:
    with pytest.raises(SignInFailed) as caught:
        bench.app.sign_ins.sign_in_visitor("unknown")
    assert caught.value.code == "authorization_failed"


def test_a_used_code_fails(bench: Bench) -> None:
    bench.app.sign_ins.sign_in_visitor("code1")
    with pytest.raises(SignInFailed):
        bench.app.sign_ins.sign_in_visitor("code1")


def test_a_snapshot_user_gets_nothing(bench: Bench) -> None:
    bench.wechat.authorize("virtual-openid", snapshot=True, code="virtual")
    with pytest.raises(SignInFailed) as caught:
        bench.app.sign_ins.sign_in_visitor("virtual", "share-o2")
    assert caught.value.code == "snapshot"
    assert bench.world.followers == {}


def test_while_user_info_is_silent_they_are_signed_in_and_asked_about_later(bench: Bench) -> None:
    bench.wechat.follow("o1")
    bench.wechat.silent.add(Call.USER_INFO)
    assert bench.app.sign_ins.sign_in_visitor("code1") == "o1"
    assert bench.ports.followers.find_follower("o1") is None
    bench.wechat.silent.clear()
    assert bench.app.sign_ins.sign_in_visitor("code2") == "o1"
    assert bench.ports.followers.find_follower("o1") == Follower("o1", True, seen_following_at=SECOND)


def test_they_are_seen_following_at_the_moment_before_wechat_was_asked(bench: Bench) -> None:
    """They may have followed, left and come back while WeChat took its time to answer."""
    bench.wechat.follow("o1")
    bench.wechat.meanwhile[Call.USER_INFO] = lambda: bench.clock.advance(seconds=3)
    bench.app.sign_ins.sign_in_visitor("code1")
    assert bench.ports.followers.find_follower("o1") == Follower("o1", True, seen_following_at=SECOND)


@pytest.mark.parametrize("following", [True, False])
def test_who_came_by_a_link_while_user_info_was_silent_is_asked_about_later(bench: Bench, following: bool) -> None:
    if following:
        bench.wechat.follow("o1")
    bench.wechat.silent.add(Call.USER_INFO)
    assert bench.app.sign_ins.sign_in_visitor("code1", "share-o2") == "o1"
    assert invited_by(bench) == "o2"
    bench.wechat.silent.clear()
    assert bench.app.sign_ins.sign_in_visitor("code2") == "o1"
    follower = bench.ports.followers.find_follower("o1")
    assert follower
    assert (follower.subscribed, follower.invited_by) == (following, "o2")
    if following:
        bench.leaves("o1")
        bench.brought("o1", "o2")
        assert bench.ports.participants.read_participation("o2").me.chances.granted == 1


def test_an_event_that_comes_while_wechat_is_asked_is_not_overwritten(bench: Bench) -> None:
    bench.wechat.meanwhile[Call.USER_INFO] = lambda: bench.follow("o1")
    bench.app.sign_ins.sign_in_visitor("code1", "share-o2")
    follower = bench.ports.followers.find_follower("o1")
    assert follower
    assert (follower.subscribed, follower.invited_by) == (True, "")


def test_a_visitor_who_never_followed_has_the_first_sharer(bench: Bench) -> None:
    for code, sharer in (("code1", "o2"), ("code2", "o3")):
        bench.app.sign_ins.sign_in_visitor(code, f"share-{sharer}")
        assert invited_by(bench) == "o2"


def test_a_link_opened_after_a_plain_visit_counts(bench: Bench) -> None:
    bench.app.sign_ins.sign_in_visitor("code1")
    bench.app.sign_ins.sign_in_visitor("code2", "share-o2")
    assert invited_by(bench) == "o2"
    assert asked(bench) == 1


@pytest.mark.parametrize("code", ["", "share", "forged", "u.0123456789abcdef"])
def test_a_code_that_is_not_ours_names_nobody(bench: Bench, code: str) -> None:
    bench.app.sign_ins.sign_in_visitor("code1", code)
    assert invited_by(bench) == ""
    assert bench.world.calls["followers.record_sharer"] == 0


def test_one_s_own_link_names_nobody(bench: Bench) -> None:
    bench.app.sign_ins.sign_in_visitor("code1", "share-o1")
    assert invited_by(bench) == ""


@pytest.mark.parametrize("how", ["follows", "left", "noted", "imported", "first seen leaving"])
def test_who_ever_followed_has_no_sharer(bench: Bench, how: str) -> None:
    if how in ("follows", "left"):
        bench.follow("o1")
    if how in ("left", "first seen leaving"):
        bench.unfollow("o1")
    if how == "noted":
        bench.wechat.follow("o1")
    if how == "imported":
        bench.ports.baseline.import_openids(["o1"])
    bench.app.sign_ins.sign_in_visitor("code1", "share-o2")
    assert invited_by(bench) == ""


def test_under_the_policy_off_no_sharer_is_recorded() -> None:
    contest = examples.contest()
    bench = Bench(replace(contest, referral=replace(contest.referral, policy=ReferralPolicy.OFF)))
    prepare(bench)
    assert bench.app.sign_ins.sign_in_visitor("code1", "share-o2") == "o1"
    assert invited_by(bench) == ""


@pytest.mark.parametrize("moment", [OPENS - timedelta(days=1), NOON, CLOSES])
def test_a_visitor_signs_in_at_any_time(bench: Bench, moment: datetime) -> None:
    bench.clock.now = moment
    assert bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize("o1"), "share-o2") == "o1"


@pytest.mark.parametrize("call", ["followers.find_follower", "followers.record_lookup", "followers.record_sharer"])
def test_a_silent_store_is_try_again(bench: Bench, call: str) -> None:
    bench.world.will_fail(call, Trouble.BUSY)
    with pytest.raises(TryAgain):
        bench.app.sign_ins.sign_in_visitor("code1", "share-o2")
