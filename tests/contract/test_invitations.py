"""Followers: the first sharer whose link or code somebody used, as long as they never followed."""

import pytest

from chalicelib.domain.participation import FollowChange, Follower
from chalicelib.ports import Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support.examples import NOON


def by_code(openid: str, sharer: str, create_time: int = 100) -> FollowChange:
    return FollowChange(openid, True, create_time, NOON, early=False, invited_by=sharer)


def invited_by(ports: Ports, openid: str) -> str | None:
    held = ports.followers.find_follower(openid)
    return held.invited_by if held else None


def test_the_first_invitation_wins(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.record_sharer(openid, "s1", NOON)
    invited = Follower(openid, False, invited_by="s1", known=False)
    assert ports.followers.find_follower(openid) == invited
    before = engine.dump()
    ports.followers.record_sharer(openid, "s2", NOON)
    assert engine.dump() == before


def test_an_invitation_goes_before_the_code_they_follow_by(ports: Ports, openid: str) -> None:
    ports.followers.record_sharer(openid, "s1", NOON)
    after = ports.followers.record_change(by_code(openid, "s2"))
    assert after == Follower(openid, True, 100, first_follow_at=100, invited_by="s1")


def test_the_code_they_follow_by_is_an_invitation(ports: Ports, openid: str) -> None:
    after = ports.followers.record_change(by_code(openid, "s1"))
    assert after == Follower(openid, True, 100, first_follow_at=100, invited_by="s1")
    setup_steps.unfollow(ports, openid)
    ports.followers.record_change(by_code(openid, "s2", 2000))
    assert invited_by(ports, openid) == "s1"


def test_nobody_invites_themselves(engine: Engine, ports: Ports, openid: str) -> None:
    before = engine.dump()
    ports.followers.record_sharer(openid, openid, NOON)
    assert engine.dump() == before
    after = ports.followers.record_change(by_code(openid, openid))
    assert after == Follower(openid, True, 100, first_follow_at=100)


@pytest.mark.parametrize("how", ["following", "left", "first seen leaving", "noted", "imported"])
def test_who_ever_followed_is_not_invited(engine: Engine, ports: Ports, openid: str, how: str) -> None:
    if how in ("following", "left"):
        setup_steps.follow(ports, openid)
    if how in ("left", "first seen leaving"):
        setup_steps.unfollow(ports, openid)
    if how == "noted":
        ports.followers.record_lookup(openid, True, NOON)
    if how == "imported":
        ports.baseline.import_openids([openid])
    before = engine.dump()
    ports.followers.record_sharer(openid, "s1", NOON)
    assert engine.dump() == before


def test_who_was_noted_as_not_following_is_invited(ports: Ports, openid: str) -> None:
    ports.followers.record_lookup(openid, False, NOON)
    ports.followers.record_sharer(openid, "s1", NOON)
    assert ports.followers.find_follower(openid) == Follower(openid, False, invited_by="s1")


@pytest.mark.parametrize("subscribed", [True, False])
def test_an_invitation_does_not_say_whether_they_follow(ports: Ports, openid: str, subscribed: bool) -> None:
    """WeChat was silent at their first visit; what it says at the next one still counts."""
    ports.followers.record_sharer(openid, "s1", NOON)
    seen = int(NOON.timestamp()) if subscribed else None
    noted = Follower(openid, subscribed, invited_by="s1", seen_following_at=seen)
    assert ports.followers.record_lookup(openid, subscribed, NOON) == noted
    assert ports.followers.record_lookup(openid, not subscribed, NOON) == noted
    assert ports.followers.find_follower(openid) == noted
