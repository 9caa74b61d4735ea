"""A plan's number of shards: fixed when it is begun, in force once it is active, and nothing from before is missed."""

from dataclasses import replace

import pytest

from chalicelib.adapters.store.models import PlanRow, SwitchesRow
from chalicelib.domain.claim import PayoutStatus
from chalicelib.domain.payout_decisions import PICKUP
from chalicelib.domain.prizes import SHARDS, PlanState, counted_shards
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import DynamoEngine
from tests.support import examples
from tests.support.examples import NOON, act

MANY = 32
PLAN = replace(examples.plan(packets=100), shards=MANY)
NUMBER = 27
"""Of a packet whose shard the least number does not have."""


@pytest.fixture
def active(ports: Ports, openid: str) -> Ports:
    """`openid` submitted before the plan was active, and nothing was known of its shards."""
    assert ports.plans.begin_plan(PLAN, act()) == PLAN
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    assert ports.plans.lay_packets(PLAN, PLAN.packets())
    assert ports.plans.current_plan() == PLAN
    assert ports.plans.activate_plan(PLAN, "c0ffee", act())
    ports.switches.forget()
    return ports


def test_the_active_plan_s_are_in_the_switches(active: Ports) -> None:
    assert active.control.read_switches().shards == MANY
    assert active.plans.current_plan() == replace(PLAN, state=PlanState.ACTIVE)


def test_all_packets_are_laid_and_found(active: Ports) -> None:
    assert set(active.plans.laid_packets(PLAN)) == set(PLAN.packets())
    assert active.pool.count_free(PLAN.plan_id, MANY) == 100
    shown = {packet for _ in range(400) for packet in active.pool.free_window(PLAN.plan_id)}
    assert {packet.number % MANY for packet in shown} == set(range(MANY))
    assert active.pool.search_free(PLAN.plan_id)
    assert all(active.pool.is_free(PLAN.plan_id, number) for number in (0, NUMBER, 99))


def test_a_claim_takes_its_packet_and_is_due_until_it_is_final(active: Ports, openid: str) -> None:
    claim = examples.claim(openid, "a1", PLAN.packets()[NUMBER])
    assert active.participants.commit_claim(claim) is Verdict.DONE
    assert not active.pool.is_free(PLAN.plan_id, NUMBER)
    assert active.pool.count_free(PLAN.plan_id, MANY) == 99
    for status in (PayoutStatus.SENDING, PayoutStatus.SENT):
        assert setup_steps.due_refs(active, NOON + PICKUP, 10) == [claim.ref]
        assert list(active.payouts.open_claims()) == [claim.ref]
        written = active.payouts.replace_claim(claim, replace(claim, status=status))
        assert written
        claim = written
    assert active.payouts.put_back(claim, replace(claim, status=PayoutStatus.REFUNDED), 100)
    assert list(active.payouts.open_claims()) == []
    assert active.pool.is_free(PLAN.plan_id, NUMBER + 100)
    assert active.pool.count_free(PLAN.plan_id, MANY) == 100


def test_those_who_submitted_before_are_counted_with_those_who_came_after(active: Ports, openid: str) -> None:
    for number in range(12):
        setup_steps.follow(active, f"{openid}{number}")
        setup_steps.grade(active, f"{openid}{number}", "a1")
    setup_steps.grade(active, openid, "a2")
    assert active.participants.count_people() == {"": 13}


def test_an_instance_with_an_older_copy_of_the_switches_loses_nobody(ports: Ports, openid: str) -> None:
    assert ports.switches().shards == SHARDS
    ports.plans.begin_plan(PLAN, act())
    ports.plans.activate_plan(PLAN, "c0ffee", act())
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    ports.switches.forget()
    assert ports.participants.count_people() == {"": 1}


def test_people_are_counted_in_twice_as_many(local: DynamoEngine, contest_id: str) -> None:
    ports = local.ports(contest_id)
    assert ports.participants.counted_shards == counted_shards(SHARDS) == 16
    ports.plans.begin_plan(PLAN, act())
    ports.plans.activate_plan(PLAN, "c0ffee", act())
    ports.switches.forget()
    assert ports.participants.counted_shards == 64


def test_a_plan_of_the_least_number_is_stored_as_by_earlier_versions(local: DynamoEngine, contest_id: str) -> None:
    """They would lay and claim a plan of more where this version does not find it: its header tells them to stop."""
    for plan, stored in ((examples.plan(), (None, 2, None)), (PLAN, (MANY, 3, MANY))):
        ports = local.ports(f"{contest_id}{plan.shards}")
        ports.plans.begin_plan(plan, act())
        ports.plans.activate_plan(plan, "c0ffee", act())
        header = PlanRow.get(f"{contest_id}{plan.shards}", "plan")
        switches = SwitchesRow.get(f"{contest_id}{plan.shards}", "switches")
        assert (header.shards, header.version, switches.plan_shards) == stored
