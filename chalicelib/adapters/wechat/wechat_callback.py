"""The door that WeChat's servers knock at: signature, freshness, mode, size, and what is inside.

Source: developers.weixin.qq.com, message push. wechatpy parses and decrypts; what it does not check is checked here: it
compares with `!=`, knows no freshness, and malformed bodies raise a handful of exceptions.
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

from chalicelib.domain.conversation import TO_CUSTOMER_SERVICE, Heard, Kind

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
"""An openid or the account's own id: nothing that a reply's XML or a table's key could stumble over."""
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write."""
LATEST = 10**11
"""CreateTime is below: a larger one would be no time, and no number that the tables can hold."""
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
"""UnicodeDecodeError and binascii.Error are ValueErrors. wechatpy adds errors of its own."""


class Knock(Exception):
    """A request that is turned away with `status` and an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


@dataclass(frozen=True, slots=True)
class Envelope:
    """The query of a callback."""

    signature: str
    timestamp: str
    nonce: str
    msg_signature: str
    encrypt_type: str


@dataclass(frozen=True, slots=True)
class Door:
    token: str
    aes_key: str
    app_id: str
    safe: bool

    def verify(self, envelope: Envelope, now: datetime) -> None:
        """Raises Knock(403) for a wrong signature or a time stamp more than ten minutes off."""
        self._check(envelope.signature, envelope.timestamp, envelope.nonce)
        if not envelope.timestamp.isdecimal() or len(envelope.timestamp) > 12:
            raise Knock(403)
        if abs(now.timestamp() - int(envelope.timestamp)) > FRESH_SECONDS:
            raise Knock(403)

    def read(self, envelope: Envelope, body: bytes, now: datetime) -> tuple[Heard, Any]:
        """What was said, and wechatpy's message for the reply. Raises Knock(403), Knock(413) or Knock(400)."""
        self.verify(envelope, now)
        if self.safe != (envelope.encrypt_type == "aes"):
            raise Knock(403)
        if len(body) > LARGEST:
            raise Knock(413)
        from wechatpy import parse_message  # heavy: only where WeChat has something to say
        from wechatpy.exceptions import WeChatException

        try:
            xml = self._decrypted(envelope, body) if self.safe else body.decode()
            message = parse_message(xml)
            return _heard(message), message
        except (*MALFORMED, WeChatException) as error:
            raise Knock(400) from error

    def reply(self, text: str, message: Any, nonce: str, now: datetime) -> str:
        """The reply's XML, encrypted in safe mode."""
        from wechatpy import create_reply  # heavy, as in `read`
        from wechatpy.replies import TransferCustomerServiceReply

        if text == TO_CUSTOMER_SERVICE:
            xml = TransferCustomerServiceReply(message=message).render()
        else:
            # "]]>" would end the CDATA section that wechatpy writes the text into, and a control character the XML
            xml = create_reply(NOT_XML.sub("\ufffd", text).replace("]]>", "]] >"), message).render()
        if not self.safe:
            return str(xml)
        from wechatpy.crypto import WeChatCrypto

        crypto = WeChatCrypto(self.token, self.aes_key, self.app_id)
        return str(crypto.encrypt_message(xml, nonce, str(int(now.timestamp()))))

    def _decrypted(self, envelope: Envelope, body: bytes) -> str:
        """The signature over the ciphertext is the one that covers the body. Raises Knock(403)."""
        import xmltodict  # wechatpy's, see `read`

        encrypted = xmltodict.parse(body)["xml"]["Encrypt"]
        self._check(envelope.msg_signature, envelope.timestamp, envelope.nonce, encrypted)
        return str(_cipher(self.aes_key).decrypt(encrypted, self.app_id))

    def _check(self, signature: str, *parts: str) -> None:
        joined = "".join(sorted([self.token, *parts]))
        expected = hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise Knock(403)


@cache
def _cipher(aes_key: str) -> Any:
    """WeChatCrypto would check the signature once more, and make this anew for every message."""
    from wechatpy.crypto import PrpCrypto  # heavy, as in `read`

    return PrpCrypto(base64.b64decode(aes_key + "="))


def _heard(message: Any) -> Heard:
    openid, create_time = message.source, message.time
    if not NAME.fullmatch(openid) or not NAME.fullmatch(message.target):
        raise ValueError("no sender or no receiver")
    if not isinstance(create_time, int) or not 0 < create_time < LATEST:
        raise ValueError("no CreateTime")
    if message.type == "text":
        return Heard(Kind.TEXT, openid, create_time, _text(message.content))
    if message.type == "event":
        kind = EVENTS.get(message.event, Kind.OTHER)
        content = _text(message.key) if kind is Kind.CLICK else ""
        scene = _text(message.scene_id) if message.event in ("subscribe_scan", "scan") else ""
        return Heard(kind, openid, create_time, content, scene)
    return Heard(Kind.OTHER, openid, create_time)


def _text(value: Any) -> str:
    """An element's text, empty for an empty element. Raises ValueError for one with elements inside."""
    if value is not None and not isinstance(value, str):
        raise ValueError("no text")
    return value or ""
