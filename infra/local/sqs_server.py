"""The local server for SQS, SSM and S3: moto's, single-threaded because it is not atomic under threads.

A long poll would block all other clients: use `WaitTimeSeconds=0`.
"""

import argparse
import time
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from moto.core.utils import unix_time as real_unix_time
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.sqs import models as sqs_models

from chalicelib.adapters.clock import seconds_forward
from infra.local.garbage import collect_rarely
from infra.local.wsgi_server import WsgiServer

_LOOK_SECONDS = 0.0002
"""The clock's file is read again after so long: a request later at the latest."""


class Dispatcher(DomainDispatcherApplication):
    """Finds a host's service once: moto lists its own folder at each request."""

    get_backend_for_host = cache(DomainDispatcherApplication.get_backend_for_host)


def is_kept(backend: sqs_models.SQSBackend, queue_name: str, message: sqs_models.Message) -> bool:
    """Whether the queue has not dropped the message. moto computes all attributes of the queue for that, and counts its
    messages in three ways, for each message received."""
    queue: Any = backend.get_queue(queue_name)
    sent: Any = message.sent_timestamp
    return bool(queue.message_retention_period + sent / 1000 > sqs_models.unix_time())


def main() -> None:
    """Serves on 127.0.0.1 until it is stopped."""
    parser = argparse.ArgumentParser(prog="infra.local.sqs_server")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--clock-file", type=Path)
    given = parser.parse_args()
    vars(sqs_models)["SQSBackend"].is_message_valid_based_on_retention_period = is_kept
    collect_rarely()
    if given.clock_file:
        set_with(given.clock_file)
    WsgiServer(Dispatcher(create_backend_app), given.port, threads=1).safe_start()


def set_with(clock_file: Path) -> None:
    """Sets the queues' clock forward with the others: for delays, invisible messages and their retention.

    A request asks for the time a dozen times for each message of its queue: moto's own way to tell it, and reading the
    file each time, took most of the server's CPU.
    """
    looked, forward = -1.0, 0.0

    def unix_time(dt: datetime | None = None) -> float:
        nonlocal looked, forward
        if dt:
            return real_unix_time(dt)
        now = time.time()
        if not 0 <= now - looked < _LOOK_SECONDS:
            looked, forward = now, seconds_forward(clock_file)
        return now + forward

    def unix_time_millis(dt: datetime | None = None) -> float:
        return unix_time(dt) * 1000

    sqs_models.unix_time, sqs_models.unix_time_millis = unix_time, unix_time_millis


if __name__ == "__main__":
    main()
