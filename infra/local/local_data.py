"""Creates the tables, queues and bucket of the environment's contest.

Lays and activates its plan unless one is active.
"""

import os

import boto3

from chalicelib.domain.prizes import PlanState
from chalicelib.wiring import services
from infra.provision import create_all, create_bucket

WHO = "make run"

if __name__ == "__main__":
    create_all(boto3.client("dynamodb"), boto3.client("sqs"), os.environ["RESOURCE_PREFIX"])
    create_bucket(boto3.client("s3"), os.environ["RESOURCE_PREFIX"], os.environ["PUBLIC_BASE_URL"])
    found = services()
    plan = found.ports.plans.current_plan()
    # An engine still running from the last run keeps its plan.
    if plan is None or plan.state is not PlanState.ACTIVE:
        found.plans.lay_plan(lambda *_: None, WHO)
        found.plans.activate_plan(WHO)
