"""Delivers messages to the application as WeChat does: signed, in either mode, in three tries (wechat-facts §1)."""

import binascii
import secrets
from dataclasses import asdict, dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from infra.simulator.callback_messages import Reply, parse_reply
from infra.simulator.simulator_io import BadReplyError, XmlError, parse_flat, render
from infra.simulator.simulator_settings import Clock, SimulatorSettings


@dataclass(frozen=True)
class Sealed:
    """A request to the callback: query parameters and body."""

    params: dict[str, str]
    body: bytes


def seal(settings: SimulatorSettings, xml: str, timestamp: int, nonce: str) -> Sealed:
    """Signs the message and, in safe mode, encrypts it. Like WeChat, safe mode sends the plain signature too."""
    params = {"signature": _sign(settings.token, str(timestamp), nonce), "timestamp": str(timestamp), "nonce": nonce}
    if settings.mode == "plain":
        return Sealed(params, xml.encode())
    envelope = parse_flat(_crypto(settings).encrypt_message(xml, nonce, str(timestamp)))
    body = render({"ToUserName": settings.account_id, "Encrypt": envelope["Encrypt"]})
    params |= {"encrypt_type": "aes", "msg_signature": envelope["MsgSignature"]}
    return Sealed(params, body.encode())


def unseal(settings: SimulatorSettings, body: bytes) -> bytes:
    """Returns the reply's XML. Raises `BadReplyError` in safe mode unless it is encrypted and signed."""
    if settings.mode == "plain":
        return body
    try:
        outer = parse_flat(body)
        message = _crypto(settings).decrypt_message(
            {"Encrypt": outer["Encrypt"]}, outer["MsgSignature"], outer["TimeStamp"], outer["Nonce"]
        )
    except (XmlError, KeyError, ValueError, IndexError, TypeError, binascii.Error, WeChatException) as error:
        raise BadReplyError("not a reply in safe mode") from error
    return str(message).encode()


def _sign(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def _crypto(settings: SimulatorSettings) -> WeChatCrypto:
    return WeChatCrypto(settings.token, settings.aes_key, settings.app_id)


ATTEMPTS = 3
_KEPT_CONNECTIONS = 32


@dataclass(frozen=True)
class Delivery:
    """The outcome. `status` is the last HTTP status, None without an answer; `error` is None, `timeout`,
    `unreachable`, `http_<status>` or `bad_reply`."""

    delivered: bool
    status: int | None
    attempts: int
    reply: Reply | None = None
    error: str | None = None

    def view(self) -> dict[str, Any]:
        return asdict(self)


class Callback:
    """Calls the application, over connections that it keeps. Calls may run concurrently."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", HTTPAdapter(pool_maxsize=_KEPT_CONNECTIONS))

    def deliver(self, openid: str, xml: str) -> Delivery:
        """Delivers one message. Never raises because of the application: failures are in the result."""
        status: int | None = None
        error = ""
        for attempt in range(1, ATTEMPTS + 1):
            # Each attempt has a new signature; the message and its MsgId stay the same.
            sealed = seal(self._settings, xml, int(self._clock()), secrets.token_hex(5))
            status, body, error = self._post(sealed)
            if not error:
                return self._read(openid, body, attempt)
        return Delivery(False, status, ATTEMPTS, None, error)

    def _post(self, sealed: Sealed) -> tuple[int | None, bytes, str]:
        url = self._settings.public_base_url + "/wechat"
        try:
            answer = self._session.post(
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
        # An unreadable answer is not retried: WeChat shows the person an apology instead.
        try:
            if body.strip() in (b"", b"success"):
                return Delivery(True, 200, attempts)
            reply = parse_reply(unseal(self._settings, body), openid, self._settings.account_id)
        except BadReplyError:
            return Delivery(False, 200, attempts, None, "bad_reply")
        return Delivery(True, 200, attempts, reply)
