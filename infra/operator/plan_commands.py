"""Commands that lay, activate, discard and reveal the plan of packets."""

import argparse
import json

from chalicelib.domain.contest import Phase
from chalicelib.domain.errors import PlanRefused
from chalicelib.domain.prizes import Plan, commitment, yuan
from chalicelib.wiring import Services
from infra.operator.terminal import progress, progress_ends


def lay(services: Services, arguments: argparse.Namespace) -> None:
    plan = services.plans.lay_plan(progress)
    progress_ends()
    print(f"方案 {plan.plan_id} 已生成：{plan.rules.packets} 个红包，共 {yuan(plan.rules.budget_fen)} 元。")


def activate(services: Services, arguments: argparse.Namespace) -> None:
    plan = services.plans.activate_plan()
    print(f"方案 {plan.plan_id} 已启用。承诺值：{_commitment(plan)}")


def discard(services: Services, arguments: argparse.Namespace) -> None:
    services.plans.discard_plan()
    print("已放弃未启用的方案。")


def reveal(services: Services, arguments: argparse.Namespace) -> None:
    """Prints the plan and its salt as JSON, so that anyone can recompute the published commitment."""
    plan = services.ports.plans.current_plan()
    if plan is None:
        raise PlanRefused("no_plan")
    if services.contest.window.phase(services.clock()) is not Phase.CLOSED:
        raise PlanRefused("not_closed")
    amounts, published = plan.amounts(), _commitment(plan)
    print(json.dumps({"plan_id": plan.plan_id, "salt": plan.salt, "amounts": amounts, "commitment": published}))


def _commitment(plan: Plan) -> str:
    return commitment(plan.plan_id, plan.amounts(), plan.salt)
