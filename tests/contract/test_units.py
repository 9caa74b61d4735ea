"""Participants: the reporting unit is chosen once."""

import pytest

from chalicelib.domain.errors import NotFollowing
from chalicelib.ports import LogEntry, Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support.examples import NOON


def unit(ports: Ports, openid: str) -> str | None:
    return ports.participants.read_participation(openid).me.unit


def test_a_follower_sets_a_unit_once(engine: Engine, ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    assert ports.participants.set_unit(openid, "区法院") == "区法院"
    before = engine.dump()
    assert ports.participants.set_unit(openid, "区法院") == "区法院"
    assert ports.participants.set_unit(openid, "团区委") == "区法院"
    assert engine.dump() == before
    assert unit(ports, openid) == "区法院"
    assert ports.participants.read_standing(openid, "a1").me.unit == "区法院"


@pytest.mark.parametrize("was_following", [True, False])
def test_who_does_not_follow_sets_none(engine: Engine, ports: Ports, openid: str, was_following: bool) -> None:
    if was_following:
        setup_steps.follow(ports, openid)
        setup_steps.unfollow(ports, openid)
    before = engine.dump()
    with pytest.raises(NotFollowing):
        ports.participants.set_unit(openid, "区法院")
    assert engine.dump() == before


def test_who_left_is_told_so_also_when_another_unit_is_set(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    ports.participants.set_unit(openid, "区法院")
    setup_steps.unfollow(ports, openid)
    with pytest.raises(NotFollowing):
        ports.participants.set_unit(openid, "团区委")


def test_a_unit_and_attempts_do_not_disturb_each_other(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    ports.participants.set_unit(openid, "区法院")
    assert ports.participants.read_participation(openid).me.attempts == 0
    setup_steps.grade(ports, openid, "a1", right=7)
    me = ports.participants.read_participation(openid).me
    assert (me.unit, me.attempts, me.best_score, me.chances.granted) == ("区法院", 1, 7, 1)


def entry(what: str = "move") -> LogEntry:
    return LogEntry(NOON, "王", what, "digest", "old", "new", "why")


def test_an_operator_moves_somebody_and_the_counts_follow(engine: Engine, ports: Ports, openid: str) -> None:
    for who in (openid, f"{openid}2"):
        setup_steps.follow(ports, who)
        ports.participants.set_unit(who, "区法院")
        setup_steps.grade(ports, who, "a1")
    assert ports.participants.move_unit(openid, "区法院", "团区委", entry())
    assert ports.participants.count_people() == {"区法院": 1, "团区委": 1}
    assert ports.participants.set_unit(openid, "区法院") == "团区委"
    assert ports.participants.move_unit(openid, "团区委", "", entry("move again"))
    assert unit(ports, openid) is None
    assert ports.participants.count_people() == {"区法院": 1, "": 1}
    assert set(ports.ledger.log_entries()) == {entry(), entry("move again")}


@pytest.mark.parametrize(("now", "before"), [("区法院", ""), ("区法院", "团区委"), ("", "区法院")])
def test_nobody_is_moved_from_where_they_are_not(
    engine: Engine, ports: Ports, openid: str, now: str, before: str
) -> None:
    setup_steps.follow(ports, openid)
    if now:
        ports.participants.set_unit(openid, now)
    there = engine.dump()
    assert not ports.participants.move_unit(openid, before, "公积金", entry())
    assert engine.dump() == there


def test_a_move_and_a_hold_whose_answer_was_lost_may_be_repeated(ports: Ports, openid: str) -> None:
    """The log has the very entry already: nothing is done twice, and nothing undone since is done again."""
    setup_steps.follow(ports, openid)
    ports.participants.set_hold(openid, True, entry("hold"))
    ports.participants.set_hold(openid, True, entry("hold"))
    ports.participants.set_hold(openid, False, entry("release"))
    ports.participants.set_hold(openid, True, entry("hold"))
    assert not ports.participants.read_participation(openid).me.on_hold
    assert set(ports.ledger.log_entries()) == {entry("hold"), entry("release")}


def test_who_left_can_be_moved(ports: Ports, openid: str) -> None:
    setup_steps.follow(ports, openid)
    setup_steps.unfollow(ports, openid)
    assert ports.participants.move_unit(openid, "", "区法院", entry())
    assert unit(ports, openid) == "区法院"
