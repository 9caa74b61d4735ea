"""Referrals: a friend counts only once, while they follow; their unfollow is settled once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.participation import Chances, FollowChange, Follower, Settled
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON


@pytest.fixture
def sharer(openid: str) -> str:
    return f"{openid}-sharer"


@pytest.fixture
def friend(ports: Ports, openid: str, sharer: str) -> Follower:
    """A friend who has just followed through the code of the sharer; the sharer followed before."""
    setup_steps.follow(ports, sharer)
    after = ports.followers.record_change(FollowChange(openid, True, 100, NOON, early=False, invited_by=sharer))
    assert after
    return after


@pytest.fixture
def counted(ports: Ports, friend: Follower, sharer: str) -> Follower:
    assert ports.referrals.grant_chance(friend, sharer)
    return found(ports, friend)


def found(ports: Ports, friend: Follower) -> Follower:
    held = ports.followers.find_follower(friend.openid)
    assert held
    return held


def chances(ports: Ports, openid: str) -> Chances:
    held = ports.participants.read_participation(openid).me.chances
    assert ports.participants.read_standing(openid, "a1").me.chances == held
    return held


def event(ports: Ports, openid: str, subscribed: bool, create_time: int) -> Follower | None:
    return ports.followers.record_change(FollowChange(openid, subscribed, create_time, NOON, early=False))


def test_a_friend_brings_the_sharer_one_chance(ports: Ports, friend: Follower, sharer: str) -> None:
    assert ports.referrals.grant_chance(friend, sharer) is True
    assert chances(ports, sharer) == Chances(2, 0)
    assert found(ports, friend) == replace(friend, referral_to=sharer)
    assert chances(ports, friend.openid) == Chances(1, 0)


def test_a_sharer_may_act_before_or_after_the_chance_comes(ports: Ports, openid: str, sharer: str) -> None:
    """The sharer has the base chance in both cases, and their attempts and claims are kept."""
    setup_steps.follow(ports, sharer)
    setup_steps.grade(ports, sharer, "a1", right=7)
    for number in range(3):
        friend = ports.followers.record_change(FollowChange(f"{openid}{number}", True, 5, NOON, False, sharer))
        assert friend
        assert ports.referrals.grant_chance(friend, sharer)
    setup_steps.grade(ports, sharer, "a2", right=3)
    me = ports.participants.read_participation(sharer).me
    assert (me.attempts, me.best_score, me.chances) == (2, 7, Chances(4, 0))


def test_at_the_limit_a_friend_is_counted_and_brings_nothing(ports: Ports, counted: Follower, sharer: str) -> None:
    late = ports.followers.record_change(FollowChange(f"{counted.openid}2", True, 100, NOON, False, sharer))
    assert late
    assert ports.referrals.grant_chance(late, sharer, most=1) is False
    assert chances(ports, sharer) == Chances(2, 0)
    beyond = found(ports, late)
    assert (beyond.referral_to, beyond.settled) == (sharer, Settled.BEYOND)
    assert ports.referrals.grant_chance(late, sharer, most=2) is False, "counted once"
    event(ports, late.openid, False, 200)
    assert ports.referrals.withdraw_chance(found(ports, late)) is False, "there was nothing to withdraw"
    assert chances(ports, sharer) == Chances(2, 0)


def test_below_the_limit_a_friend_brings_a_chance(ports: Ports, counted: Follower, sharer: str) -> None:
    late = ports.followers.record_change(FollowChange(f"{counted.openid}2", True, 100, NOON, False, sharer))
    assert late
    assert ports.referrals.grant_chance(late, sharer, most=2) is True
    assert chances(ports, sharer) == Chances(3, 0)


def test_at_the_limit_only_a_present_follower_is_counted(ports: Ports, counted: Follower, sharer: str) -> None:
    late = ports.followers.record_change(FollowChange(f"{counted.openid}2", True, 100, NOON, False, sharer))
    assert late
    event(ports, late.openid, False, 200)
    assert ports.referrals.grant_chance(late, sharer, most=1) is False
    assert (found(ports, late).referral_to, found(ports, late).settled) == ("", None)


def test_the_chances_that_came_can_be_spent(ports: Ports, counted: Follower, sharer: str) -> None:
    packets = setup_steps.lay(ports, 3)
    setup_steps.follow(ports, sharer)
    verdicts = []
    for number, packet in enumerate(packets):
        setup_steps.grade(ports, sharer, f"a{number}")
        verdicts.append(ports.participants.commit_claim(examples.claim(sharer, f"a{number}", packet)))
    assert verdicts == [Verdict.DONE, Verdict.DONE, Verdict.REFUSED]
    assert chances(ports, sharer) == Chances(2, 2)


def never(ports: Ports, sharer: str) -> None:
    """Two people of whom nothing is stored."""


def invited_only(ports: Ports, sharer: str) -> None:
    ports.followers.record_sharer(sharer, "somebody", "c1", NOON, None)
    ports.followers.record_lookup(sharer, False, NOON)


def left_since(ports: Ports, sharer: str) -> None:
    setup_steps.follow(ports, sharer)
    setup_steps.unfollow(ports, sharer)


def seen_only(ports: Ports, sharer: str) -> None:
    ports.followers.record_lookup(sharer, True, NOON)


def imported(ports: Ports, sharer: str) -> None:
    ports.baseline.import_openids([sharer])


@pytest.mark.parametrize(
    ("past", "counts"), [(never, 0), (invited_only, 0), (left_since, 1), (seen_only, 1), (imported, 1)]
)
def test_a_sharer_must_have_followed(
    ports: Ports, openid: str, sharer: str, past: Callable[[Ports, str], None], counts: int
) -> None:
    past(ports, sharer)
    friend = ports.followers.record_change(FollowChange(openid, True, 5, NOON, False, sharer))
    assert friend
    assert ports.referrals.grant_chance(friend, sharer) is bool(counts)
    assert chances(ports, sharer) == Chances(1 + counts, 0)
    assert found(ports, friend).referral_to == sharer * counts


def counted_before(ports: Ports, friend: Follower, sharer: str) -> None:
    assert ports.referrals.grant_chance(friend, sharer)


def counted_for_another(ports: Ports, friend: Follower, sharer: str) -> None:
    setup_steps.follow(ports, sharer + "x")
    assert ports.referrals.grant_chance(friend, sharer + "x")


def left_meanwhile(ports: Ports, friend: Follower, sharer: str) -> None:
    assert event(ports, friend.openid, False, 101)


def left_in_the_same_second(ports: Ports, friend: Follower, sharer: str) -> None:
    assert event(ports, friend.openid, False, 100)


def left_and_came_back(ports: Ports, friend: Follower, sharer: str) -> None:
    assert event(ports, friend.openid, False, 101)
    assert event(ports, friend.openid, True, 102)


@pytest.mark.parametrize(
    "spoil", [counted_before, counted_for_another, left_meanwhile, left_in_the_same_second, left_and_came_back]
)
def test_a_friend_whose_follow_was_counted_or_no_longer_holds_brings_nothing(
    engine: Engine, ports: Ports, friend: Follower, sharer: str, spoil: Callable[[Ports, Follower, str], None]
) -> None:
    spoil(ports, friend, sharer)
    before = engine.dump()
    assert ports.referrals.grant_chance(friend, sharer) is False
    assert engine.dump() == before


def test_a_friend_counts_once_in_all_contests(
    engine: Engine, ports: Ports, counted: Follower, sharer: str, contest_id: str
) -> None:
    elsewhere = engine.ports(contest_id + "x")
    before = engine.dump()
    assert elsewhere.referrals.grant_chance(replace(counted, referral_to=""), sharer) is False
    assert elsewhere.referrals.withdraw_chance(counted) is False
    assert engine.dump() == before
    assert chances(elsewhere, sharer) == Chances(1, 0)


def test_leaving_takes_an_unspent_chance_once(engine: Engine, ports: Ports, counted: Follower, sharer: str) -> None:
    gone = event(ports, counted.openid, False, 200)
    assert gone
    assert ports.referrals.withdraw_chance(gone) is True
    assert chances(ports, sharer) == Chances(1, 0)
    settled = found(ports, counted)
    assert settled == replace(gone, settled=Settled.TAKEN)
    before = engine.dump()
    assert ports.referrals.withdraw_chance(gone) is False
    assert ports.referrals.withdraw_chance(settled) is False
    assert engine.dump() == before


def test_leaving_takes_nothing_when_all_is_spent_and_never_later(
    ports: Ports, counted: Follower, sharer: str, openid: str
) -> None:
    packets = setup_steps.lay(ports, 3)
    setup_steps.follow(ports, sharer)
    for number in range(2):
        setup_steps.grade(ports, sharer, f"a{number}")
        assert ports.participants.commit_claim(examples.claim(sharer, f"a{number}", packets[number])) is Verdict.DONE
    gone = event(ports, counted.openid, False, 200)
    assert gone
    assert ports.referrals.withdraw_chance(gone) is False
    assert found(ports, counted) == replace(gone, settled=Settled.NOTHING)
    another = ports.followers.record_change(FollowChange(f"{openid}-2", True, 300, NOON, False, sharer))
    assert another
    assert ports.referrals.grant_chance(another, sharer)
    assert ports.referrals.withdraw_chance(gone) is False
    assert chances(ports, sharer) == Chances(3, 2)


def test_following_again_restores_nothing(ports: Ports, counted: Follower, sharer: str) -> None:
    gone = event(ports, counted.openid, False, 200)
    assert gone
    assert ports.referrals.withdraw_chance(gone)
    back = event(ports, counted.openid, True, 300)
    assert back
    assert (back.referral_to, back.settled, back.first_follow_at) == (sharer, Settled.TAKEN, 100)
    assert ports.referrals.grant_chance(back, sharer) is False
    assert chances(ports, sharer) == Chances(1, 0)


def test_who_was_never_counted_takes_nothing(engine: Engine, ports: Ports, friend: Follower) -> None:
    before = engine.dump()
    assert ports.referrals.withdraw_chance(replace(friend, referral_to="somebody")) is False
    assert engine.dump() == before
