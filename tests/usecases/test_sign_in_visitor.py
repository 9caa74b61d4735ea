"""Signing in: the visitor whom the authorization named, whether they follow, and the sharer whose link they opened."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.domain.errors import SignInFailed, TryAgain
from chalicelib.domain.participation import FollowChange, Follower
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
    for sharer in ("o2", "o3"):
        bench.follow(sharer)


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


def test_whoever_is_known_to_follow_is_not_asked_about(bench: Bench) -> None:
    bench.follow("o1")
    before = bench.world.snapshot()
    assert bench.app.sign_ins.sign_in_visitor("code1") == "o1"
    assert bench.world.snapshot() == before
    assert asked(bench) == 0


def signs_in(bench: Bench, seconds: float = 0, sharer: str = "") -> bool:
    """Signs in after some seconds. Returns whether the visitor is then known to follow."""
    bench.clock.advance(seconds=seconds)
    bench.app.sign_ins.sign_in_visitor(bench.wechat.authorize("o1"), f"share-{sharer}" if sharer else "")
    follower = bench.ports.followers.find_follower("o1")
    return follower is not None and follower.subscribed


def test_a_follow_whose_event_was_lost_is_found_at_a_later_sign_in(bench: Bench) -> None:
    assert not signs_in(bench)
    bench.wechat.follow("o1")
    assert not signs_in(bench, 59)
    assert signs_in(bench, 1)
    assert asked(bench) == 2


def test_a_return_whose_event_was_lost_is_found(bench: Bench) -> None:
    bench.follow("o1")
    bench.unfollow("o1")
    assert not signs_in(bench, 1)
    bench.wechat.follow("o1")
    assert signs_in(bench, 60)


def test_whoever_left_is_not_said_to_follow(bench: Bench) -> None:
    bench.follow("o1")
    bench.unfollow("o1")
    for _ in range(3):
        assert not signs_in(bench, 60)
    assert asked(bench) == 3


def test_an_event_of_a_later_second_is_never_undone(bench: Bench) -> None:
    """They unfollow while WeChat's answer that they follow is on its way."""

    def leaves() -> None:
        bench.clock.advance(seconds=2)
        bench.unfollow("o1")

    bench.wechat.follow("o1")
    bench.wechat.meanwhile[Call.USER_INFO] = leaves
    assert not signs_in(bench)


def test_two_instances_ask_once(bench: Bench) -> None:
    """Both have read that WeChat was not asked yet."""
    other = bench.instance()
    bench.wechat.meanwhile[Call.USER_INFO] = lambda: other.sign_ins.sign_in_visitor(bench.wechat.authorize("o1"))
    signs_in(bench)
    assert asked(bench) == 1


def test_within_the_minute_nothing_is_written(bench: Bench) -> None:
    signs_in(bench)
    writes = bench.world.writes()
    signs_in(bench, 30)
    assert bench.world.writes() == writes


def test_what_a_lookup_shows_makes_no_referral(bench: Bench) -> None:
    assert not signs_in(bench, sharer="o2")
    bench.wechat.follow("o1")
    assert signs_in(bench, 60, sharer="o2")
    assert bench.ports.participants.read_participation("o2").me.chances.granted == 1


def test_the_late_event_of_a_follow_after_the_link_still_brings_a_chance(bench: Bench) -> None:
    """A lookup at a second sign-in must not cost the sharer what the event would have brought."""
    assert not signs_in(bench, sharer="o2")
    bench.clock.advance(seconds=20)
    followed = FollowChange("o1", True, int(bench.clock.now.timestamp()), bench.clock.now, early=False)
    bench.wechat.follow("o1")
    assert signs_in(bench, 60)
    bench.app.conversation.answer_message(IncomingMessage(Kind.FOLLOW, "o1", followed.create_time))
    assert bench.ports.participants.read_participation("o2").me.chances.granted == 2


@pytest.mark.parametrize(
    ("moment", "counts"),
    [(OPENS - timedelta(seconds=1), False), (OPENS, True), (CLOSES - timedelta(seconds=1), True), (CLOSES, False)],
)
def test_a_link_counts_in_the_window_only(bench: Bench, moment: datetime, counts: bool) -> None:
    bench.clock.now = moment
    signs_in(bench, sharer="o2")
    assert invited_by(bench) == ("o2" if counts else "")


def test_a_sharer_who_never_followed_is_not_recorded(bench: Bench) -> None:
    signs_in(bench, sharer="nobody")
    assert invited_by(bench) == ""
    signs_in(bench, sharer="o2")
    assert invited_by(bench) == "o2"


@pytest.mark.parametrize(
    ("seen", "wins"), [(OPENS, "o3"), (CLOSES - timedelta(seconds=1), "o3"), (OPENS - timedelta(days=9), "o2")]
)
def test_a_record_without_a_contest_counts_if_they_were_first_seen_in_the_window(
    bench: Bench, seen: datetime, wins: str
) -> None:
    """The record is in the form of earlier versions."""
    bench.world.followers["o1"] = Follower("o1", False, invited_by="o3", known=False, first_seen_at=seen)
    signs_in(bench, sharer="o2")
    assert invited_by(bench) == wins
    bench.brought("o1", "")
    assert bench.ports.participants.read_participation(wins).me.chances.granted == 2


@pytest.mark.parametrize("by_code", [True, False])
def test_a_link_to_another_contest_counts_for_nothing(bench: Bench, by_code: bool) -> None:
    """They opened it last year and never followed."""
    last_year = Follower("o1", False, invited_by="o3", invited_in="last-year", known=False, first_seen_at=NOON)
    bench.world.followers["o1"] = last_year
    if not by_code:
        signs_in(bench, sharer="o2")
        bench.clock.advance(seconds=1)
    bench.receive(Kind.FOLLOW, "o1", scene="share-o2" if by_code else "")
    granted = [bench.ports.participants.read_participation(sharer).me.chances.granted for sharer in ("o2", "o3")]
    assert granted == [2, 1]


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
    assert "virtual-openid" not in bench.world.followers


def test_while_user_info_is_silent_they_are_signed_in_and_asked_about_later(bench: Bench) -> None:
    bench.wechat.follow("o1")
    bench.wechat.silent.add(Call.USER_INFO)
    assert bench.app.sign_ins.sign_in_visitor("code1") == "o1"
    assert bench.ports.followers.find_follower("o1") == Follower("o1", False, known=False)
    bench.wechat.silent.clear()
    bench.clock.advance(minutes=1)
    assert bench.app.sign_ins.sign_in_visitor("code2") == "o1"
    assert bench.ports.followers.find_follower("o1") == Follower("o1", True, seen_following_at=SECOND + 60)


def test_they_are_seen_following_at_the_moment_before_wechat_was_asked(bench: Bench) -> None:
    """They may have followed, left and returned before WeChat answered."""
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
    bench.clock.advance(minutes=1)
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


def test_an_unfollow_that_comes_after_wechat_s_answer_holds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It happened in the second in which WeChat was asked, and the answer is written afterwards."""
    bench.wechat.follow("o1")
    answer = bench.wechat.is_following

    def left_after_the_answer(openid: str) -> bool:
        following = answer(openid)
        bench.leaves(openid)
        return following

    monkeypatch.setattr(bench.wechat, "is_following", left_after_the_answer)
    bench.app.sign_ins.sign_in_visitor("code1")
    follower = bench.ports.followers.find_follower("o1")
    assert follower
    assert not follower.subscribed


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
