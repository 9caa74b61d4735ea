"""What the next calls about transfers shall do instead of the usual: any state, error, silence or bad signature."""

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Any

from infra.simulator.simulator_io import ControlError
from infra.simulator.transfer_bills import STATES
from infra.simulator.v3_signatures import KINDS

CALLS = ("create", "query", "cancel", "confirm", "notify", "send")
"""`send` is that of a cash red packet, which knows the error codes and `http500` only."""
WHEN = ("before", "after")
SILENT = ("timeout", "http500", "garbage")
STATUS_OF = {
    "PARAM_ERROR": 400, "INVALID_REQUEST": 400, "ALREADY_EXISTS": 400, "SIGN_ERROR": 401, "NO_AUTH": 403,
    "NOT_ENOUGH": 403, "USER_ERROR": 403, "NOT_FOUND": 404, "FREQUENCY_LIMITED": 429, "FREQUENCY_LIMIT": 429,
    "FREQUENCY_LIMIT_EXCEED": 429, "RATELIMIT_EXCEED": 429, "SYSTEM_ERROR": 500,
}  # fmt: skip
"""The HTTP status of each error code."""


@dataclass(frozen=True)
class Script:
    """One call's part, `times` times; for every call of the kind, or for one bill's or one person's alone.

    `answer`: empty for the truth, an error code, `timeout` (nothing for `seconds`), `http500` or `garbage`.
    `when`: with such an answer the call has had no effect (`before`), or has had it all the same (`after`).
    `status`: an error code's HTTP status, if not the usual one.
    `state`, `fail_reason`: what the bill enters.
    `changes`: altered fields of the answer, or of a notification's content.
    `signature`: one of `KINDS`.
    `copies`: how often a notification is delivered.
    """

    call: str
    answer: str = ""
    when: str = "before"
    status: int = 0
    state: str = ""
    fail_reason: str = ""
    signature: str = "right"
    changes: dict[str, Any] = field(default_factory=dict)
    copies: int = 1
    seconds: float = 30.0
    times: int = 1
    out_bill_no: str = ""
    openid: str = ""

    @property
    def http_status(self) -> int:
        return self.status or STATUS_OF.get(self.answer, 400)

    def concerns(self, call: str, out_bill_no: str, openid: str) -> bool:
        named = (self.out_bill_no in ("", out_bill_no), self.openid in ("", openid))
        return self.call == call and all(named)


class Scripts:
    """Those still to be played, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[Script] = deque()

    def extend(self, scripts: list[Script]) -> None:
        with self._lock:
            self._queue.extend(scripts)

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()

    def left(self) -> int:
        with self._lock:
            return sum(script.times for script in self._queue)

    def take(self, call: str, out_bill_no: str, openid: str) -> Script:
        """Returns the first that concerns this call and uses it up once; without one, the usual."""
        with self._lock:
            for at, script in enumerate(self._queue):
                if script.concerns(call, out_bill_no, openid):
                    if script.times > 1:
                        self._queue[at] = replace(script, times=script.times - 1)
                    else:
                        del self._queue[at]
                    return script
            return Script(call)


def parse_script(item: Any) -> Script:
    """Raises `ControlError` 400 unless it is an object with fields of `Script`."""
    try:
        script = Script(**item)
        in_range = 0 < script.times <= 100_000 and 0 <= script.seconds <= 600 and 0 <= script.copies <= 10
        named = script.call in CALLS and script.when in WHEN and script.signature in KINDS
        known = script.state in ("", *STATES) and isinstance(script.changes, dict)
        known = known and (script.call != "send" or script.answer not in ("timeout", "garbage"))
    except TypeError:
        raise ControlError(400, "bad_script") from None
    if not (in_range and named and known):
        raise ControlError(400, "bad_script")
    return script
