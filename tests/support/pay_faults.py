"""Wrong answers of the simulator's WeChat Pay: `/sim/pay/faults` for sends, `/sim/pay/queries` for queries."""

import re
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, Response, request

from infra.simulator.pay_api import check_query, check_send, read_request
from infra.simulator.payments import Ledger
from infra.simulator.simulator_io import ControlError, PayError, required, wechat_json
from infra.simulator.world import EXTENSION, World

WHEN = ("before", "after")
STATUSES = ("SENDING", "SENT", "FAILED", "RECEIVED", "RFUND_ING", "REFUND")
SPOKEN = ("timeout", "http500", "garbage")
HANG_SECONDS = 30.0


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
    seconds: float = HANG_SECONDS
    mch_billno: str | None = None

    def response(self) -> Response:
        """Raises `PayError` for an err_code."""
        if self.answer == "timeout":
            time.sleep(self.seconds)
            return Response(status=504)
        if self.answer == "http500":
            return Response("Internal Server Error", 500, content_type="text/html")
        if self.answer == "garbage":
            return Response("<xml><return_code><![CDATA[SUCC", content_type="text/xml; charset=utf-8")
        raise PayError(self.answer, "模拟的应答")


class Faults:
    """The faults that have not occurred yet, in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
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
        """Removes and returns the next fault for this bill number, or None. A fault that names another number stays."""
        with self._lock:
            for at, fault in enumerate(self._queue):
                if fault.mch_billno in (None, billno):
                    if fault.times > 1:
                        self._queue[at] = replace(fault, times=fault.times - 1)
                    else:
                        del self._queue[at]
                    return fault
            return None


def parse_fault(item: Any, default_when: str = "") -> Fault:
    """Raises `ControlError` 400 on anything but an object with the fields of `Fault`."""
    try:
        fault = Fault(**{"when": default_when, **item})
        known = fault.answer in SPOKEN or re.fullmatch("[A-Z_]{2,40}", fault.answer)
        times = 0 < fault.times <= 100_000 and 0 <= fault.seconds <= 600
    except TypeError:
        raise ControlError(400, "bad_fault") from None
    if fault.when not in WHEN or fault.status not in (None, *STATUSES) or not (known and times):
        raise ControlError(400, "bad_fault")
    return fault


def with_pay_faults(app: Flask) -> Flask:
    """The same simulator, with routes that make it misbehave."""
    faults = PayFaults(app.extensions[EXTENSION])
    app.before_request(faults.answer)
    app.add_url_rule("/sim/pay/faults", view_func=faults.add_sends, methods=["POST"])
    app.add_url_rule("/sim/pay/faults", view_func=faults.left, methods=["GET"])
    app.add_url_rule("/sim/pay/faults", view_func=faults.clear, methods=["DELETE"])
    app.add_url_rule("/sim/pay/queries", view_func=faults.add_queries, methods=["POST"])
    return app


class PayFaults:
    def __init__(self, here: World) -> None:
        self._here, self._sends, self._queries = here, Faults(), Faults()

    def answer(self) -> Response | None:
        """Returns the wrong answer; None if WeChat Pay shall answer."""
        if request.endpoint == "pay.send_red_packet":
            return self._send()
        return self._query() if request.endpoint == "pay.query_red_packet" else None

    def _send(self) -> Response | None:
        fields = read_request(request.get_data(), self._here.settings)
        check_send(fields, self._here.settings)
        fault = self._sends.take(fields["mch_billno"])
        if fault and (fault.when == "after" or fault.status):
            meant = {"PROCESSING": "SENDING", "SEND_FAILED": "FAILED"}.get(fault.answer, "SENT")
            self._here.ledger.pay(fields, fault.status or meant)
        return fault.response() if fault else None

    def _query(self) -> Response | None:
        fields = read_request(request.get_data(), self._here.settings)
        check_query(fields, self._here.settings)
        fault = self._queries.take(fields["mch_billno"])
        return fault.response() if fault else None

    def add_sends(self) -> Response:
        """A list of `Fault`s for the next sends, in order; each is consumed `times` times."""
        self._sends.extend([parse_fault(item) for item in _items()])
        return self.left()

    def add_queries(self) -> Response:
        """A list of `{mch_billno, status}` (the payment has that status from now on) or of
        `{answer, times?, mch_billno?}` (the next queries, of that bill or of any, answer so)."""
        items = _items()
        statuses = [_status(item) for item in items if _is_status(item)]
        faults = [parse_fault(item, "before") for item in items if not _is_status(item)]
        for billno, status in statuses:
            _set_status(self._here.ledger, billno, status)
        self._queries.extend(faults)
        return self.left()

    def clear(self) -> Response:
        """Forgets the faults not consumed yet."""
        self._sends.clear()
        self._queries.clear()
        return self.left()

    def left(self) -> Response:
        return wechat_json({"sends": self._sends.left(), "queries": self._queries.left()})


def _items() -> list[Any]:
    """The JSON list in the body; one object counts as a list of it. Raises `ControlError` 400."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict | list):
        raise ControlError(400, "bad_json")
    return [body] if isinstance(body, dict) else body


def _is_status(item: Any) -> bool:
    return isinstance(item, dict) and "answer" not in item


def _status(item: dict[str, Any]) -> tuple[str, str]:
    status = required(item, "status")
    if status not in STATUSES:
        raise ControlError(400, "bad_status")
    return required(item, "mch_billno"), status


def _set_status(ledger: Ledger, billno: str, status: str) -> None:
    """Sets the status that queries return from now on. Raises `ControlError` 404."""
    with ledger._lock:
        if billno not in ledger._payments:
            raise ControlError(404, "unknown_packet")
        ledger._payments[billno].status = status
        ledger._show_in_chat(ledger._payments[billno])
