"""Plans: packets can be laid repeatedly until the plan is active, and never afterwards."""

from dataclasses import replace

from chalicelib.domain.claim import Packet
from chalicelib.domain.prizes import SHARDS, PlanState, commitment, facts_of
from chalicelib.domain.switches import Switches
from chalicelib.ports import Ports, Verdict
from tests.contract import setup_steps
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import act

PLAN = examples.plan(packets=9)
PACKETS = PLAN.packets()
OTHER = examples.plan("plan00000002", packets=9)


def activate(ports: Ports) -> None:
    ports.plans.begin_plan(PLAN, act())
    assert ports.plans.lay_packets(PLAN, PACKETS)
    assert ports.plans.activate_plan(PLAN, "c0ffee", act())


def test_there_is_no_plan_at_first(engine: Engine, ports: Ports) -> None:
    before = engine.dump()
    assert ports.plans.current_plan() is None
    assert not ports.plans.lay_packets(PLAN, PACKETS)
    assert not ports.plans.discard_plan(PLAN, act())
    assert not ports.plans.activate_plan(PLAN, "c0ffee", act())
    assert engine.dump() == before


def test_the_first_header_holds(ports: Ports) -> None:
    assert ports.plans.begin_plan(PLAN, act()) == PLAN
    assert ports.plans.begin_plan(OTHER, act()) == PLAN
    assert ports.plans.current_plan() == PLAN


def test_laying_twice_lays_the_same(engine: Engine, ports: Ports) -> None:
    """The plan has more packets than one transaction can hold."""
    plan = examples.plan(packets=102)
    packets = plan.packets()
    ports.plans.begin_plan(plan, act())
    assert ports.plans.lay_packets(plan, packets[:5])
    assert set(ports.plans.laid_packets(plan)) == set(packets[:5])
    assert ports.plans.lay_packets(plan, packets)
    before = engine.dump()
    assert ports.plans.lay_packets(plan, packets)
    assert engine.dump() == before
    assert sorted(ports.plans.laid_packets(plan), key=lambda packet: packet.number) == list(packets)


def test_only_the_plan_that_is_being_laid_is_laid(engine: Engine, ports: Ports) -> None:
    ports.plans.begin_plan(PLAN, act())
    before = engine.dump()
    assert not ports.plans.lay_packets(OTHER, OTHER.packets())
    assert not ports.plans.discard_plan(OTHER, act())
    assert not ports.plans.activate_plan(OTHER, "c0ffee", act())
    assert engine.dump() == before


def test_activation_turns_header_and_switches_at_once(ports: Ports) -> None:
    ports.control.set_paused(True, act())
    secret = commitment(PLAN.plan_id, PLAN.amounts(), PLAN.salt)
    ports.plans.begin_plan(PLAN, act())
    assert ports.plans.activate_plan(PLAN, secret, act())
    assert ports.plans.current_plan() == replace(PLAN, state=PlanState.ACTIVE)
    expected = Switches(True, plan_id=PLAN.plan_id, commitment=secret, free_packets=9, plan_facts=facts_of(PLAN.rules))
    assert ports.control.read_switches() == expected


def test_an_active_plan_stays_as_it_is(engine: Engine, ports: Ports) -> None:
    activate(ports)
    before = engine.dump()
    assert not ports.plans.activate_plan(PLAN, "another", act())
    assert not ports.plans.discard_plan(PLAN, act())
    assert ports.plans.begin_plan(OTHER, act()) == replace(PLAN, state=PlanState.ACTIVE)
    assert engine.dump() == before


def test_laying_after_activation_brings_no_packet_back(engine: Engine, ports: Ports, openid: str) -> None:
    activate(ports)
    taken = take_one(ports, openid)
    before = engine.dump()
    assert not ports.plans.lay_packets(PLAN, PACKETS)
    assert not ports.plans.lay_packets(PLAN, [taken])
    assert engine.dump() == before
    assert ports.pool.count_free(PLAN.plan_id, SHARDS) == 8


def test_while_the_switches_name_a_plan_no_other_is_begun_laid_or_activated(
    engine: Engine, ports: Ports, contest_id: str
) -> None:
    ports.plans.begin_plan(OTHER, act())
    engine.name_plan(contest_id, PLAN.plan_id)
    before = engine.dump()
    assert not ports.plans.lay_packets(OTHER, OTHER.packets())
    assert not ports.plans.activate_plan(OTHER, "another", act())
    assert engine.dump() == before
    assert ports.plans.discard_plan(OTHER, act())
    assert ports.plans.begin_plan(OTHER, act()) is None
    assert ports.plans.current_plan() is None


def test_a_header_that_went_back_to_laying_brings_no_packet_back(engine: Engine, ports: Ports, contest_id: str) -> None:
    ports.plans.begin_plan(PLAN, act())
    engine.name_plan(contest_id, PLAN.plan_id)
    before = engine.dump()
    assert not ports.plans.lay_packets(PLAN, PACKETS)
    assert not ports.plans.discard_plan(PLAN, act())
    assert engine.dump() == before
    assert ports.plans.activate_plan(PLAN, "c0ffee", act())
    assert ports.plans.current_plan() == replace(PLAN, state=PlanState.ACTIVE)


def test_an_active_plan_without_switches_is_activated_again_and_never_discarded(engine: Engine, ports: Ports) -> None:
    active = replace(PLAN, state=PlanState.ACTIVE)
    ports.plans.begin_plan(active, act())
    assert not ports.plans.discard_plan(active, act())
    assert ports.plans.activate_plan(active, "c0ffee", act())
    assert ports.control.read_switches().plan_id == PLAN.plan_id
    before = engine.dump()
    assert not ports.plans.activate_plan(active, "another", act())
    assert engine.dump() == before


def test_an_active_plan_without_switches_is_laid_again(ports: Ports) -> None:
    active = replace(PLAN, state=PlanState.ACTIVE)
    ports.plans.begin_plan(active, act())
    assert ports.plans.lay_packets(active, PACKETS)
    assert set(ports.plans.laid_packets(active)) == set(PACKETS)
    assert not ports.plans.lay_packets(OTHER, OTHER.packets())


def test_laid_packets_are_removed_until_the_plan_is_active(engine: Engine, ports: Ports) -> None:
    """More packets are removed than one transaction can hold."""
    plan = examples.plan(packets=102)
    packets = plan.packets()
    ports.plans.begin_plan(plan, act())
    ports.plans.lay_packets(plan, packets)
    assert ports.plans.remove_packets(plan, packets[:100])
    assert ports.plans.remove_packets(plan, packets[:100])
    assert set(ports.plans.laid_packets(plan)) == set(packets[100:])
    assert not ports.plans.remove_packets(OTHER, OTHER.packets())
    ports.plans.activate_plan(plan, "c0ffee", act())
    before = engine.dump()
    assert not ports.plans.remove_packets(plan, packets[100:])
    assert engine.dump() == before


def test_facts_are_recorded_for_the_active_plan_that_lacks_them(engine: Engine, ports: Ports, contest_id: str) -> None:
    assert not ports.plans.record_facts(PLAN, act())
    engine.name_plan(contest_id, PLAN.plan_id)
    without = ports.control.read_switches()
    assert not ports.plans.record_facts(OTHER, act())
    assert ports.plans.record_facts(PLAN, act())
    assert ports.control.read_switches() == replace(without, plan_facts=facts_of(PLAN.rules))
    before = engine.dump()
    assert not ports.plans.record_facts(replace(PLAN, rules=replace(PLAN.rules, packets=5)), act())
    assert engine.dump() == before


def take_one(ports: Ports, openid: str) -> Packet:
    setup_steps.follow(ports, openid)
    setup_steps.grade(ports, openid, "a1")
    assert ports.participants.commit_claim(examples.claim(openid, "a1", PACKETS[7])) is Verdict.DONE
    return PACKETS[7]


def test_a_discarded_plan_makes_room_for_another(ports: Ports) -> None:
    ports.plans.begin_plan(PLAN, act())
    assert ports.plans.lay_packets(PLAN, PACKETS)
    assert ports.plans.discard_plan(PLAN, act())
    assert ports.plans.current_plan() is None
    assert not ports.plans.lay_packets(PLAN, PACKETS)
    assert ports.plans.begin_plan(OTHER, act()) == OTHER
    assert list(ports.plans.laid_packets(OTHER)) == []


def test_the_next_contest_has_a_plan_of_its_own(engine: Engine, ports: Ports, contest_id: str) -> None:
    activate(ports)
    following = engine.ports(contest_id + "x")
    assert following.plans.current_plan() is None
    assert following.plans.begin_plan(OTHER, act()) == OTHER
    assert following.control.read_switches() == Switches()
