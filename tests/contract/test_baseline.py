"""Baseline: imported followers are former ones; facts from earlier events are kept."""

from dataclasses import replace

from chalicelib.domain.participation import FOLLOWED_BEFORE, FollowChange, Follower
from chalicelib.ports import Ports
from tests.contract import setup_steps
from tests.contract.conftest import DynamoEngine, Engine
from tests.support.examples import NOON


def imported(openid: str) -> Follower:
    return Follower(openid, True, first_follow_at=FOLLOWED_BEFORE)


def test_imported_people_follow_and_followed_before(ports: Ports, openid: str) -> None:
    """Includes one who is listed twice on a page."""
    people = [f"{openid}{number}" for number in range(100)]
    ports.baseline.import_openids([*people, people[0], people[50]])
    for who in (people[0], people[50], people[99]):
        assert ports.followers.find_follower(who) == imported(who)


def test_more_than_a_transaction_holds(local: DynamoEngine, contest_id: str, openid: str) -> None:
    ports, people = local.ports(contest_id), [f"{openid}{number}" for number in range(1050)]
    ports.baseline.import_openids(people)
    for who in people[::50]:
        assert ports.followers.find_follower(who) == imported(who)


def test_an_import_repeated_changes_nothing(engine: Engine, ports: Ports, openid: str) -> None:
    ports.baseline.import_openids([openid, openid + "x"])
    before = engine.dump()
    ports.baseline.import_openids([openid + "x", openid])
    ports.baseline.import_openids([])
    assert engine.dump() == before


def test_what_events_told_stays(engine: Engine, ports: Ports, openid: str) -> None:
    """They came, or left, after the list was made."""
    setup_steps.follow(ports, openid)
    setup_steps.unfollow(ports, openid + "x")
    before = engine.dump()
    ports.baseline.import_openids([openid, openid + "x"])
    assert engine.dump() == before


def test_an_event_after_the_import_counts(ports: Ports, openid: str) -> None:
    ports.baseline.import_openids([openid])
    setup_steps.unfollow(ports, openid)
    assert ports.followers.find_follower(openid) == Follower(openid, False, 1000, first_follow_at=FOLLOWED_BEFORE)
    back = ports.followers.record_change(FollowChange(openid, True, 2000, NOON, early=True, invited_by="s1"))
    assert back is not None
    assert back.first_follow_at == FOLLOWED_BEFORE


def test_who_was_only_invited_turns_out_to_follow(ports: Ports, openid: str) -> None:
    ports.followers.record_sharer(openid, "s1", "c1", NOON, None)
    ports.baseline.import_openids([openid])
    assert ports.followers.find_follower(openid) == Follower(
        openid, True, first_follow_at=FOLLOWED_BEFORE, invited_by="s1", invited_in="c1"
    )


def test_who_was_seen_following_turns_out_to_be_a_former_follower(ports: Ports, openid: str) -> None:
    noted = ports.followers.record_lookup(openid, True, NOON)
    ports.baseline.import_openids([openid])
    assert ports.followers.find_follower(openid) == replace(noted, first_follow_at=FOLLOWED_BEFORE)


def test_imported_people_take_part(ports: Ports, openid: str) -> None:
    ports.baseline.import_openids([openid])
    setup_steps.grade(ports, openid, "a1")


def test_the_position_is_kept_for_each_contest(engine: Engine, ports: Ports, contest_id: str) -> None:
    assert ports.baseline.import_position() == ""
    ports.baseline.move_import("o9")
    ports.baseline.move_import("o10")
    assert ports.baseline.import_position() == "o10"
    assert engine.ports(contest_id + "x").baseline.import_position() == ""
