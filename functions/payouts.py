"""The payout worker on the queue, and the one-minute sweep for jobs that the queue lost."""

import os

from chalice.app import Blueprint, CloudWatchEvent, Cron, Rate, SQSEvent

from chalicelib.adapters.queues import PAYOUT_WORKERS, read_notification_body, read_payout_body
from chalicelib.settings import LOCAL_DEFAULTS
from chalicelib.wiring import services

bp = Blueprint("app")
QUEUE = os.environ.get("RESOURCE_PREFIX", LOCAL_DEFAULTS["RESOURCE_PREFIX"]) + "-payouts"


# One job per batch: Chalice cannot report partial batch failures, and one failure must not repeat nine payouts.
# The mapping fetches no more than the workers take: a job that Lambda throttles would use up one of its tries.
@bp.on_sqs_message(queue=QUEUE, batch_size=1, name="pay", maximum_concurrency=PAYOUT_WORKERS)
def pay(event: SQSEvent) -> None:
    for record in event:
        if sealed := read_notification_body(record.body):
            services().notifications.take_notification(sealed)
        else:
            services().payouts.pay_claim(*read_payout_body(record.body))


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="sweep")
def sweep(event: CloudWatchEvent) -> None:
    services().sweep.sweep_once()


# 01:30 UTC is 09:30 in Shanghai: after any quiet hours.
@bp.schedule(Cron(30, 1, "*", "*", "?", "*"), name="reconcile")
def reconcile(event: CloudWatchEvent) -> None:
    services().reconciliation.queue_queries()
