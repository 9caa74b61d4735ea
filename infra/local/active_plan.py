"""Exits with 0 when the contest of the environment has an active plan, with 1 when not."""

import sys

from chalicelib.domain.prizes import PlanState
from chalicelib.wiring import services

if __name__ == "__main__":
    plan = services().ports.plans.current()
    sys.exit(0 if plan is not None and plan.state is PlanState.ACTIVE else 1)
