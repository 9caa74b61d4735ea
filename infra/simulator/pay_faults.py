"""Misbehaviour on demand: what the next calls to WeChat Pay will answer, in order."""

import re
import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from infra.simulator.simulator_errors import ControlError

WHEN = ("before", "after")
STATUSES = ("SENDING", "SENT", "FAILED", "RECEIVED", "RFUND_ING", "REFUND")
SPOKEN = ("timeout", "http500", "garbage")


@dataclass(frozen=True)
class Fault:
    """One wrong answer, `times` times.

    `when`: the money does not move (`before`) or does (`after`). `answer`: an err_code, `timeout` (nothing
    for `seconds`), `http500` or `garbage` (an unreadable body). `status`: what queries say of the bill from
    then on; without one, a send refused `before` leaves no trace (NOT_FOUND), one answered wrongly `after`
    is SENT (PROCESSING: SENDING, SEND_FAILED: FAILED). `mch_billno`: only a call for this number consumes it.
    """

    when: str
    answer: str
    times: int = 1
    status: str | None = None
    seconds: float | None = None
    mch_billno: str | None = None


class Faults:
    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._queue: deque[Fault] = deque()

    def extend(self, faults: list[Fault]) -> None:
        with self._lock:
            self._queue.extend(faults)

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()

    def left(self) -> int:
        with self._lock:
            return sum(fault.times for fault in self._queue)

    def take(self, billno: str) -> Fault | None:
        """The next fault for this bill number (one that names another number waits for it), or None."""
        with self._lock:
            for at, fault in enumerate(self._queue):
                if fault.mch_billno in (None, billno):
                    if fault.times > 1:
                        self._queue[at] = replace(fault, times=fault.times - 1)
                    else:
                        del self._queue[at]
                    return fault
            return None


def parse_fault(item: Any, default_when: str | None = None) -> Fault:
    """Raises `ControlError` 400 on anything but an object with the fields of `Fault`."""
    known = {"when", "answer", "times", "status", "seconds", "mch_billno"}
    if not isinstance(item, dict) or set(item) - known:
        raise ControlError(400, "bad_fault")
    when, answer, times = item.get("when", default_when), str(item.get("answer")), item.get("times", 1)
    status, seconds, billno = item.get("status"), item.get("seconds"), item.get("mch_billno")
    spoken = answer in SPOKEN or re.fullmatch("[A-Z_]{2,40}", answer)
    if not isinstance(when, str) or when not in WHEN or not spoken:
        raise ControlError(400, "bad_fault")
    if type(times) is not int or not 0 < times <= 100_000:
        raise ControlError(400, "bad_fault")
    if status not in (None, *STATUSES) or not (seconds is None or _seconds(seconds)):
        raise ControlError(400, "bad_fault")
    if not (billno is None or isinstance(billno, str)):
        raise ControlError(400, "bad_fault")
    return Fault(when, answer, times, status, seconds, billno)


def _seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 600
