"""EventBridge and Lambda's SQS poller on this machine: calls the handlers with the events that they get in AWS.

    python -m infra.local.event_runner queues|schedules

The Chalice application says which handlers there are, and when or for which queue they run. The two run in processes
of their own, as the functions do in AWS: a slow payout delays no sweep.
"""

import hashlib
import importlib
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

import boto3
from chalice.local import LambdaContext

from chalicelib.adapters.clock import make_clock
from infra import schedules
from infra.project import ROOT, event_sources
from infra.schedules import ACCOUNT, scheduled_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

Handler = Callable[[Any, Any], Any]

_IDLE_SECONDS = 0.3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueueHandler:
    """`handler` gets the messages of `queue`, one at a time."""

    name: str
    queue: str
    handler: Handler


@dataclass(slots=True)
class Timer:
    """`handler` is due at `due`, a time of the contest's clock; None when never again."""

    name: str
    handler: Handler
    schedule: schedules.Schedule
    due: datetime | None


def queue_handlers(module: ModuleType) -> list[QueueHandler]:
    """What the application in `module` (the imported `app.py`) registered for queues."""
    sources = event_sources(module)
    return [QueueHandler(one.function, one.queue, getattr(module, one.function)) for one in sources if one.queue]


def timers(module: ModuleType, now: datetime) -> list[Timer]:
    """What it registered for schedules, in the order in which it is due first. Raises `ScheduleError`."""
    found = []
    for source in event_sources(module):
        if source.schedule:
            schedule = schedules.parse(source.schedule)
            first = schedules.first_run(schedule, now)
            found.append((first, Timer(source.function, getattr(module, source.function), schedule, first)))
    return [timer for _, timer in sorted(found, key=lambda pair: pair[0])]


def sqs_event(message: Mapping[str, Any], queue: str, region: str) -> dict[str, Any]:
    """The event for one message, given as ReceiveMessage returned it. Ours have no attributes of their own."""
    body = message["Body"]
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": body,
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {},
        "md5OfBody": message.get("MD5OfBody") or hashlib.md5(body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{region}:{ACCOUNT}:{queue}",
        "awsRegion": region,
    }
    return {"Records": [record]}


def deliver_one(sqs: "SQSClient", target: QueueHandler, url: str = "") -> bool:
    """Takes a message, calls the handler, deletes the message unless that raises. False when there is none.

    `url` is the queue's, looked up where it is empty.
    """
    url = url or queue_url(sqs, target)
    # No long poll: the local stand-in serves one request at a time, and would make senders wait.
    received = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=1,
        WaitTimeSeconds=0,
        MessageSystemAttributeNames=["All"],
    )
    for message in received.get("Messages", []):
        event = sqs_event(cast(Mapping[str, Any], message), target.queue, sqs.meta.region_name)
        if call(target.name, target.handler, event):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return True
    return False


def queue_url(sqs: "SQSClient", target: QueueHandler) -> str:
    return sqs.get_queue_url(QueueName=target.queue)["QueueUrl"]


def run_due(found: list[Timer], now: datetime) -> None:
    """Runs what is due, and sets when it is due next. All runs missed meanwhile are made up for by one."""
    for timer in found:
        if timer.due is not None and timer.due <= now:
            call(timer.name, timer.handler, scheduled_event(timer.name, timer.due))
            timer.due = schedules.next_run(timer.schedule, max(timer.due, now))


def call(name: str, handler: Handler, event: Mapping[str, Any]) -> bool:
    """Calls it as Lambda does. False, and an error in the log, when it raises: other events go on."""
    try:
        handler(event, LambdaContext(name, 512, max_runtime_ms=30_000))
    except Exception:  # noqa: BLE001 - Lambda survives whatever a handler does
        _log.exception("ERROR: %s failed", name)
        return False
    return True


def main(what: str) -> None:
    """Runs until it is stopped."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    sys.path.insert(0, str(ROOT))
    module = importlib.import_module("app")
    if what == "queues":
        sqs = boto3.client("sqs")
        targets = [(target, queue_url(sqs, target)) for target in queue_handlers(module)]
        while True:
            delivered = [deliver_one(sqs, target, url) for target, url in targets]
            if not any(delivered):
                time.sleep(_IDLE_SECONDS)
    clock = make_clock(os.environ)
    found = timers(module, clock())
    while True:
        run_due(found, clock())
        time.sleep(_IDLE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
