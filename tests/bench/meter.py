"""Counts what each request and each event of the real application costs, wherever it comes from."""

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
class Row:
    """One request or event of a step: its calls, what it logged and what it answered, in bytes before compression."""

    step: str
    what: str
    calls: Calls
    logged: int
    answered: int


class Logbook(logging.Handler):
    """Counts the bytes of the lines that Lambda would get."""

    def __init__(self, contest_id: str) -> None:
        super().__init__()
        self.setFormatter(JsonLines(contest_id))
        self.bytes = 0

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(OURS):
            self.bytes += len(self.format(record).encode()) + 1


@dataclass
class Meter:
    """Expects one request at a time. While `step` is empty nothing is kept."""

    logbook: Logbook
    step: str = ""
    rows: list[Row] = field(default_factory=list)

    def measured(self, what: str, act: Callable[[], Any], answered: Callable[[Any], int] = lambda _: 0) -> Any:
        before = self.logbook.bytes
        with counted() as calls:
            result = act()
        if self.step:
            self.rows.append(Row(self.step, what, calls, self.logbook.bytes - before, answered(result)))
        return result

    def handler(self, name: str, handler: Handler) -> Handler:
        return lambda event, context: self.measured(name, lambda: handler(event, context))


class Metered:
    """The Chalice application as API Gateway calls it, one request at a time."""

    def __init__(self, application: Chalice, meter: Meter) -> None:
        self._application, self._meter = application, meter

    def __call__(self, event: Any, context: Any) -> Any:
        what = f"{event['httpMethod']} {event['requestContext']['resourcePath']}"
        return self._meter.measured(what, lambda: self._application(event, context), lambda answer: len(answer["body"]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._application, name)
