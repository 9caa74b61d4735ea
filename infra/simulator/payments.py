"""The payments WeChat Pay really made: at most one per bill number."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.simulator.simulated_people import People
from infra.simulator.simulator_io import ControlError, PayError
from infra.simulator.simulator_settings import Clock

# The money was sent or is on its way. FAILED was never sent, REFUND came back.
_OUT = ("SENDING", "SENT", "RECEIVED", "RFUND_ING")
_VISIBLE = ("SENT", "RECEIVED")
_NOT_TERMS = ("nonce_str", "sign")


@dataclass
class Payment:
    """`amount_fen` is an int; times are unix seconds; `sends` counts the requests with this bill number."""

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
        return {**vars(self), "terms": dict(self.terms)}


class Ledger:
    def __init__(self, people: People, clock: Clock, lock: threading.RLock) -> None:
        self._people, self._clock, self._lock = people, clock, lock
        self._payments: dict[str, Payment] = {}

    def pay(self, fields: Mapping[str, str], status: str = "SENT") -> Payment:
        """Pays, or returns the identical earlier payment. `status` is recorded for a new payment.

        Raises `PayError`: FATAL_ERROR (same number, other parameters), OPENID_ERROR (no such follower).
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

    def _record(self, terms: dict[str, str], status: str) -> Payment:
        person = self._people.find(terms["re_openid"])
        if person is None or person.virtual or not person.followed:
            raise PayError("OPENID_ERROR", "openid和appid不匹配")
        billno = terms["mch_billno"]
        listid = f"1000000000{len(self._payments) + 1:018d}"
        payment = Payment(billno, person.openid, int(terms["total_amount"]), status, self._clock(), listid, terms)
        self._payments[billno] = payment
        self._show_in_chat(payment)
        return payment

    def _show_in_chat(self, payment: Payment) -> None:
        """Adds the packet to the chat once, when it has arrived."""
        person = self._people.find(payment.openid)
        if person and payment.status in _VISIBLE and not payment.announced:
            payment.announced = True
            wishing, sender = (payment.terms.get(name, "") for name in ("wishing", "send_name"))
            more = {"mch_billno": payment.mch_billno, "amount_fen": payment.amount_fen, "send_name": sender}
            self._people.note(person, "in", "red_packet", wishing, **more)

    def find(self, billno: str) -> Payment | None:
        with self._lock:
            payment = self._payments.get(billno)
            return None if payment is None else replace(payment)

    def open(self, openid: str, billno: str) -> Payment:
        """Opens the packet for the person. Raises `ControlError` 404 (not theirs) or 409 (cannot be opened)."""
        with self._lock:
            payment = self._payments.get(billno)
            if payment is None or payment.openid != openid:
                raise ControlError(404, "unknown_packet")
            if payment.status not in _VISIBLE:
                raise ControlError(409, "not_openable")
            if payment.received_at is None:
                payment.status, payment.received_at = "RECEIVED", self._clock()
            return replace(payment)

    def open_all(self) -> int:
        """Opens for everybody what has arrived. Returns how many were not open yet."""
        with self._lock:
            arrived = [one for one in self._payments.values() if one.status == "SENT"]
            for payment in arrived:
                self.open(payment.openid, payment.mch_billno)
            return len(arrived)

    def view(self) -> dict[str, Any]:
        """Returns all payments in order, and the total in fen without FAILED and REFUND."""
        with self._lock:
            payments = list(self._payments.values())
            total = sum(p.amount_fen for p in payments if p.status in _OUT)
            return {"payments": [p.view() for p in payments], "total_fen": total}
