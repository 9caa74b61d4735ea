"""Delivering to the application as WeChat does: five seconds, three times in all, then it gives up."""

import secrets
from dataclasses import dataclass
from typing import Any

import requests

from infra.simulator.callback_sealing import Sealed, seal, unseal
from infra.simulator.replies import Reply, parse_reply
from infra.simulator.simulator_clock import Clock
from infra.simulator.simulator_errors import BadReplyError
from infra.simulator.simulator_settings import SimulatorSettings

ATTEMPTS = 3


@dataclass(frozen=True)
class Delivery:
    """`status` is the last HTTP status (None: no answer came); `error` is None, `timeout`, `unreachable`,
    `http_<status>` or `bad_reply`."""

    delivered: bool
    status: int | None
    attempts: int
    reply: Reply | None = None
    error: str | None = None

    def view(self) -> dict[str, Any]:
        reply = None if self.reply is None else {"type": self.reply.type, "text": self.reply.text}
        return {
            "delivered": self.delivered,
            "status": self.status,
            "attempts": self.attempts,
            "reply": reply,
            "error": self.error,
        }


class Callback:
    """Holds no state and takes no lock: calls may run side by side."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock

    def deliver(self, openid: str, xml: str) -> Delivery:
        """Sends one message. Never raises for what the application does or fails to do."""
        status: int | None = None
        error = ""
        for attempt in range(1, ATTEMPTS + 1):
            # Each attempt is signed anew; the message itself, and so its MsgId, stays the same.
            sealed = seal(self._settings, xml, int(self._clock()), secrets.token_hex(5))
            status, body, error = self._post(sealed)
            if not error:
                return self._read(openid, body, attempt)
        return Delivery(False, status, ATTEMPTS, None, error)

    def _post(self, sealed: Sealed) -> tuple[int | None, bytes, str]:
        url = self._settings.public_base_url + "/wechat"
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.post(
                    url,
                    params=sealed.params,
                    data=sealed.body,
                    allow_redirects=False,
                    headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"},
                    timeout=self._settings.callback_timeout,
                )
        except requests.Timeout:
            return None, b"", "timeout"
        except requests.RequestException:
            return None, b"", "unreachable"
        failed = "" if answer.status_code == 200 else f"http_{answer.status_code}"
        return answer.status_code, answer.content, failed

    def _read(self, openid: str, body: bytes, attempts: int) -> Delivery:
        # What cannot be read is still an answer: WeChat does not ask again, it apologises to the person.
        try:
            if body.strip() in (b"", b"success"):
                return Delivery(True, 200, attempts)
            reply = parse_reply(unseal(self._settings, body), openid, self._settings.account_id)
        except BadReplyError:
            return Delivery(False, 200, attempts, None, "bad_reply")
        return Delivery(True, 200, attempts, reply)
