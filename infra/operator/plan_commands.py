"""Commands that lay, activate, discard and reveal the plan of packets."""

import argparse
import json

from chalicelib.domain.contest import Phase
from chalicelib.domain.errors import PlanRefused
from chalicelib.domain.prizes import Plan, commitment, yuan
from chalicelib.wiring import Services
from infra.operator.terminal import progress, progress_ends

REFUSALS = {
    "plan_active": "方案已经启用，不能再改。",
    "plan_differs": "已有一份未启用的方案，与现在的奖金配置不同：先执行 plan discard，再重新生成。",
    "no_plan": "还没有方案：先执行 plan lay。",
    "plan_incomplete": "红包没有全部生成：再执行一次 plan lay。",
    "plan_changed": "方案刚刚被别人改动，请查看 status 后再试。",
    "plan_claimed": "这份方案已有人领取，不能放弃：把 contest.toml 的奖金改回它的，再执行 plan lay、plan activate。",
    "other_plan": "开关中启用的是另一份方案，它的记录不见了；一场竞赛只有一份预算。见运维手册“恢复数据”。",
    "other_claims": "已有人领取了另一份方案的红包，不能再有一份预算：恢复那份方案的记录。见运维手册“恢复数据”。",
    "not_closed": "竞赛结束后才能公开方案。",
}


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
