"""Laying and activating the plan: whole or not at all (R8)."""

from dataclasses import replace
from random import Random

import pytest

from chalicelib.domain import prizes
from chalicelib.domain.claim import Claim, Packet, PayoutStatus
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import PlanRefused, TryAgain
from chalicelib.domain.prizes import Plan, PlanState, commitment, split
from chalicelib.domain.switches import Switches
from tests.support import examples
from tests.support.bench import Bench, nobody_watches
from tests.support.killed import Killed
from tests.support.world import Trouble


@pytest.fixture
def bench() -> Bench:
    return Bench(examples.contest(packets=1200))


def lay(bench: Bench) -> Plan:
    return bench.app.plans.lay_plan(nobody_watches, "wang")


def lay_and_activate(bench: Bench) -> None:
    lay(bench)
    bench.app.plans.activate_plan("wang")


def pool(bench: Bench, plan: Plan) -> list[Packet]:
    return list(bench.ports.plans.laid_packets(plan))


def assert_active(bench: Bench, plan: Plan) -> None:
    switches = bench.ports.control.read_switches()
    assert (switches.plan_id, switches.free_packets, switches.exhausted) == (plan.plan_id, 1200, False)
    assert switches.commitment == commitment(plan.plan_id, plan.amounts(), plan.salt)
    assert pool(bench, plan) == list(plan.packets())
    assert sum(packet.amount_fen for packet in pool(bench, plan)) == bench.contest.prizes.budget_fen
    held = bench.ports.plans.current_plan()
    assert held == replace(plan, state=PlanState.ACTIVE)


def test_a_plan_is_laid_and_activated(bench: Bench) -> None:
    progress: list[tuple[int, int]] = []
    plan = bench.app.plans.lay_plan(lambda done, total: progress.append((done, total)), "wang")
    assert progress == [(990, 1200), (1200, 1200)]
    assert bench.ports.control.read_switches().plan_id == ""
    assert bench.app.plans.activate_plan("wang") == replace(plan, state=PlanState.ACTIVE)
    assert_active(bench, plan)


def test_amounts_outside_the_rules_are_never_activated(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program would be wrong: its sum is right, but one packet is above the maximum."""

    def wrong(rules: PrizeRules, rng: Random) -> tuple[int, ...]:
        first, second, *others = split(rules, rng)
        above = rules.max_fen + 1
        return above, second - (above - first), *others

    monkeypatch.setattr(prizes, "split", wrong)
    lay(bench)
    with pytest.raises(PlanRefused, match="plan_faulty") as refused:
        bench.app.plans.activate_plan("wang")
    assert "的金额不在" in refused.value.detail
    assert bench.ports.control.read_switches().plan_id == ""


def test_laying_again_lays_the_same(bench: Bench) -> None:
    plan = lay(bench)
    before = bench.world.snapshot()
    assert lay(bench) == plan
    assert bench.world.snapshot() == before


@pytest.mark.parametrize("calls", range(15))
def test_a_crash_in_the_middle_is_resumed(bench: Bench, calls: int) -> None:
    bench.world.will_die(calls)
    with pytest.raises(Killed):
        lay(bench)
    bench.world.will_die(None)
    begun = bench.ports.plans.current_plan()
    if begun:
        with pytest.raises(PlanRefused, match="plan_incomplete"):
            bench.app.plans.activate_plan("wang")
    plan = lay(bench)
    assert begun in (None, plan)
    bench.app.plans.activate_plan("wang")
    assert_active(bench, plan)


@pytest.mark.parametrize("calls", range(3))
def test_a_crash_of_the_activation_leaves_nothing_half_done(bench: Bench, calls: int) -> None:
    plan = lay(bench)
    before = bench.world.snapshot()
    bench.world.will_die(calls)
    with pytest.raises(Killed):
        bench.app.plans.activate_plan("wang")
    bench.world.will_die(None)
    assert bench.world.snapshot() == before
    bench.app.plans.activate_plan("wang")
    assert_active(bench, plan)


@pytest.mark.parametrize("name", ["plans.begin_plan", "plans.lay_packets", "plans.activate_plan"])
@pytest.mark.parametrize("trouble", Trouble)
def test_a_store_in_trouble_is_asked_again(bench: Bench, name: str, trouble: Trouble) -> None:
    bench.world.will_fail(name, trouble)
    with pytest.raises(TryAgain):
        lay_and_activate(bench)
    held = bench.ports.plans.current_plan()
    plan = held if held and held.state is PlanState.ACTIVE else lay(bench)
    bench.app.plans.activate_plan("wang")
    assert_active(bench, replace(plan, state=PlanState.LAYING))


def test_activating_again_changes_nothing(bench: Bench) -> None:
    lay(bench)
    first = bench.app.plans.activate_plan("wang")
    before = bench.world.snapshot()
    assert bench.app.plans.activate_plan("wang") == first
    assert bench.world.snapshot() == before


def test_an_active_plan_is_not_laid_again(bench: Bench) -> None:
    lay(bench)
    bench.app.plans.activate_plan("wang")
    bench.claimed("o1")
    before = bench.world.snapshot()
    with pytest.raises(PlanRefused, match="plan_active"):
        lay(bench)
    assert bench.world.snapshot() == before


def test_a_layer_that_was_overtaken_by_the_activation_stops(bench: Bench) -> None:
    plan = lay(bench)

    def overtake(done: int, total: int) -> None:
        bench.app.plans.activate_plan("wang")

    with pytest.raises(PlanRefused, match="plan_active"):
        bench.app.plans.lay_plan(overtake, "wang")
    assert_active(bench, plan)


def test_changed_rules_are_refused_until_the_plan_is_discarded(bench: Bench) -> None:
    plan = lay(bench)
    changed = replace(bench.contest.prizes, budget_fen=bench.contest.prizes.budget_fen + 100)
    other = replace(bench.app.plans, rules=changed)
    before = bench.world.snapshot()
    with pytest.raises(PlanRefused, match="plan_differs"):
        other.lay_plan(nobody_watches, "wang")
    assert bench.world.snapshot() == before
    other.discard_plan("wang")
    fresh = other.lay_plan(nobody_watches, "wang")
    assert fresh.plan_id != plan.plan_id
    bench.app.plans.activate_plan("wang")
    assert sum(packet.amount_fen for packet in pool(bench, fresh)) == changed.budget_fen


def test_without_a_plan_nothing_is_activated(bench: Bench) -> None:
    with pytest.raises(PlanRefused, match="no_plan"):
        bench.app.plans.activate_plan("wang")


@pytest.mark.parametrize(
    ("fault", "named"),
    [("missing", "（缺 1 个：1199）"), ("more", "（多 1 个：1200）"), ("other amount", "（缺 1 个：7；多 1 个：7）")],
)
def test_a_pool_that_is_not_the_plan_is_not_activated(bench: Bench, fault: str, named: str) -> None:
    plan = lay(bench)
    packets = bench.state.pool[plan.plan_id]
    if fault == "missing":
        del packets[1199]
    elif fault == "more":
        packets[1200] = Packet(plan.plan_id, 1200, 100)
    else:
        packets[7] = replace(packets[7], amount_fen=packets[7].amount_fen + 1)
    with pytest.raises(PlanRefused, match="plan_incomplete") as refused:
        bench.app.plans.activate_plan("wang")
    assert bench.ports.control.read_switches().plan_id == ""
    assert refused.value.detail == named
    lay(bench)
    bench.app.plans.activate_plan("wang")
    assert set(pool(bench, plan)) == set(plan.packets())


def test_of_many_packets_the_first_twenty_are_named(bench: Bench) -> None:
    plan = lay(bench)
    bench.state.pool[plan.plan_id].clear()
    with pytest.raises(PlanRefused) as refused:
        bench.app.plans.activate_plan("wang")
    assert refused.value.detail.startswith("（缺 1200 个：0、1、2、")
    assert refused.value.detail.endswith("、19……）")


def test_a_plan_s_id_leaves_room_for_a_bill_number(bench: Bench) -> None:
    plan = lay(bench)
    bench.app.plans.activate_plan("wang")
    assert len(plan.plan_id) == 12
    assert len(bench.claimed("o1").order.mch_billno) <= 28


# A table restored to an earlier moment may say that nothing was laid or activated.


@pytest.fixture
def claim(bench: Bench) -> Claim:
    """Claims a packet of the active plan."""
    lay_and_activate(bench)
    return bench.claimed("o1")


def header(bench: Bench) -> Plan:
    held = bench.state.plan
    assert held
    return held


def assert_refused(bench: Bench, refusal: str, *steps: str) -> None:
    before = bench.world.snapshot()
    for step in steps:
        with pytest.raises(PlanRefused, match=refusal):
            lay(bench) if step == "lay" else getattr(bench.app.plans, f"{step}_plan")("wang")
    assert bench.world.snapshot() == before


def test_while_the_switches_name_another_plan_nothing_is_laid_or_activated(bench: Bench) -> None:
    lay_and_activate(bench)
    bench.state.plan = None
    assert_refused(bench, "other_plan", "lay", "activate")
    bench.state.plan = examples.plan(packets=1200)
    bench.state.pool[bench.state.plan.plan_id] = {packet.number: packet for packet in bench.state.plan.packets()}
    assert_refused(bench, "other_plan", "lay", "activate")


def test_while_another_plan_has_claims_nothing_is_laid_or_activated(bench: Bench, claim: Claim) -> None:
    bench.state.plan, bench.state.switches = None, Switches()
    assert_refused(bench, "other_claims", "lay", "activate")
    bench.state.plan = examples.plan(packets=1200)
    bench.state.pool[bench.state.plan.plan_id] = {packet.number: packet for packet in bench.state.plan.packets()}
    assert_refused(bench, "other_claims", "lay", "activate")


def test_a_smoke_payment_is_of_no_plan(bench: Bench) -> None:
    bench.follow("o1")
    bench.app.smoke_payments.start_smoke_payment("o1", None, "li")
    lay_and_activate(bench)


def test_a_claimed_packet_is_not_laid_again_whatever_header_and_switches_say(bench: Bench, claim: Claim) -> None:
    plan = replace(header(bench), state=PlanState.LAYING)
    bench.state.plan, bench.state.switches = plan, Switches()
    assert lay(bench) == plan
    assert set(pool(bench, plan)) == set(plan.packets()) - {claim.packet}
    bench.app.plans.activate_plan("wang")
    assert bench.app.audit.audit_books().violations == ()


def test_a_released_packet_is_not_laid_again_but_the_one_in_its_place_is(bench: Bench, claim: Claim) -> None:
    plan = replace(header(bench), state=PlanState.LAYING)
    bench.ports.payouts.put_back(claim, replace(claim, status=PayoutStatus.REFUNDED, due_at=None), 1200)
    again = replace(claim.packet, number=claim.packet.number + 1200)
    bench.state.plan, bench.state.switches = plan, Switches()
    bench.state.pool.clear()
    lay(bench)
    assert set(pool(bench, plan)) == {*plan.packets(), again} - {claim.packet}
    bench.app.plans.activate_plan("wang")
    assert bench.app.audit.audit_books().violations == ()


def test_nothing_is_laid_while_the_switches_name_the_plan(bench: Bench, claim: Claim) -> None:
    bench.state.plan = replace(header(bench), state=PlanState.LAYING)
    assert_refused(bench, "plan_active", "lay")
    bench.app.plans.activate_plan("wang")
    assert header(bench).state is PlanState.ACTIVE


def test_an_active_plan_whose_switches_were_lost_is_activated_again(bench: Bench, claim: Claim) -> None:
    plan, bench.state.switches = header(bench), Switches()
    bench.app.plans.activate_plan("wang")
    assert bench.ports.control.read_switches().plan_id == plan.plan_id
    assert bench.app.audit.audit_books().violations == ()


def test_an_active_plan_whose_pool_and_switches_were_lost_is_laid_again(bench: Bench, claim: Claim) -> None:
    plan, bench.state.switches = header(bench), Switches()
    bench.state.pool.clear()
    bench.clock.advance(minutes=1)
    assert_refused(bench, "plan_incomplete", "activate")
    assert lay(bench) == plan
    bench.app.plans.activate_plan("wang")
    assert bench.ports.control.read_switches().plan_id == plan.plan_id
    assert bench.app.audit.audit_books().violations == ()


@pytest.mark.parametrize("state", PlanState)
def test_laying_removes_from_a_restored_pool_what_was_claimed(bench: Bench, claim: Claim, state: PlanState) -> None:
    plan = replace(header(bench), state=state)
    bench.state.plan, bench.state.switches = plan, Switches()
    bench.state.pool[plan.plan_id][claim.packet.number] = claim.packet
    bench.clock.advance(minutes=1)
    assert_refused(bench, "plan_incomplete", "activate")
    assert lay(bench) == plan
    assert set(pool(bench, plan)) == set(plan.packets()) - {claim.packet}
    bench.app.plans.activate_plan("wang")
    assert bench.app.audit.audit_books().violations == ()


def test_laying_removes_nothing_while_the_switches_name_the_plan(bench: Bench, claim: Claim) -> None:
    plan = header(bench)
    bench.state.pool[plan.plan_id][claim.packet.number] = claim.packet
    assert not bench.ports.plans.remove_packets(plan, [claim.packet])
    assert_refused(bench, "plan_active", "lay")


def test_a_plan_activated_before_its_facts_were_recorded_gets_them_and_nothing_else(bench: Bench, claim: Claim) -> None:
    plan, complete = header(bench), bench.state.switches
    bench.state.switches = replace(complete, plan_facts=None, exhausted=True, free_packets=7)
    bench.clock.advance(minutes=1)
    assert bench.app.plans.activate_plan("wang") == plan
    assert bench.state.switches == replace(complete, exhausted=True, free_packets=7)


def test_every_step_is_in_the_log(bench: Bench) -> None:
    """The plan that was dropped, too; a second run that lays again; not a refused one."""
    dropped = lay(bench)
    bench.clock.advance(minutes=1)
    bench.app.plans.discard_plan("li", "a typing error")
    plan = lay(bench)
    bench.clock.advance(minutes=1)
    lay(bench)
    bench.app.plans.activate_plan("wang")
    with pytest.raises(PlanRefused):
        lay(bench)
    facts, published = "1200 packets, 240000 fen", commitment(plan.plan_id, plan.amounts(), plan.salt)
    found = [(e.who, e.what, e.about, e.old, e.new, e.reason) for e in bench.ports.ledger.log_entries()]
    assert found == [
        ("wang", "plan lay", dropped.plan_id, "", facts, ""),
        ("li", "plan discard", dropped.plan_id, facts, "", "a typing error"),
        ("wang", "plan lay", plan.plan_id, "", facts, ""),
        ("wang", "plan lay", plan.plan_id, "", facts, ""),
        ("wang", "plan activate", plan.plan_id, "", published, ""),
    ]


def test_a_plan_with_claims_is_not_discarded(bench: Bench, claim: Claim) -> None:
    """Its claims would prevent any other plan from being laid."""
    bench.state.plan, bench.state.switches = replace(header(bench), state=PlanState.LAYING), Switches()
    assert_refused(bench, "plan_claimed", "discard")


def test_after_discarding_one_can_lay_again(bench: Bench) -> None:
    plan = lay(bench)
    bench.app.plans.discard_plan("wang")
    assert bench.state.plan is None
    lay_and_activate(bench)
    assert header(bench).plan_id != plan.plan_id
    assert_refused(bench, "plan_active", "discard")


def test_another_s_unfinished_plan_is_discarded_and_the_active_one_stays(bench: Bench, claim: Claim) -> None:
    active, bench.state.plan = header(bench), examples.plan(packets=1200)
    bench.app.plans.discard_plan("wang")
    bench.state.plan = active
    assert bench.app.plans.activate_plan("wang") == active
