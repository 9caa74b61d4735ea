"""A text message, signed and encrypted as WeChat would send it, to try the relay with."""

import hashlib
from datetime import datetime
from urllib.parse import urlencode

from chalicelib.adapters.wechat.message_cipher import MessageCipher
from chalicelib.settings import Settings

NOBODY = "contest-doctor"
"""An openid that WeChat never issues."""
TEXT = "测试"


def echo_message(settings: Settings, now: datetime, nonce: str) -> tuple[str, str]:
    """Returns the query string and the body of a message in the deployment's mode, valid for ten minutes."""
    timestamp = str(int(now.timestamp()))
    message = (
        f"<xml><ToUserName><![CDATA[contest]]></ToUserName><FromUserName><![CDATA[{NOBODY}]]></FromUserName>"
        f"<CreateTime>{timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{TEXT}]]></Content>"
        f"<MsgId>{timestamp}</MsgId></xml>"
    )
    signed = {"timestamp": timestamp, "nonce": nonce}
    query = {"signature": _signature(settings.token, *signed.values()), **signed, "openid": NOBODY}
    if settings.mode != "safe":
        return urlencode(query), message
    encrypted = MessageCipher(settings.aes_key, settings.app_id).encrypt(message)
    query |= {"encrypt_type": "aes", "msg_signature": _signature(settings.token, *signed.values(), encrypted)}
    body = f"<xml><ToUserName><![CDATA[contest]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return urlencode(query), body


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()
