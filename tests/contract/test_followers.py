"""Followers: events in the order of CreateTime, and what user/info said of the unknown."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.participation import FollowChange, Follower
from tests.contract.conftest import Engine
from tests.fakes.examples import NOON
from tests.fakes.instance import Ports


def event(openid: str, subscribed: bool, create_time: int, early: bool = False) -> FollowChange:
    return FollowChange(openid, subscribed, create_time, NOON, early)


def test_nobody_is_known_at_first(ports: Ports, openid: str) -> None:
    assert ports.followers.find(openid) is None


@pytest.mark.parametrize("subscribed", [True, False])
@pytest.mark.parametrize("early", [True, False])
def test_an_event_is_recorded_as_it_came(ports: Ports, openid: str, subscribed: bool, early: bool) -> None:
    assert ports.followers.apply(event(openid, subscribed, 100, early))
    assert ports.followers.find(openid) == Follower(openid, subscribed, 100, early)


def test_an_older_event_changes_nothing(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.apply(event(openid, True, 100))
    before = engine.dump()
    assert not ports.followers.apply(event(openid, False, 99))
    assert engine.dump() == before


@pytest.mark.parametrize("last", [True, False])
def test_on_equal_times_the_later_arrival_wins(ports: Ports, openid: str, last: bool) -> None:
    ports.followers.apply(event(openid, not last, 100))
    assert ports.followers.apply(event(openid, last, 100))
    assert ports.followers.find(openid) == Follower(openid, last, 100)


def test_a_repeated_event_changes_nothing(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.apply(event(openid, True, 100))
    before = engine.dump()
    assert ports.followers.apply(event(openid, True, 100))
    assert engine.dump() == before


@pytest.mark.parametrize("early", [True, False])
def test_whether_somebody_came_early_is_settled_by_their_first_event(ports: Ports, openid: str, early: bool) -> None:
    ports.followers.apply(event(openid, True, 100, early))
    ports.followers.apply(event(openid, False, 101, not early))
    ports.followers.apply(event(openid, True, 102, not early))
    assert ports.followers.find(openid) == Follower(openid, True, 102, early)


@pytest.mark.parametrize("subscribed", [True, False])
def test_a_note_of_somebody_unknown_holds(ports: Ports, openid: str, subscribed: bool) -> None:
    noted = Follower(openid, subscribed, None)
    assert ports.followers.note(openid, subscribed, NOON) == noted
    assert ports.followers.find(openid) == noted


def test_a_note_never_overwrites_an_event(engine: Engine, ports: Ports, openid: str) -> None:
    ports.followers.apply(event(openid, False, 100, early=True))
    before = engine.dump()
    assert ports.followers.note(openid, True, NOON) == Follower(openid, False, 100, True)
    assert engine.dump() == before


def test_a_note_never_overwrites_a_note(ports: Ports, openid: str) -> None:
    ports.followers.note(openid, True, NOON)
    assert ports.followers.note(openid, False, NOON) == Follower(openid, True, None)


def test_any_event_counts_after_a_note(ports: Ports, openid: str) -> None:
    ports.followers.note(openid, True, NOON)
    assert ports.followers.apply(event(openid, False, 1, early=True))
    assert ports.followers.find(openid) == Follower(openid, False, 1, True)


@settings(max_examples=15, deadline=None)
@given(events=st.lists(st.tuples(st.booleans(), st.integers(1, 4)), min_size=1, max_size=6))
def test_whatever_the_arrival_the_latest_event_holds(engine: Engine, events: list[tuple[bool, int]]) -> None:
    followers, openid = engine.ports("any").followers, uuid.uuid4().hex
    for subscribed, create_time in events:
        followers.apply(event(openid, subscribed, create_time))
    latest = max(create_time for _, create_time in events)
    last = [subscribed for subscribed, create_time in events if create_time == latest][-1]
    assert followers.find(openid) == Follower(openid, last, latest)
