"""What WeChat Pay really paid, one payment a bill number, never two; and the wrong answers that tests ask for."""

import re
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from infra.simulator.simulated_people import People
from infra.simulator.simulator_io import ControlError, PayError
from infra.simulator.simulator_settings import Clock

# The money is on its way or there; FAILED never left, REFUND came back.
_OUT = ("SENDING", "SENT", "RECEIVED", "RFUND_ING")
_VISIBLE = ("SENT", "RECEIVED")
_NOT_TERMS = ("nonce_str", "sign")


@dataclass
class Payment:
    """`amount_fen` int; times are unix seconds; `sends` counts the requests that named this number."""

    mch_billno: str
    openid: str
    amount_fen: int
    status: str
    sent_at: float
    listid: str
    terms: dict[str, str]
    received_at: float | None = None
    sends: int = 1
    announced: bool = False

    def view(self) -> dict[str, Any]:
        return asdict(self)


class Ledger:
    def __init__(self, people: People, clock: Clock, lock: threading.RLock) -> None:
        self._people, self._clock, self._lock = people, clock, lock
        self._payments: dict[str, Payment] = {}
        self._forced: dict[str, str] = {}

    def pay(self, fields: Mapping[str, str], status: str | None = None) -> Payment:
        """Pays, or finds that this very payment was made before. `status` is what to record for a new one.

        Raises `PayError`: FATAL_ERROR (this number with other parameters), OPENID_ERROR (no such follower).
        """
        terms = {name: value for name, value in fields.items() if name not in _NOT_TERMS}
        with self._lock:
            known = self._payments.get(fields["mch_billno"])
            if known is None:
                return replace(self._record(terms, status))
            if known.terms != terms:
                raise PayError("FATAL_ERROR", "商户单号已用于其他参数")
            known.sends += 1
            return replace(known)

    def _record(self, terms: dict[str, str], status: str | None) -> Payment:
        person = self._people.find(terms["re_openid"])
        if person is None or person.virtual or not person.followed:
            raise PayError("OPENID_ERROR", "openid和appid不匹配")
        billno = terms["mch_billno"]
        status = self._forced.pop(billno, "") or status or "SENT"
        listid = f"1000000000{len(self._payments) + 1:018d}"
        payment = Payment(billno, person.openid, int(terms["total_amount"]), status, self._clock(), listid, terms)
        self._payments[billno] = payment
        self._announce(payment)
        return payment

    def _announce(self, payment: Payment) -> None:
        """The packet appears in the chat, once, as soon as it has arrived."""
        person = self._people.find(payment.openid)
        if person and payment.status in _VISIBLE and not payment.announced:
            payment.announced = True
            self._people.note(
                person,
                "in",
                "red_packet",
                payment.terms.get("wishing", ""),
                mch_billno=payment.mch_billno,
                amount_fen=payment.amount_fen,
                send_name=payment.terms.get("send_name", ""),
            )

    def find(self, billno: str) -> Payment | None:
        with self._lock:
            payment = self._payments.get(billno)
            return None if payment is None else replace(payment)

    def forced(self, billno: str) -> str | None:
        """The status forced on a number that was not sent yet."""
        with self._lock:
            return self._forced.get(billno)

    def force(self, billno: str, status: str) -> None:
        """From now on queries say so; on a number not sent yet, it also becomes the status of its payment."""
        with self._lock:
            if payment := self._payments.get(billno):
                payment.status = status
                self._announce(payment)
            else:
                self._forced[billno] = status

    def open(self, openid: str, billno: str) -> Payment:
        """The person opens it. Raises `ControlError` 404 (not theirs) or 409 (not there to be opened)."""
        with self._lock:
            payment = self._payments.get(billno)
            if payment is None or payment.openid != openid:
                raise ControlError(404, "unknown_packet")
            if payment.status not in _VISIBLE:
                raise ControlError(409, "not_openable")
            if payment.received_at is None:
                payment.status, payment.received_at = "RECEIVED", self._clock()
            return replace(payment)

    def view(self) -> dict[str, Any]:
        """All payments in order, and the fen that are out: without FAILED and REFUND."""
        with self._lock:
            payments = list(self._payments.values())
            total = sum(p.amount_fen for p in payments if p.status in _OUT)
            return {"payments": [p.view() for p in payments], "total_fen": total}


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


def parse_fault(item: Any, default_when: str = "") -> Fault:
    """Raises `ControlError` 400 on anything but an object with the fields of `Fault`."""
    try:
        fault = Fault(**{"when": default_when, **item})
        known = fault.answer in SPOKEN or re.fullmatch("[A-Z_]{2,40}", fault.answer)
        times = 0 < fault.times <= 100_000 and 0 <= (fault.seconds or 0) <= 600
    except TypeError:
        raise ControlError(400, "bad_fault") from None
    if fault.when not in WHEN or fault.status not in (None, *STATUSES) or not (known and times):
        raise ControlError(400, "bad_fault")
    return fault
