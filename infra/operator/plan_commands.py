"""Commands that lay, activate, discard and reveal the plan of packets."""

import json

from chalicelib.domain.errors import PlanRefused
from chalicelib.domain.prizes import Plan, commitment, yuan
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import confirm, deployed, who
from infra.operator.terminal import By, WhyIfAny, progress

plan = Noun("plan", "红包方案 / the plan of packets", "红包 / packets")


@plan.changes("lay")
def lay(reason: WhyIfAny = "", by: By = None) -> None:
    """生成红包，可重复执行 / lay the packets, safe to repeat"""
    services = deployed()
    rules = services.contest.prizes
    confirm("生成红包方案？", f"{rules.packets} 个红包，共 {yuan(rules.budget_fen)} 元")
    with progress("生成红包") as laid:
        made = services.plans.lay_plan(laid, who(by), reason)
    _tell(made)
    print(f"方案 {made.plan_id} 已生成：{_counts(made)}。")


@plan.changes("activate")
def activate(reason: WhyIfAny = "", by: By = None) -> None:
    """启用方案，不可更改 / activate (final)"""
    services = deployed()
    found = _current()
    facts = f"方案 {found.plan_id} {found.state.value}：{_counts(found)}"
    confirm("启用后不可更改，确定？", facts, sum_fen=found.rules.budget_fen)
    made = services.plans.activate_plan(who(by), reason)
    _tell(made)
    print(f"方案 {made.plan_id} 已启用。承诺值：{_commitment(made)}")


@plan.changes("discard")
def discard(reason: WhyIfAny = "", by: By = None) -> None:
    """放弃未启用的方案 / drop a plan not yet active"""
    found = _current()
    confirm("放弃未启用的方案？", f"方案 {found.plan_id} {found.state.value}：{_counts(found)}")
    deployed().plans.discard_plan(who(by), reason)
    print("已放弃未启用的方案。")


@plan.changes("reveal")
def reveal(reason: WhyIfAny = "", by: By = None) -> None:
    """结束后公开方案和领取明细 / publish the proof after closing

    Prints it as JSON and serves it at /api/proof, so that anyone can check it with verify-plan.
    """
    services = deployed(must_be_known=True)
    proof = json.loads(services.reveal.draft_proof())
    if services.ports.control.read_switches().closed_at is None:  # the clock of this machine may be wrong
        raise PlanRefused("no_closing")
    confirm("公开？此后人人可见。", f"方案 {proof['plan_id']}：{len(proof['claims'])} 笔领取")
    text = services.reveal.reveal_plan(who(by), reason)
    tell(plan=proof)
    print(text)


def _current() -> Plan:
    """Raises PlanRefused when there is none."""
    found = deployed().ports.plans.current_plan()
    if found is None:
        raise PlanRefused("no_plan")
    return found


def _counts(found: Plan) -> str:
    return f"{found.rules.packets} 个红包，共 {yuan(found.rules.budget_fen)} 元"


def _tell(found: Plan) -> None:
    tell(plan=found.plan_id, state=found.state.value, packets=found.rules.packets, budget_fen=found.rules.budget_fen)


def _commitment(found: Plan) -> str:
    return commitment(found.plan_id, found.amounts(), found.salt)
