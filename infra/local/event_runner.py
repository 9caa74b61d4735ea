"""Replaces EventBridge and Lambda's SQS poller on this machine: calls the handlers with the events that AWS sends.

    python -m infra.local.event_runner schedules
    python -m infra.local.event_runner queues [WORKERS [PER_SECOND]]

The Chalice application registers the handlers, with their queues and schedules. Queues and schedules run in separate
processes, as the functions do in AWS: a slow payout does not delay the sweep. WORKERS processes share the queues
(default 1): each looks the less often, so that together they ask an empty queue as often as one would. Together they
send PER_SECOND payouts a second (default: the contest's `payouts.per_second`).
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

from chalice.local import LambdaContext

from chalicelib import wiring
from chalicelib.adapters import aws
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.clock import Pacer, make_clock
from infra import schedules
from infra.local.garbage import collect_rarely
from infra.project import ROOT, event_sources
from infra.schedules import ACCOUNT, scheduled_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef

Handler = Callable[[Any, Any], Any]

_IDLE_SECONDS = 0.3
_IN_A_ROW = 10
"""SQS gives no more at once."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueueHandler:
    """`handler` gets the messages of `queue`, one at a time."""

    name: str
    queue: str
    handler: Handler


@dataclass(slots=True)
class Timer:
    """`handler` is due at `due`, by the contest's clock; None for never again."""

    name: str
    handler: Handler
    schedule: schedules.Schedule
    due: datetime | None


def queue_handlers(module: ModuleType) -> list[QueueHandler]:
    """Returns the queue handlers that `module` (the imported `app.py`) registered."""
    sources = event_sources(module)
    return [QueueHandler(one.function, one.queue, getattr(module, one.function)) for one in sources if one.queue]


def timers(module: ModuleType, now: datetime) -> list[Timer]:
    """Returns the scheduled handlers that `module` registered, ordered by due time. Raises `ScheduleError`."""
    found = []
    for source in event_sources(module):
        if source.schedule:
            schedule = schedules.parse(source.schedule)
            first = schedules.first_run(schedule, now)
            found.append((first, Timer(source.function, getattr(module, source.function), schedule, first)))
    return [timer for _, timer in sorted(found, key=lambda pair: pair[0])]


def sqs_event(message: Mapping[str, Any], queue: str, region: str) -> dict[str, Any]:
    """Makes Lambda's event from a message of ReceiveMessage. Our messages have no message attributes."""
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
    """Receives a message, calls the handler and, unless it raises, deletes the message. False when there is none.

    `url` is the queue's; if empty, it is looked up.
    """
    return deliver_some(sqs, target, url, most=1)


def deliver_some(sqs: "SQSClient", target: QueueHandler, url: str = "", most: int = _IN_A_ROW) -> bool:
    """The same for up to `most` messages, which one request receives: each call of the handler has one of them. False
    when there are fewer. They are deleted together: if the process dies before, those that were done come again."""
    url = url or queue_url(sqs, target)
    # No long poll: the local server handles one request at a time and would make senders wait.
    received = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=most, WaitTimeSeconds=0, MessageSystemAttributeNames=["All"]
    )
    messages = received.get("Messages", [])
    done: list[DeleteMessageBatchRequestEntryTypeDef] = []
    for number, message in enumerate(messages):
        event = sqs_event(cast(Mapping[str, Any], message), target.queue, sqs.meta.region_name)
        if call(target.name, target.handler, event):
            done.append({"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]})
    if done:
        sqs.delete_message_batch(QueueUrl=url, Entries=done)
    return len(messages) == most


def queue_url(sqs: "SQSClient", target: QueueHandler) -> str:
    return sqs.get_queue_url(QueueName=target.queue)["QueueUrl"]


def run_due(found: list[Timer], now: datetime) -> None:
    """Runs due handlers and sets their next due times. One run makes up for all that were missed."""
    for timer in found:
        if timer.due is not None and timer.due <= now:
            call(timer.name, timer.handler, scheduled_event(timer.name, timer.due))
            timer.due = schedules.next_run(timer.schedule, max(timer.due, now))


def call(name: str, handler: Handler, event: Mapping[str, Any]) -> bool:
    """Calls the handler as Lambda does. If it raises, logs an error and returns False: other events go on."""
    try:
        handler(event, LambdaContext(name, 512, max_runtime_ms=30_000))
    except Exception:  # noqa: BLE001 - Lambda survives any error of a handler
        _log.exception("ERROR: %s failed", name)
        return False
    return True


def share_the_rate(ports: AwsPorts, per_second: float, workers: int) -> None:
    """On Lambda there are PAYOUT_WORKERS; here `workers` together send as many payouts a second."""
    ports.pace = Pacer(workers / per_second, ports.monotonic, ports.sleep)


def main(what: str, workers: int = 1, per_second: int | None = None) -> None:
    """Runs until it is stopped."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    sys.path.insert(0, str(ROOT))
    module = importlib.import_module("app")
    collect_rarely()
    if what == "queues":
        sqs = cast("SQSClient", aws.session().create_client("sqs"))
        services = wiring.services()
        share_the_rate(cast(AwsPorts, services.ports), per_second or services.contest.payouts.per_second, workers)
        targets = [(target, queue_url(sqs, target)) for target in queue_handlers(module)]
        while True:
            waiting = [deliver_some(sqs, target, url) for target, url in targets]
            if not any(waiting):
                time.sleep(_IDLE_SECONDS * workers)
    clock = make_clock(os.environ)
    found = timers(module, clock())
    while True:
        run_due(found, clock())
        time.sleep(_IDLE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
