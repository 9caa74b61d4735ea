"""Jobs deferred until the callback's answer: events that could not be stored, and messages to sharers."""

import os

from chalice.app import Blueprint, SQSEvent

from chalicelib.adapters.queues import LATER_WORKERS, read_later_body
from chalicelib.domain.referral import WaitingReferral
from chalicelib.settings import LOCAL_DEFAULTS
from chalicelib.wiring import services

bp = Blueprint("app")
QUEUE = os.environ.get("RESOURCE_PREFIX", LOCAL_DEFAULTS["RESOURCE_PREFIX"]) + "-later"


@bp.on_sqs_message(queue=QUEUE, batch_size=1, name="take_later", maximum_concurrency=LATER_WORKERS)
def take_later(event: SQSEvent) -> None:
    for record in event:
        job = read_later_body(record.body)
        if isinstance(job, str):
            services().notices.notify_sharer(job)
        elif isinstance(job, WaitingReferral):
            services().conversation.judge_referral(job)
        else:
            services().conversation.store_event(job)
