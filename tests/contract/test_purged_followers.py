"""PersonalData: the purge of the follower registry, which contests share."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.store import purge_followers
from chalicelib.domain.participation import FOLLOWED_BEFORE, FollowChange
from chalicelib.domain.purge import FollowerPurge, digest_with
from chalicelib.ports import LogEntry, Ports
from tests.contract import setup_steps
from tests.contract.conftest import DynamoEngine, Engine
from tests.support import examples
from tests.support.examples import NOON
from tests.support.ports import FakePorts
from tests.support.referrals import FakeReferrals

ENTRY = LogEntry(NOON, "wang", "purge")
LATER = NOON + timedelta(days=200)
digest = digest_with("ab" * 32)


def remove(before: datetime = LATER, former: bool = False) -> FollowerPurge:
    return FollowerPurge(before, True, digest if former else None)


@pytest.mark.parametrize("former", [False, True])
def test_followers_are_removed_and_those_who_followed_are_kept_by_digest_if_wished(
    ports: Ports, openid: str, former: bool
) -> None:
    setup_steps.follow(ports, f"{openid}1")
    setup_steps.unfollow(ports, f"{openid}1")
    ports.baseline.import_openids([f"{openid}2"])
    ports.followers.record_sharer(f"{openid}3", f"{openid}1", "c", NOON, None)
    assert ports.personal_data.purge_followers(remove(former=former)) >= 3
    assert ports.personal_data.purge_followers(remove(former=former)) == 0
    for number, followed in ((1, True), (2, True), (3, False)):
        assert ports.followers.find_follower(f"{openid}{number}") is None
        kept = ports.followers.find_follower(digest(f"{openid}{number}"))
        assert (kept is not None) is (former and followed)
        assert kept is None or (kept.first_follow_at, kept.subscribed, kept.known) == (FOLLOWED_BEFORE, False, False)


def test_who_came_after_the_purge_began_stays(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, f"{openid}1", create_time=int(LATER.timestamp()))
    ports.followers.record_sharer(f"{openid}2", f"{openid}1", "c", LATER, None)
    setup_steps.follow(ports, f"{openid}3")
    ports.personal_data.purge_followers(remove(LATER))
    left = [ports.followers.find_follower(f"{openid}{number}") is not None for number in (1, 2, 3)]
    assert left == [True, True, False]


def test_another_contest_s_referrals_stay(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    elsewhere = engine.ports(contest_id + "-2")
    setup_steps.bring(ports, f"{openid}1", contest_id)
    setup_steps.bring(elsewhere, f"{openid}2", contest_id + "-2")
    ports.personal_data.purge_followers(remove())
    assert list(ports.ledger.counted_friends()) == []
    assert [friend.openid for friend in elsewhere.ledger.counted_friends()] == [f"{openid}2"]


def test_while_another_contest_needs_followers_only_referrals_go(ports: Ports, openid: str, contest_id: str) -> None:
    setup_steps.bring(ports, f"{openid}1", contest_id)
    setup_steps.follow(ports, f"{openid}2")
    before = ports.followers.find_follower(f"{openid}2")
    how = FollowerPurge(LATER, remove=False)
    assert ports.personal_data.purge_followers(how) == 1
    assert ports.personal_data.purge_followers(how) == 0
    friend = ports.followers.find_follower(f"{openid}1")
    assert friend
    assert (friend.subscribed, friend.invited_by, friend.referral_to, friend.first_follow_at) == (True, "", "", 1000)
    assert list(ports.ledger.counted_friends()) == []
    assert ports.followers.find_follower(f"{openid}2") == before


def test_a_friend_who_acts_after_the_purge_began_stays_without_the_referral(
    ports: Ports, openid: str, contest_id: str
) -> None:
    setup_steps.bring(ports, openid, contest_id)
    unfollow = FollowChange(openid, False, int(LATER.timestamp()), LATER, False)
    assert ports.followers.record_change(unfollow)
    assert ports.personal_data.purge_followers(remove(LATER)) >= 1
    assert ports.personal_data.purge_followers(remove(LATER)) == 0
    friend = ports.followers.find_follower(openid)
    assert friend
    assert (friend.subscribed, friend.invited_by, friend.referral_to, friend.first_follow_at) == (False, "", "", 1000)
    assert list(ports.ledger.counted_friends()) == []


def test_a_link_of_another_contest_opened_meanwhile_stays(
    local: DynamoEngine, openid: str, contest_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports, purge = local.ports(contest_id), purge_followers._purge
    setup_steps.follow(ports, f"{openid}-sharer")
    ports.followers.record_sharer(openid, f"{openid}-sharer", contest_id, NOON, None)

    def opened(*found: Any) -> bool:
        known = ports.followers.find_follower(openid)
        ports.followers.record_sharer(openid, f"{openid}-sharer", f"{contest_id}-2", NOON, known)
        return purge(*found)

    monkeypatch.setattr(purge_followers, "_purge", opened)
    assert ports.personal_data.purge_followers(FollowerPurge(LATER, remove=False)) == 1
    friend = ports.followers.find_follower(openid)
    assert friend
    assert (friend.invited_by, friend.invited_in) == (f"{openid}-sharer", f"{contest_id}-2")


def test_contests_that_have_begun_and_are_not_closed_are_named(engine: Engine, ports: Ports, contest_id: str) -> None:
    named, imported, closed = (engine.ports(f"{contest_id}-{n}") for n in (1, 2, 3))
    engine.name_plan(contest_id, "plan")
    engine.name_plan(f"{contest_id}-1", "plan")
    imported.baseline.move_import("o9")
    engine.name_plan(f"{contest_id}-3", "plan")
    closed.control.mark_closed(NOON)
    engine.name_plan(f"{contest_id}-4", "plan")
    engine.ports(f"{contest_id}-4").personal_data.begin_purge("aa", NOON, ENTRY)
    found = [name for name in ports.personal_data.unfinished_contests() if name.startswith(contest_id)]
    assert found == [f"{contest_id}-1", f"{contest_id}-2"]
    assert contest_id in named.personal_data.unfinished_contests()


def test_a_friend_whose_record_was_purged_brings_nobody_a_chance(ports: Ports, openid: str, contest_id: str) -> None:
    keep_former(ports, contest_id)
    key = ports.personal_data.former_key("cd" * 32)
    assert key == ports.personal_data.former_key("ef" * 32) == ports.personal_data.former_key()
    setup_steps.follow(ports, openid)
    ports.personal_data.purge_followers(FollowerPurge(LATER, True, digest_with(key)))
    with pytest.raises(AssertionError):
        setup_steps.bring(ports, openid, contest_id)
    held = ports.followers.find_follower(openid)
    assert held
    assert (held.subscribed, held.referral_to) == (True, "")
    setup_steps.bring(ports, f"{openid}-new", contest_id)


def keep_former(ports: Ports, contest_id: str) -> None:
    """A purge with `former = "digest"` in the contest file."""
    contest = examples.contest(contest_id)
    if isinstance(ports, FakePorts):
        assert isinstance(ports.referrals, FakeReferrals)
        ports.referrals = FakeReferrals(ports.referrals._world, contest_id, keeps_former=True)
    else:
        ports.contest = replace(contest, privacy=replace(contest.privacy, former="digest"))  # type: ignore[attr-defined]
