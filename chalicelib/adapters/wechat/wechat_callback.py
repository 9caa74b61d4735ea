"""WeChat's callback: checks a request's signature, freshness, mode and size, parses its message, renders the reply.

Source: developers.weixin.qq.com, message push. wechatpy parses and decrypts. It compares signatures with `!=`, accepts
requests of any age, and raises many kinds of exceptions for malformed bodies: those three are handled here.
"""

import base64
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from xml.parsers.expat import ExpatError

from chalicelib.domain.conversation import TO_CUSTOMER_SERVICE, IncomingMessage, Kind

FRESH_SECONDS = 600
LARGEST = 64 * 1024
EVENTS = {
    "subscribe": Kind.FOLLOW,
    "subscribe_scan": Kind.FOLLOW,
    "subscribe_scan_product": Kind.FOLLOW,
    "unsubscribe": Kind.UNFOLLOW,
    "click": Kind.CLICK,
    "scan": Kind.SCAN,
}
NAME = re.compile(r"[0-9A-Za-z_-]{1,128}")
"""An openid or the account's own id: only characters that are safe in a reply's XML and in a table's key."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot represent."""
LATEST = 10**11
"""CreateTime must be smaller: a larger number is no time, and the tables may be unable to store it."""
MALFORMED = (
    ExpatError,
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    AssertionError,
    struct.error,
    RecursionError,
)
"""Raised for malformed bodies, besides wechatpy's own errors. UnicodeDecodeError and binascii.Error are ValueErrors."""


class CallbackRejected(Exception):
    """A request that is answered with `status` and an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class CallbackQuery:
    """The query string of a callback request."""

    signature: str
    timestamp: str
    nonce: str
    msg_signature: str
    encrypt_type: str


@dataclass(frozen=True, slots=True)
class WeChatCallback:
    token: str
    aes_key: str
    app_id: str
    safe: bool

    def verify(self, query: CallbackQuery, now: datetime) -> None:
        """Raises CallbackRejected(403) for a wrong signature or a timestamp more than ten minutes off `now`."""
        self._check_signature(query.signature, query.timestamp, query.nonce)
        if not query.timestamp.isdecimal() or len(query.timestamp) > 12:
            raise CallbackRejected(403)
        if abs(now.timestamp() - int(query.timestamp)) > FRESH_SECONDS:
            raise CallbackRejected(403)

    def read_message(self, query: CallbackQuery, body: bytes, now: datetime) -> tuple[IncomingMessage, Any]:
        """The message, and wechatpy's form of it, which `render_reply` needs.

        Raises CallbackRejected: 403 for a wrong signature, timestamp or mode, 413 for a body above 64 KB, 400 for one
        that cannot be parsed.
        """
        self.verify(query, now)
        if self.safe != (query.encrypt_type == "aes"):
            raise CallbackRejected(403)
        if len(body) > LARGEST:
            raise CallbackRejected(413)
        from wechatpy import parse_message  # heavy: imported only when a message arrives
        from wechatpy.exceptions import WeChatException

        try:
            xml = self._decrypted(query, body) if self.safe else body.decode()
            parsed = parse_message(xml)
            return _incoming_message(parsed), parsed
        except (*MALFORMED, WeChatException) as error:
            raise CallbackRejected(400) from error

    def render_reply(self, text: str, parsed: Any, nonce: str, now: datetime) -> str:
        """The reply's XML, encrypted in safe mode. `parsed` is wechatpy's message that it answers."""
        from wechatpy import create_reply  # heavy, as in `read_message`
        from wechatpy.replies import TransferCustomerServiceReply

        if text == TO_CUSTOMER_SERVICE:
            xml = TransferCustomerServiceReply(message=parsed).render()
        else:
            # wechatpy writes the text into a CDATA section, which "]]>" would end; control characters are invalid XML
            xml = create_reply(NOT_XML.sub("\ufffd", text).replace("]]>", "]] >"), parsed).render()
        if not self.safe:
            return str(xml)
        from wechatpy.crypto import WeChatCrypto

        crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        return str(crypto.encrypt_message(xml, nonce, str(int(now.timestamp()))))

    def _decrypted(self, query: CallbackQuery, body: bytes) -> str:
        """Checks `msg_signature`: it covers the ciphertext, `signature` does not. Raises CallbackRejected(403)."""
        import xmltodict  # heavy, as in `read_message`

        encrypted = xmltodict.parse(body)["xml"]["Encrypt"]
        self._check_signature(query.msg_signature, query.timestamp, query.nonce, encrypted)
        return str(_cipher(self.aes_key).decrypt(encrypted, self.app_id))

    def _check_signature(self, signature: str, *parts: str) -> None:
        joined = "".join(sorted([self.token, *parts]))
        expected = hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise CallbackRejected(403)


@cache
def _cipher(aes_key: str) -> Any:
    """Made once: WeChatCrypto would create one for every message, and check the signature a second time."""
    from wechatpy.crypto import PrpCrypto  # heavy, as in `read_message`

    return PrpCrypto(base64.b64decode(aes_key + "="))


def _incoming_message(parsed: Any) -> IncomingMessage:
    """Raises ValueError for a message without a valid sender, receiver or CreateTime."""
    openid, create_time = parsed.source, parsed.time
    if not NAME.fullmatch(openid) or not NAME.fullmatch(parsed.target):
        raise ValueError("invalid sender or receiver")
    if not isinstance(create_time, int) or not 0 < create_time < LATEST:
        raise ValueError("invalid CreateTime")
    if parsed.type == "text":
        return IncomingMessage(Kind.TEXT, openid, create_time, _text(parsed.content))
    if parsed.type == "event":
        kind = EVENTS.get(parsed.event, Kind.OTHER)
        content = _text(parsed.key) if kind is Kind.CLICK else ""
        scene = _text(parsed.scene_id) if parsed.event in ("subscribe_scan", "scan") else ""
        return IncomingMessage(kind, openid, create_time, content, scene)
    return IncomingMessage(Kind.OTHER, openid, create_time)


def _text(value: Any) -> str:
    """An element's text, empty for an empty element. Raises ValueError if it contains other elements."""
    if value is not None and not isinstance(value, str):
        raise ValueError("not a text element")
    return value or ""
