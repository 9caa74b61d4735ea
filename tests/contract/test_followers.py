"""Followers: events in the order of CreateTime, and answers of user/info about unknown people."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.participation import FOLLOWED_BEFORE, FollowChange, Follower
from chalicelib.ports import Ports
from tests.contract.conftest import Engine
from tests.support.examples import NOON

SECOND = int(NOON.timestamp())


def event(openid: str, subscribed: bool, create_time: int, early: bool = False) -> FollowChange:
    return FollowChange(openid, subscribed, create_time, NOON, early)


def first(subscribed: bool, create_time: int) -> int:
    """The first follow after one first event: a person whose first event is an unfollow has followed before."""
    return create_time if subscribed else FOLLOWED_BEFORE


def test_nobody_is_known_at_first(ports: Ports, openid: str) -> None:
    assert ports.followers.find_follower(openid) is None


@pytest.mark.parametrize("subscribed", [True, False])
@pytest.mark.parametrize("early", [True, False])
def test_an_event_is_recorded_as_it_came(ports: Ports, openid: str, subscribed: bool, early: bool) -> None:
    expected = Follower(openid, subscribed, 100, early, first(subscribed, 100))
    assert ports.followers.record_change(event(openid, subscribed, 100, early)) == expected
    assert ports.followers.find_follower(openid) == expected


def test_an_older_event_changes_nothing(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.record_change(event(openid, True, 100))
    before = engine.dump()
    assert ports.followers.record_change(event(openid, False, 99)) is None
    assert engine.dump() == before


@pytest.mark.parametrize("last", [True, False])
def test_on_equal_times_the_later_arrival_wins(ports: Ports, openid: str, last: bool) -> None:
    ports.followers.record_change(event(openid, not last, 100))
    expected = Follower(openid, last, 100, first_follow_at=first(not last, 100))
    assert ports.followers.record_change(event(openid, last, 100)) == expected
    assert ports.followers.find_follower(openid) == expected


def test_a_repeated_event_changes_nothing(engine: Engine, ports: Ports, openid: str) -> None:
    held = ports.followers.record_change(event(openid, True, 100))
    before = engine.dump()
    assert ports.followers.record_change(event(openid, True, 100)) == held
    assert engine.dump() == before


@pytest.mark.parametrize("early", [True, False])
def test_whether_somebody_came_early_is_settled_by_their_first_event(ports: Ports, openid: str, early: bool) -> None:
    ports.followers.record_change(event(openid, True, 100, early))
    ports.followers.record_change(event(openid, False, 101, not early))
    ports.followers.record_change(event(openid, True, 102, not early))
    assert ports.followers.find_follower(openid) == Follower(openid, True, 102, early, 100)


@pytest.mark.parametrize("subscribed", [True, False])
def test_a_note_of_somebody_unknown_holds(ports: Ports, openid: str, subscribed: bool) -> None:
    noted = Follower(openid, subscribed, seen_following_at=SECOND if subscribed else None)
    assert ports.followers.record_lookup(openid, subscribed, NOON + timedelta(microseconds=999_999)) == noted
    assert ports.followers.find_follower(openid) == noted


@pytest.mark.parametrize(("at", "counts"), [(SECOND - 1, True), (SECOND, False), (SECOND + 1, False)])
def test_a_lookup_says_they_are_back_only_after_their_unfollow_s_second(
    engine: Engine, ports: Ports, openid: str, at: int, counts: bool
) -> None:
    """The event of their return was lost. Within one second the order is unknown, and WeChat did send the unfollow."""
    left = ports.followers.record_change(event(openid, False, at))
    before = engine.dump()
    back = Follower(openid, True, at, first_follow_at=FOLLOWED_BEFORE, seen_following_at=SECOND)
    assert ports.followers.record_lookup(openid, True, NOON) == (back if counts else left)
    assert counts or engine.dump() == before


def test_a_lookup_never_changes_who_is_known_to_follow(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.record_lookup(openid, True, NOON)
    followed = ports.followers.record_change(event(openid + "x", True, 100))
    before = engine.dump()
    for subscribed in (True, False):
        ports.followers.record_lookup(openid, subscribed, NOON + timedelta(seconds=9))
        assert ports.followers.record_lookup(openid + "x", subscribed, NOON) == followed
    assert engine.dump() == before


def test_of_two_lookups_the_later_one_holds(ports: Ports, openid: str) -> None:
    ports.followers.record_lookup(openid, False, NOON)
    late = ports.followers.record_lookup(openid, True, NOON - timedelta(seconds=1))
    assert late == Follower(openid, False)
    seen = Follower(openid, True, seen_following_at=SECOND)
    assert ports.followers.record_lookup(openid, True, NOON) == seen
    assert seen.has_followed
    assert not late.has_followed


def test_an_event_before_a_lookup_that_says_otherwise_is_outdated(ports: Ports, openid: str) -> None:
    ports.followers.record_lookup(openid, True, NOON)
    gone, came = event(openid, False, SECOND - 1), event(openid + "x", True, SECOND - 1)
    assert ports.followers.record_change(gone) is None
    left_before = Follower(openid, True, first_follow_at=FOLLOWED_BEFORE, seen_following_at=SECOND)
    for _ in range(2):
        assert ports.followers.record_outdated(gone) == left_before
    ports.followers.record_lookup(openid + "x", False, NOON)
    assert ports.followers.record_change(came) is None
    assert ports.followers.record_outdated(came) == Follower(openid + "x", False, first_follow_at=SECOND - 1)


@pytest.mark.parametrize("at", [SECOND, SECOND + 1])
def test_an_event_of_the_lookup_s_second_or_later_counts(ports: Ports, openid: str, at: int) -> None:
    ports.followers.record_lookup(openid, True, NOON)
    left = Follower(openid, False, at, first_follow_at=FOLLOWED_BEFORE, seen_following_at=SECOND)
    assert ports.followers.record_change(event(openid, False, at)) == left
    ports.followers.record_lookup(openid + "x", False, NOON)
    assert ports.followers.record_change(event(openid + "x", True, at)) == Follower(
        openid + "x", True, at, first_follow_at=at
    )


def test_an_outdated_event_changes_no_first_follow(ports: Ports, openid: str) -> None:
    held = ports.followers.record_change(event(openid, True, 100))
    assert ports.followers.record_outdated(event(openid, False, 50)) == held
    assert ports.followers.record_outdated(event(openid, True, 50)) == held


def test_one_instance_asks_about_a_person_once_a_minute(engine: Engine, ports: Ports, openid: str) -> None:
    minute = timedelta(minutes=1)
    assert ports.followers.begin_lookup(openid, NOON, minute)
    asked = ports.followers.find_follower(openid)
    assert asked == Follower(openid, False, known=False)
    assert (asked.asked_at, asked.looked_up_at, asked.first_seen_at) == (SECOND, None, NOON)
    before = engine.dump()
    assert not ports.followers.begin_lookup(openid, NOON, minute)
    assert not ports.followers.begin_lookup(openid, NOON + timedelta(seconds=59), minute)
    assert engine.dump() == before
    assert ports.followers.begin_lookup(openid, NOON + minute, minute)


def test_asking_changes_nothing_else(ports: Ports, openid: str) -> None:
    left = ports.followers.record_change(event(openid, False, 100))
    assert ports.followers.begin_lookup(openid, NOON, timedelta(minutes=1))
    assert ports.followers.find_follower(openid) == left


@pytest.mark.parametrize("at", [SECOND - 1, SECOND, SECOND + 1])
def test_a_first_follow_after_a_note_leaves_when_they_were_seen(ports: Ports, openid: str, at: int) -> None:
    """The rules judge which of the two came first, at each repeat of the event."""
    ports.followers.record_lookup(openid, True, NOON)
    followed = Follower(openid, True, at, first_follow_at=at, seen_following_at=SECOND)
    for _ in range(2):
        assert ports.followers.record_change(event(openid, True, at)) == followed
    assert ports.followers.record_lookup(openid, True, NOON + timedelta(seconds=9)) == followed


def test_the_first_follow_stays_whatever_comes_after(ports: Ports, openid: str) -> None:
    ports.followers.record_change(event(openid, True, 100))
    ports.followers.record_change(event(openid, False, 200))
    again = ports.followers.record_change(event(openid, True, 300))
    assert again == Follower(openid, True, 300, first_follow_at=100)


def test_who_is_first_seen_leaving_is_a_former_follower(ports: Ports, openid: str) -> None:
    ports.followers.record_change(event(openid, False, 100))
    assert ports.followers.record_change(event(openid, True, 200)) == Follower(openid, True, 200, first_follow_at=0)


def test_who_was_noted_as_not_following_follows_for_the_first_time(ports: Ports, openid: str) -> None:
    ports.followers.record_lookup(openid, False, NOON)
    at = SECOND + 1
    assert ports.followers.record_change(event(openid, True, at)) == Follower(openid, True, at, first_follow_at=at)


@settings(max_examples=15, deadline=None)
@given(events=st.lists(st.tuples(st.booleans(), st.integers(1, 4)), min_size=1, max_size=6))
def test_whatever_the_arrival_the_latest_event_holds(engine: Engine, events: list[tuple[bool, int]]) -> None:
    followers, openid = engine.ports("any").followers, uuid.uuid4().hex
    for subscribed, create_time in events:
        followers.record_change(event(openid, subscribed, create_time))
    latest = max(create_time for _, create_time in events)
    last = [subscribed for subscribed, create_time in events if create_time == latest][-1]
    held = followers.find_follower(openid)
    assert held == Follower(openid, last, latest, first_follow_at=held.first_follow_at if held else None)
