"""The operator's plan of packets: laid before opening, activated by one final write (R8)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.claims import Claim, Packet
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import PlanRefused
from chalicelib.domain.prizes import Plan, PlanState, commitment
from chalicelib.ports import Control, Ledger, NewId, Plans

CHUNK = 990
"""Packets between two reports of progress."""
PLAN_ID = 12
"""Length of a plan's random id; a bill number is the id and eight digits."""


@dataclass(frozen=True, slots=True)
class PlanSetup:
    """A contest has one budget: while another plan is active or has claims, none is laid or activated.

    A table restored to an earlier moment may lack the header or the switches; the claims show what was handed out.
    """

    plans: Plans
    control: Control
    ledger: Ledger
    rules: PrizeRules
    new_id: NewId

    def lay_plan(self, progress: Callable[[int, int], None]) -> Plan:
        """Lays all packets that nobody claimed; a second run lays the same ones. Raises PlanRefused."""
        plan, active = self.plans.current_plan(), self.control.read_switches().plan_id
        claims = self._claims(plan, active)
        if active or (plan and plan.state is PlanState.ACTIVE):
            raise PlanRefused("plan_active")
        plan = plan or self.plans.begin_plan(self._fresh())
        if plan is None or plan.state is PlanState.ACTIVE:
            raise PlanRefused("plan_active")
        if plan.rules != self.rules:
            raise PlanRefused("plan_differs")
        self._lay(plan, plan.unclaimed(claims), progress)
        return plan

    def activate_plan(self) -> Plan:
        """Compares the pool with the plan and activates it. A second run returns the same. Raises PlanRefused."""
        plan, active = self.plans.current_plan(), self.control.read_switches().plan_id
        claims = self._claims(plan, active)
        if plan is None:
            raise PlanRefused("no_plan")
        if plan.state is PlanState.ACTIVE and active:
            return plan
        if set(self.plans.laid_packets(plan)) != set(plan.unclaimed(claims)):
            raise PlanRefused("plan_incomplete")
        if not self.plans.activate_plan(plan, commitment(plan.plan_id, plan.amounts(), plan.salt)):
            raise PlanRefused("plan_changed")
        return replace(plan, state=PlanState.ACTIVE)

    def discard_plan(self) -> None:
        """Discards a plan that was never active, so that another can be laid. Raises PlanRefused."""
        plan = self.plans.current_plan()
        if plan is None:
            raise PlanRefused("no_plan")
        if any(claim.packet.plan_id == plan.plan_id for claim in self.ledger.all_claims()):
            raise PlanRefused("plan_claimed")
        if plan.state is PlanState.ACTIVE or not self.plans.discard_plan(plan):
            raise PlanRefused("plan_active")

    def _fresh(self) -> Plan:
        return Plan(self.new_id()[:PLAN_ID], self.new_id(), self.new_id(), self.rules)

    def _claims(self, plan: Plan | None, active: str) -> Sequence[Claim]:
        """Returns the plan's claims. Raises PlanRefused when another plan is active or has claims."""
        own = plan.plan_id if plan else ""
        if active not in ("", own):
            raise PlanRefused("other_plan")
        claims = [claim for claim in self.ledger.all_claims() if not claim.is_smoke]
        if any(claim.packet.plan_id != own for claim in claims):
            raise PlanRefused("other_claims")
        return claims

    def _lay(self, plan: Plan, packets: Sequence[Packet], progress: Callable[[int, int], None]) -> None:
        for start in range(0, len(packets), CHUNK):
            if not self.plans.lay_packets(plan, packets[start : start + CHUNK]):
                raise PlanRefused("plan_active")
            progress(min(start + CHUNK, len(packets)), len(packets))
