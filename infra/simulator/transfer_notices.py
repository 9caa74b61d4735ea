"""Notifies the application of transfers that ended (transfer-facts §5): signed, encrypted, repeated over a day."""

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import requests

from infra.simulator.simulator_io import is_under
from infra.simulator.simulator_settings import Clock, SimulatorSettings
from infra.simulator.transfer_bills import Bill, rfc3339
from infra.simulator.transfer_scripts import Scripts
from infra.simulator.v3_signatures import Signatures, sealed_resource

REPEATS = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10_800, 10_800, 10_800, 21_600, 21_600)
"""Seconds from each refused delivery to the next."""
_NEVER = float("inf")


@dataclass
class Notice:
    """One notification. `statuses` has the answer to each delivery, 0 for none; `due_at` is in unix seconds."""

    id: str
    out_bill_no: str
    url: str
    content: dict[str, Any]
    signature: str
    copies: int
    due_at: float = _NEVER
    statuses: list[int] = field(default_factory=list)

    def view(self) -> dict[str, Any]:
        return asdict(self)


class Notices:
    """Those sent and to be sent, in order. Nothing is sent while the shared lock is held."""

    def __init__(
        self, settings: SimulatorSettings, clock: Clock, lock: threading.RLock, scripts: Scripts, signatures: Signatures
    ) -> None:
        self._settings, self._clock, self._lock = settings, clock, lock
        self._scripts, self._signatures = scripts, signatures
        self._notices: list[Notice] = []

    def add(self, bill: Bill) -> None:
        """Makes the notification of a bill that ended, if it named an address for it."""
        script = self._scripts.take("notify", bill.out_bill_no, bill.openid)
        if bill.request.get("notify_url") and script.copies:
            self.make(bill, script.signature, script.copies, script.changes).due_at = self._clock()

    def make(self, bill: Bill, signature: str, copies: int, changes: Mapping[str, Any]) -> Notice:
        """`changes` alters its content. It is delivered when the caller says so."""
        url, content = str(bill.request.get("notify_url", "")), _content(bill, self._settings.mch_id)
        notice = Notice(secrets.token_hex(16), bill.out_bill_no, url, {**content, **changes}, signature, copies)
        with self._lock:
            self._notices.append(notice)
        return notice

    def deliver_due(self) -> None:
        with self._lock:
            due = [notice for notice in self._notices if notice.due_at <= self._clock()]
            for notice in due:
                notice.due_at = _NEVER
        for notice in due:
            self.deliver(notice)

    def deliver(self, notice: Notice) -> None:
        """Delivers a new one as often as it has copies, a refused one again. If refused, it is due after a pause."""
        statuses = [self._post(notice) for _ in range(1 if notice.statuses else notice.copies)]
        with self._lock:
            notice.statuses += statuses
            tries = len(notice.statuses) - notice.copies
            if not any(200 <= status < 300 for status in statuses) and tries < len(REPEATS):
                notice.due_at = self._clock() + REPEATS[tries]

    def _post(self, notice: Notice) -> int:
        """Returns the answer's status; 0 without one, or where the address is not the application's."""
        if not is_under(notice.url, self._settings.public_base_url):
            return 0
        event = {
            "id": notice.id,
            "create_time": rfc3339(self._clock()),
            "resource_type": "encrypt-resource",
            "event_type": "MCHTRANSFER.BILL.FINISHED",
            "summary": "商家转账单据终态通知",
            "resource": sealed_resource(json.dumps(notice.content).encode(), self._settings.pay_v3_key),
        }
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "Mozilla/4.0"}
        headers |= self._signatures.headers(body, notice.signature)
        try:
            with requests.Session() as session:
                session.trust_env = False
                timeout = self._settings.callback_timeout
                answer = session.post(notice.url, data=body, headers=headers, timeout=timeout, allow_redirects=False)
        except requests.RequestException:
            return 0
        return answer.status_code

    def view(self) -> list[dict[str, Any]]:
        with self._lock:
            shown = [notice.view() for notice in self._notices]
        return [one | {"due_at": None if one["due_at"] == _NEVER else one["due_at"]} for one in shown]


def _content(bill: Bill, mch_id: str) -> dict[str, Any]:
    reason = {"fail_reason": bill.fail_reason} if bill.fail_reason else {}
    return {
        "out_bill_no": bill.out_bill_no,
        "transfer_bill_no": bill.transfer_bill_no,
        "state": bill.state,
        "mch_id": mch_id,
        "transfer_amount": bill.amount_fen,
        "openid": bill.openid,
        "create_time": rfc3339(bill.created_at),
        "update_time": rfc3339(bill.updated_at),
        **reason,
    }
