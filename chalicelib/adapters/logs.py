"""Logs one line of JSON each, with the function, request and claim, and nothing personal.

Only an error's type and location are logged. Its text may hold data from a participant or a provider.
"""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

FIELDS = ("claim_id",)
"""The fields allowed besides the message: `log.info("…", extra={"claim_id": …})`."""
_invocation: ContextVar[dict[str, str]] = ContextVar("invocation", default={})  # noqa: B039 - replaced, never changed


def name_invocation(function: str, request_id: str) -> None:
    """Adds the function and the request to every line of this thread from now on."""
    _invocation.set({"function": function, "request_id": request_id})


def where(error: BaseException) -> str:
    """Returns an error's type and location, without its text, which may hold a participant's or provider's data."""
    trace, place = error.__traceback__, "?"
    while trace:
        place = f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} at {place}"


class JsonLines(logging.Formatter):
    def __init__(self, contest_id: str) -> None:
        super().__init__()
        self._contest_id = contest_id

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            **_invocation.get(),
            "contest_id": self._contest_id,
        }
        line |= {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[1]:
            line["error"] = where(record.exc_info[1])
        line |= getattr(record, "metrics", {})
        return json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)


def set_up(contest_id: str, frameworks_logger: str) -> None:
    """Replaces Lambda's log handler, and the one that the framework added to its logger."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(contest_id))
    root, framework = logging.getLogger(), logging.getLogger(frameworks_logger)
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    framework.handlers.clear()
    framework.propagate = True
    # Our log lines do not use these, and collecting them takes a third of a line's time (see logging's HOWTO).
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None
