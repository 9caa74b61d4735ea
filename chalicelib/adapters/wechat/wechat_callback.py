"""WeChat's callback: checks a request's signature, freshness, mode and size, parses its message, renders the reply.

Source: developers.weixin.qq.com, message push. This does not use wechatpy: it would add a sixth to the CPU time of each
follow and 50 ms to an instance's first one. wechatpy also compares signatures with `!=`, accepts requests of any age,
and raises many kinds of exceptions for malformed bodies. The tests compare the results with wechatpy's.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from chalicelib.adapters.wechat.callback_xml import (
    encrypted_parts,
    encrypted_reply_xml,
    incoming_message,
    name_of,
    parse_fields,
    reply_xml,
)
from chalicelib.adapters.wechat.message_cipher import MessageCipher
from chalicelib.domain.conversation import IncomingMessage

FRESH_SECONDS = 600
LARGEST = 64 * 1024


class CallbackRejected(Exception):
    """The request is answered with `status` and an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class MessageUnreadable(Exception):
    """The message is authentic, but not one that we can read.

    It is answered `success`: after any other answer WeChat tells the sender that the account is out of order.
    """


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

    def read_message(self, query: CallbackQuery, body: bytes, now: datetime) -> tuple[IncomingMessage, str]:
        """Returns the message, and the id of the account that it was sent to, for `render_reply`.

        Raises CallbackRejected: 403 for a wrong signature, timestamp or mode, 413 for a body above 64 KB, 400 in safe
        mode for one without an encrypted part that our key opens. Raises MessageUnreadable.
        """
        self.verify(query, now)
        if self.safe != (query.encrypt_type == "aes"):
            raise CallbackRejected(403)
        if len(body) > LARGEST:
            raise CallbackRejected(413)
        message = self._decrypted(query, body) if self.safe else body
        try:
            fields = parse_fields(message.decode())
            return incoming_message(fields), name_of(fields, "ToUserName")
        except ValueError as error:
            raise MessageUnreadable from error

    def render_reply(self, text: str, openid: str, account: str, nonce: str, now: datetime) -> str:
        """Returns the reply's XML, encrypted in safe mode."""
        reply = reply_xml(text, openid, account, now)
        if not self.safe:
            return reply
        encrypted, timestamp = _cipher(self.aes_key, self.app_id).encrypt(reply), str(int(now.timestamp()))
        return encrypted_reply_xml(encrypted, self._signature(timestamp, nonce, encrypted), timestamp, nonce)

    def _decrypted(self, query: CallbackQuery, body: bytes) -> bytes:
        """Checks `msg_signature`, which covers the ciphertext; `signature` does not. Raises CallbackRejected."""
        try:
            # The plain part of a compatible body is neither signed nor read, so its bytes do not matter.
            parts = encrypted_parts(body.decode(errors="replace"))
            about = query.msg_signature, query.timestamp, query.nonce
            encrypted = next((part for part in parts if self._is_signed(*about, part)), None)
            if encrypted is None:
                raise CallbackRejected(403)
            return _cipher(self.aes_key, self.app_id).decrypt(encrypted)
        except ValueError as error:
            raise CallbackRejected(400) from error

    def _check_signature(self, signature: str, *parts: str) -> None:
        if not self._is_signed(signature, *parts):
            raise CallbackRejected(403)

    def _is_signed(self, signature: str, *parts: str) -> bool:
        return hmac.compare_digest(self._signature(*parts).encode(), signature.encode())

    def _signature(self, *parts: str) -> str:
        return hashlib.sha1("".join(sorted([self.token, *parts])).encode(), usedforsecurity=False).hexdigest()


@cache
def _cipher(aes_key: str, app_id: str) -> MessageCipher:
    """Cached: making a cipher takes longer than decrypting a message."""
    return MessageCipher(aes_key, app_id)
