"""Lays and activates the plan of the environment's contest, unless one is active."""

from chalicelib.domain.prizes import PlanState
from chalicelib.wiring import services

WHO = "make run"

if __name__ == "__main__":
    found = services()
    plan = found.ports.plans.current_plan()
    # An engine still running from the last run keeps its plan.
    if plan is None or plan.state is not PlanState.ACTIVE:
        found.plans.lay_plan(lambda *_: None, WHO)
        found.plans.activate_plan(WHO)
