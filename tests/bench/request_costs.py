"""Measures each request and event of the real application: its calls, log bytes and answer bytes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalice import Chalice

from chalicelib.adapters.logs import JsonLines
from infra.local.event_runner import Handler
from tests.bench.calls import Calls, counted

OURS = ("chalicelib.", "functions.")
"""Loggers of the application; the simulator runs in this process too."""


@dataclass(frozen=True, slots=True)
class RequestCost:
    """One request or event of a step: its calls, what it logged and what it answered, in bytes before compression."""

    step: str
    what: str
    calls: Calls
    logged: int
    answered: int


class LogByteCounter(logging.Handler):
    """Counts the bytes of the lines that Lambda would get."""

    def __init__(self, contest_id: str) -> None:
        super().__init__()
        self.setFormatter(JsonLines(contest_id))
        self.bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(OURS):
            self.bytes += len(self.format(record).encode()) + 1


@dataclass
class CostMeter:
    """Expects one request at a time. While `step` is empty nothing is kept."""

    log_bytes: LogByteCounter
    step: str = ""
    rows: list[RequestCost] = field(default_factory=list)

    def measured(self, what: str, act: Callable[[], Any], answered: Callable[[Any], int] = lambda _: 0) -> Any:
        before = self.log_bytes.bytes
        with counted() as calls:
            result = act()
        if self.step:
            self.rows.append(RequestCost(self.step, what, calls, self.log_bytes.bytes - before, answered(result)))
        return result

    def handler(self, name: str, handler: Handler) -> Handler:
        return lambda event, context: self.measured(name, lambda: handler(event, context))


class MeasuredApplication:
    """The Chalice application as API Gateway calls it, one request at a time."""

    def __init__(self, application: Chalice, meter: CostMeter) -> None:
        self._application, self._meter = application, meter

    def __call__(self, event: Any, context: Any) -> Any:
        what = f"{event['httpMethod']} {event['requestContext']['resourcePath']}"
        return self._meter.measured(what, lambda: self._application(event, context), lambda answer: len(answer["body"]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._application, name)
