"""The operator's plan of packets: laid before opening, activated by one final write (R8)."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import PlanRefused
from chalicelib.domain.prizes import Plan, PlanState, commitment
from chalicelib.ports import NewId, Plans

CHUNK = 990
"""Packets between two reports of progress."""
PLAN_ID = 12
"""Length of a plan's random id; a bill number is the id and eight digits."""


@dataclass(frozen=True, slots=True)
class PlanSetup:
    plans: Plans
    rules: PrizeRules
    new_id: NewId

    def lay_plan(self, progress: Callable[[int, int], None]) -> Plan:
        """Lays all packets; a second run lays the same ones. Raises PlanRefused when a plan is active or differs."""
        fresh = Plan(self.new_id()[:PLAN_ID], self.new_id(), self.new_id(), self.rules)
        plan = self.plans.current_plan() or self.plans.begin_plan(fresh)
        if plan.state is PlanState.ACTIVE:
            raise PlanRefused("plan_active")
        if plan.rules != self.rules:
            raise PlanRefused("plan_differs")
        packets = plan.packets()
        for start in range(0, len(packets), CHUNK):
            if not self.plans.lay_packets(plan, packets[start : start + CHUNK]):
                raise PlanRefused("plan_active")
            progress(min(start + CHUNK, len(packets)), len(packets))
        return plan

    def activate_plan(self) -> Plan:
        """Compares the pool with the plan and activates it. A second run returns the same. Raises PlanRefused."""
        plan = self.plans.current_plan()
        if plan is None:
            raise PlanRefused("no_plan")
        if plan.state is PlanState.ACTIVE:
            return plan
        amounts = plan.amounts()
        laid = {packet.number: packet.amount_fen for packet in self.plans.laid_packets(plan)}
        if laid != dict(enumerate(amounts)):
            raise PlanRefused("plan_incomplete")
        if not self.plans.activate_plan(plan, commitment(plan.plan_id, amounts, plan.salt)):
            raise PlanRefused("plan_changed")
        return replace(plan, state=PlanState.ACTIVE)
