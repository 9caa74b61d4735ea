"""Followers: the first sharer whose link or code somebody used, as long as they never followed."""

import pytest

from chalicelib.domain.participation import FollowChange, Follower
from chalicelib.ports import Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support.examples import NOON


def by_code(openid: str, sharer: str, create_time: int = 100) -> FollowChange:
    return FollowChange(openid, True, create_time, NOON, early=False, invited_by=sharer, invited_in="c1")


def invited_by(ports: Ports, openid: str) -> str | None:
    held = ports.followers.find_follower(openid)
    return held.invited_by if held else None


def test_the_first_invitation_wins(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.record_sharer(openid, "s1", "c1", NOON, None)
    invited = Follower(openid, False, invited_by="s1", invited_in="c1", known=False)
    assert ports.followers.find_follower(openid) == invited
    before = engine.dump()
    ports.followers.record_sharer(openid, "s2", "c1", NOON, None)
    assert engine.dump() == before


def test_an_invitation_goes_before_the_code_they_follow_by(ports: Ports, openid: str) -> None:
    ports.followers.record_sharer(openid, "s1", "c1", NOON, None)
    after = ports.followers.record_change(by_code(openid, "s2"))
    assert after == Follower(openid, True, 100, first_follow_at=100, invited_by="s1", invited_in="c1")


def test_the_code_they_follow_by_is_an_invitation(ports: Ports, openid: str) -> None:
    after = ports.followers.record_change(by_code(openid, "s1"))
    assert after == Follower(openid, True, 100, first_follow_at=100, invited_by="s1", invited_in="c1")
    setup_steps.unfollow(ports, openid)
    ports.followers.record_change(by_code(openid, "s2", 2000))
    assert invited_by(ports, openid) == "s1"


def test_nobody_invites_themselves(engine: Engine, ports: Ports, openid: str) -> None:
    before = engine.dump()
    ports.followers.record_sharer(openid, openid, "c1", NOON, None)
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
    ports.followers.record_sharer(openid, "s1", "c1", NOON, None)
    assert engine.dump() == before


def test_who_was_noted_as_not_following_is_invited(ports: Ports, openid: str) -> None:
    ports.followers.record_lookup(openid, False, NOON)
    ports.followers.record_sharer(openid, "s1", "c1", NOON, None)
    assert ports.followers.find_follower(openid) == Follower(openid, False, invited_by="s1", invited_in="c1")


@pytest.mark.parametrize("subscribed", [True, False])
def test_an_invitation_does_not_say_whether_they_follow(ports: Ports, openid: str, subscribed: bool) -> None:
    """WeChat was silent at their first visit; its answer at the next one still counts."""
    ports.followers.record_sharer(openid, "s1", "c1", NOON, None)
    seen = int(NOON.timestamp()) if subscribed else None
    noted = Follower(openid, subscribed, invited_by="s1", invited_in="c1", seen_following_at=seen)
    assert ports.followers.record_lookup(openid, subscribed, NOON) == noted
    assert ports.followers.find_follower(openid) == noted


def opened(ports: Ports, openid: str, sharer: str, contest: str, known: Follower | None) -> Follower | None:
    ports.followers.record_sharer(openid, sharer, contest, NOON, known)
    return ports.followers.find_follower(openid)


def test_an_invitation_to_another_contest_is_replaced_as_it_was_read(engine: Engine, ports: Ports, openid: str) -> None:
    before = opened(ports, openid, "s1", "c1", None)
    assert before
    after = opened(ports, openid, "s2", "c2", before)
    assert after == Follower(openid, False, invited_by="s2", invited_in="c2", known=False)
    stored = engine.dump()
    opened(ports, openid, "s3", "c2", before)
    opened(ports, openid, "s2", "c3", before)
    assert engine.dump() == stored


def test_when_a_link_was_opened_is_known_and_that_a_code_was_none(ports: Ports, openid: str) -> None:
    by_link = opened(ports, openid, "s1", "c1", None)
    assert by_link
    assert (by_link.invited_at, by_link.first_seen_at) == (int(NOON.timestamp()), NOON)
    code = ports.followers.record_change(by_code(openid + "x", "s1"))
    assert code
    assert (code.invited_at, code.first_seen_at) == (None, NOON)


def test_a_code_of_another_contest_leaves_the_invitation(ports: Ports, openid: str) -> None:
    opened(ports, openid, "s1", "c1", None)
    after = ports.followers.record_change(FollowChange(openid, True, 100, NOON, False, "s2", "c2"))
    assert after == Follower(openid, True, 100, first_follow_at=100, invited_by="s1", invited_in="c1")


def test_an_invitation_without_a_contest_stays_without_one(engine: Engine, ports: Ports, openid: str) -> None:
    """In the form of versions that stored no contest."""
    engine.put_earlier_invitation(openid, "s1", NOON)
    known = ports.followers.find_follower(openid)
    assert known == Follower(openid, False, invited_by="s1", known=False)
    assert known.first_seen_at == NOON
    other = ports.followers.record_change(by_code(openid, "s2"))
    assert other == Follower(openid, True, 100, first_follow_at=100, invited_by="s1")


def test_an_invitation_without_a_contest_is_replaced_as_it_was_read(engine: Engine, ports: Ports, openid: str) -> None:
    engine.put_earlier_invitation(openid, "s1", NOON)
    known = ports.followers.find_follower(openid)
    assert opened(ports, openid, "s2", "c1", None) == known
    after = opened(ports, openid, "s2", "c1", known)
    assert after == Follower(openid, False, invited_by="s2", invited_in="c1", known=False)
