"""The bills of merchant transfers (transfer-facts §3): their states, and the money each has locked or paid."""

import secrets
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from chalicelib.domain.shanghai import SHANGHAI
from infra.simulator.simulated_people import People
from infra.simulator.simulator_io import ControlError, V3Error
from infra.simulator.simulator_settings import Clock

WAITING = "WAIT_USER_CONFIRM"
FINAL = ("SUCCESS", "FAIL", "CANCELLED")
STATES = ("ACCEPTED", "PROCESSING", WAITING, "TRANSFERING", "CANCELING", *FINAL)
CONFIRM_SECONDS = 86_400
CANCEL_SECONDS = 1
FORGOTTEN_SECONDS = 30 * 86_400

Request = Mapping[str, Any]
"""The parsed body of a request to create a bill."""


@dataclass
class Bill:
    """`amount_fen` is an int; times are unix seconds; `sends` counts the requests with this number."""

    out_bill_no: str
    transfer_bill_no: str
    openid: str
    amount_fen: int
    state: str
    created_at: float
    updated_at: float
    closes_at: float
    """A bill that nobody has confirmed ends then."""
    request: Request = field(default_factory=dict)
    package: str = ""
    fail_reason: str = ""
    sends: int = 1

    def view(self) -> dict[str, Any]:
        return asdict(self)


class Transfers:
    """All bills by number. `on_final` is called once for each that ends, under the lock."""

    def __init__(
        self, people: People, clock: Clock, lock: threading.RLock, on_final: Callable[[Bill], None] = lambda _: None
    ) -> None:
        self._people, self._clock, self._lock, self._on_final = people, clock, lock, on_final
        self._bills: dict[str, Bill] = {}

    def create(self, request: Request, state: str = "", fail_reason: str = "") -> Bill:
        """Creates a bill, waiting for its confirmation, or returns the one with the same number and parameters.

        A `state` given is the bill's from now on. Raises `V3Error` INVALID_REQUEST: other parameters, unknown openid.
        """
        with self._lock:
            self.advance()
            bill = self._bills.get(request["out_bill_no"])
            if bill is None:
                bill = self._record(request)
            elif bill.request != request:
                raise V3Error(400, "INVALID_REQUEST", "单号已存在但信息不一致")
            else:
                bill.sends += 1
            if state:
                self._enter(bill, state, fail_reason)
            return replace(bill)

    def _record(self, request: Request) -> Bill:
        person = self._people.find(request["openid"])
        if person is None or person.virtual:
            raise V3Error(400, "INVALID_REQUEST", "openid与商家appid不匹配")
        now, number = self._clock(), f"13300{len(self._bills) + 1:023d}"
        # WeChat Pay's are Base64 with each of its special characters, which nothing may alter on the way.
        package = b64encode(b"\xfb\xff\xbf" + secrets.token_bytes(73)).decode()
        bill = Bill(
            request["out_bill_no"], number, person.openid, request["transfer_amount"], WAITING, now, now,
            now + CONFIRM_SECONDS, request, package,
        )  # fmt: skip
        self._bills[bill.out_bill_no] = bill
        return bill

    def find(self, number: str) -> Bill:
        """Raises `V3Error` 404 NOT_FOUND, also 30 days after the bill was created."""
        with self._lock:
            self.advance()
            bill = self._bills.get(number)
            if bill is None or self._clock() - bill.created_at > FORGOTTEN_SECONDS:
                raise V3Error(404, "NOT_FOUND", "记录不存在")
            return replace(bill)

    def cancel(self, number: str) -> Bill:
        """Begins the cancelling. Raises `V3Error` NOT_FOUND, or INVALID_REQUEST once it has been confirmed or ended."""
        with self._lock:
            if self.find(number).state in ("TRANSFERING", "SUCCESS", "FAIL"):
                raise V3Error(400, "INVALID_REQUEST", "当前单据状态不支持撤销")
            bill = self._bills[number]
            if bill.state not in ("CANCELING", "CANCELLED"):
                self._enter(bill, "CANCELING")
            return replace(bill)

    def waiting(self, openid: str, package: str) -> Bill | None:
        """The person's bill that this package opens, or None if it no longer waits or is somebody else's."""
        with self._lock:
            self.advance()
            ours = (bill for bill in self._bills.values() if bill.openid == openid and bill.state == WAITING)
            found = next((bill for bill in ours if bill.package == package), None)
            return found and replace(found)

    def set_state(self, number: str, state: str, fail_reason: str = "", closes_in: float | None = None) -> Bill:
        """From now on the bill has this state (empty: its own). Raises `ControlError` 404."""
        with self._lock:
            bill = self._bills.get(number)
            if bill is None:
                raise ControlError(404, "unknown_bill")
            if closes_in is not None:
                bill.closes_at = self._clock() + closes_in
            if state:
                self._enter(bill, state, fail_reason)
            return replace(bill)

    def advance(self) -> None:
        """Lets happen what is due by the clock: an expiry, the end of a cancelling."""
        now = self._clock()
        with self._lock:
            for bill in self._bills.values():
                if bill.state == WAITING and bill.closes_at <= now:
                    self._enter(bill, "FAIL", "OVERDUE_CLOSE")
                elif bill.state == "CANCELING" and bill.updated_at + CANCEL_SECONDS <= now:
                    self._enter(bill, "CANCELLED")

    def _enter(self, bill: Bill, state: str, fail_reason: str = "") -> None:
        ended = state in FINAL and bill.state not in FINAL
        bill.state, bill.fail_reason, bill.updated_at = state, fail_reason, self._clock()
        if not ended:
            return
        self._on_final(bill)
        person = self._people.find(bill.openid)
        if person and state == "SUCCESS":
            words = bill.request.get("transfer_remark", "")
            self._people.note(person, "in", "transfer", words, amount_fen=bill.amount_fen)

    def view(self) -> dict[str, Any]:
        """Returns all bills in order, and in fen what was paid and what is locked in waiting ones."""
        with self._lock:
            self.advance()
            bills = list(self._bills.values())
            paid = sum(bill.amount_fen for bill in bills if bill.state in ("SUCCESS", "TRANSFERING"))
            locked = sum(bill.amount_fen for bill in bills if bill.state not in ("TRANSFERING", *FINAL))
            return {"transfers": [bill.view() for bill in bills], "paid_fen": paid, "locked_fen": locked}


def rfc3339(unix_seconds: float) -> str:
    """Formats a time as the v3 API does: `2020-07-08T00:00:00+08:00`."""
    return datetime.fromtimestamp(int(unix_seconds), SHANGHAI).isoformat()
