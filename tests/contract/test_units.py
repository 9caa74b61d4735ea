"""Participants: the reporting unit is chosen once."""

import pytest

from chalicelib.domain.errors import NotFollowing
from chalicelib.ports import Ports
from tests.contract import setup_steps
from tests.contract.conftest import Engine


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
