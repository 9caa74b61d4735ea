"""Pool: some free packets per read, all of them in the end, and none that was taken."""

import pytest

from chalicelib.domain.claim import Packet
from chalicelib.domain.prizes import SHARDS
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import act

PLAN = "plan00000001"
FEW_DOZEN = 48


def take(ports: Ports, openid: str, packet: Packet) -> None:
    who = f"{openid}-{packet.number}"
    setup_steps.follow(ports, who)
    setup_steps.grade(ports, who, "a1")
    assert ports.participants.commit_claim(examples.claim(who, "a1", packet)) is Verdict.DONE


def test_a_plan_without_packets_has_none(ports: Ports) -> None:
    assert list(ports.pool.free_window(PLAN)) == []
    assert list(ports.pool.search_free(PLAN)) == []
    assert ports.pool.count_free(PLAN, SHARDS) == 0


def test_windows_show_free_packets_from_different_places(ports: Ports) -> None:
    laid = set(setup_steps.lay(ports, 60))
    windows = [ports.pool.free_window(PLAN) for _ in range(30)]
    assert all(len(set(window)) == len(window) <= FEW_DOZEN for window in windows)
    seen = set().union(*windows)
    assert len(seen) > max(map(len, windows))
    assert seen <= laid


def test_plans_and_contests_have_pools_of_their_own(engine: Engine, ports: Ports, contest_id: str) -> None:
    setup_steps.lay(ports, 40)
    elsewhere = engine.ports(contest_id + "x").pool
    for pool, plan_id in ((ports.pool, "plan00000002"), (elsewhere, PLAN)):
        assert list(pool.search_free(plan_id)) == list(pool.free_window(plan_id)) == []
        assert pool.count_free(plan_id, SHARDS) == 0


@pytest.mark.parametrize("number", [0, 1, SHARDS - 1, SHARDS, 2 * SHARDS + 3])
def test_a_look_finds_the_last_packet_wherever_it_lies(ports: Ports, number: int) -> None:
    """From any first shard, it continues with all others."""
    plan = examples.plan(packets=60)
    last = plan.packets()[number]
    ports.plans.begin_plan(plan, act())
    assert ports.plans.lay_packets(plan, [last])
    assert [list(ports.pool.search_free(PLAN)) for _ in range(8)] == [[last]] * 8
    assert ports.pool.count_free(PLAN, SHARDS) == 1


def test_taken_packets_are_gone_from_every_view(ports: Ports, openid: str) -> None:
    packets = setup_steps.lay(ports, 4)
    for taken in range(4):
        assert ports.pool.count_free(PLAN, SHARDS) == 4 - taken
        take(ports, openid, packets[taken])
        free = set(packets[taken + 1 :])
        assert set(ports.plans.laid_packets(examples.plan())) == free
        assert set(ports.pool.search_free(PLAN)) <= free
        assert set(ports.pool.free_window(PLAN)) <= free
    assert list(ports.pool.search_free(PLAN)) == []


def test_a_packet_is_free_until_it_is_taken(engine: Engine, ports: Ports, openid: str, contest_id: str) -> None:
    packets = setup_steps.lay(ports, 3)
    assert [ports.pool.is_free(PLAN, number) for number in range(4)] == [True, True, True, False]
    take(ports, openid, packets[1])
    assert [ports.pool.is_free(PLAN, number) for number in range(3)] == [True, False, True]
    assert not ports.pool.is_free("anotherplan1", 0)
    assert not engine.ports(contest_id + "x").pool.is_free(PLAN, 0)
