"""Control: switches are set independently of each other, and marks are made once."""

from datetime import timedelta
from typing import Any

from chalicelib.domain.prizes import facts_of
from chalicelib.domain.switches import Switches
from chalicelib.ports import Ports
from tests.contract.conftest import Engine
from tests.support import examples
from tests.support.examples import NOON, act

PLAN = examples.plan()
ACTIVE: dict[str, Any] = {"plan_id": PLAN.plan_id, "commitment": "c0ffee", "plan_facts": facts_of(PLAN.rules)}


def activate(ports: Ports) -> None:
    ports.plans.begin_plan(PLAN, act())
    assert ports.plans.activate_plan(PLAN, "c0ffee", act())


def test_nothing_is_set_at_first(ports: Ports) -> None:
    assert ports.control.read_switches() == Switches()


def test_each_switch_is_set_alone(ports: Ports) -> None:
    ports.control.set_paused(True, act())
    ports.control.set_payouts_stopped(True, act())
    assert ports.control.read_switches() == Switches(paused=True, payouts_stopped=True)
    ports.control.set_paused(False, act())
    assert ports.control.read_switches() == Switches(payouts_stopped=True)
    ports.control.set_payouts_stopped(False, act())
    assert ports.control.read_switches() == Switches()


def test_the_active_plan_is_counted_and_exhausted(ports: Ports) -> None:
    activate(ports)
    ports.control.set_free_packets(PLAN.plan_id, 3)
    assert ports.control.read_switches() == Switches(**ACTIVE, free_packets=3)
    ports.control.set_exhausted(PLAN.plan_id)
    ports.control.set_free_packets(PLAN.plan_id, 0)
    expected = Switches(**ACTIVE, free_packets=0, exhausted=True)
    assert ports.control.read_switches() == expected


def test_packets_that_were_counted_again_end_the_exhaustion(ports: Ports) -> None:
    activate(ports)
    ports.control.set_exhausted(PLAN.plan_id)
    ports.control.set_free_packets(PLAN.plan_id, 2, again=True)
    assert ports.control.read_switches() == Switches(**ACTIVE, free_packets=2)
    ports.control.set_exhausted(PLAN.plan_id)
    ports.control.set_free_packets("plan00000002", 2, again=True)
    assert ports.control.read_switches().exhausted


def test_what_is_said_of_another_plan_changes_nothing(engine: Engine, ports: Ports) -> None:
    ports.control.set_exhausted(PLAN.plan_id)
    ports.control.set_free_packets(PLAN.plan_id, 3)
    assert ports.control.read_switches() == Switches()
    activate(ports)
    before = engine.dump()
    ports.control.set_exhausted("plan00000002")
    ports.control.set_free_packets("plan00000002", 3)
    assert engine.dump() == before


def test_opening_and_closing_are_marked_once(ports: Ports) -> None:
    later = NOON + timedelta(minutes=1)
    assert [ports.control.mark_opened(at) for at in (NOON, later)] == [NOON, NOON]
    assert ports.control.read_switches() == Switches(opened_at=NOON)
    assert [ports.control.mark_closed(at) for at in (later, NOON)] == [later, later]
    assert ports.control.read_switches() == Switches(opened_at=NOON, closed_at=later)


def test_marks_and_switches_do_not_disturb_each_other(engine: Engine, ports: Ports, contest_id: str) -> None:
    ports.control.mark_opened(NOON)
    ports.control.set_paused(True, act())
    activate(ports)
    expected = Switches(paused=True, **ACTIVE, free_packets=20, opened_at=NOON)
    assert ports.control.read_switches() == expected
    assert engine.ports(contest_id + "x").control.read_switches() == Switches()


def test_questions_are_withdrawn_and_put_back_one_by_one(ports: Ports) -> None:
    one, both = frozenset({"q1"}), frozenset({"q1", "题2"})
    assert ports.control.change_withdrawn(frozenset(), "q1", True, act())
    assert ports.control.read_switches() == Switches(withdrawn=one)
    assert ports.control.change_withdrawn(one, "题2", True, act())
    assert ports.control.read_switches() == Switches(withdrawn=both)
    assert ports.control.change_withdrawn(both, "q1", False, act())
    assert ports.control.change_withdrawn(both - one, "题2", False, act())
    assert ports.control.read_switches() == Switches(), "an empty list is none"
    assert ports.control.change_withdrawn(frozenset(), "q1", True, act())


def test_withdrawn_questions_that_changed_meanwhile_are_left(engine: Engine, ports: Ports) -> None:
    assert ports.control.change_withdrawn(frozenset(), "q1", True, act())
    before = engine.dump()
    for seen in (frozenset[str](), frozenset({"q2"}), frozenset({"q1", "q2"})):
        for withdrawn in (True, False):
            assert not ports.control.change_withdrawn(seen, "q3", withdrawn, act())
    assert engine.dump() == before, "and leave no entry"


def test_the_same_withdrawal_again_was_made(engine: Engine, ports: Ports) -> None:
    entry = act()
    assert ports.control.change_withdrawn(frozenset(), "q1", True, entry)
    before = engine.dump()
    for seen in (frozenset[str](), frozenset({"q1"})):
        assert ports.control.change_withdrawn(seen, "q1", True, entry)
    assert engine.dump() == before
