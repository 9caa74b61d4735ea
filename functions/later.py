"""What waited until WeChat had its answer: events that the store could not take, and messages to sharers."""

import os

from chalice.app import Blueprint, SQSEvent

from chalicelib.adapters.later_queue import from_body
from chalicelib.settings import LOCAL_DEFAULTS
from chalicelib.wiring import services

bp = Blueprint("app")
WORKERS = 10
"""The function's reserved concurrency in `.chalice/config.json`; a test holds the two together."""
QUEUE = os.environ.get("RESOURCE_PREFIX", LOCAL_DEFAULTS["RESOURCE_PREFIX"]) + "-later"


@bp.on_sqs_message(queue=QUEUE, batch_size=1, name="take_later", maximum_concurrency=WORKERS)
def take_later(event: SQSEvent) -> None:
    for record in event:
        job = from_body(record.body)
        if isinstance(job, str):
            services().notices.notify_sharer(job)
        else:
            services().conversation.store_event(job)
