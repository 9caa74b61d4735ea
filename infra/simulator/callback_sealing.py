"""Signatures and encryption of the message callback, in both modes (wechat-facts §1)."""

import binascii
from dataclasses import dataclass

from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from infra.simulator.simulator_errors import BadReplyError, XmlError
from infra.simulator.simulator_settings import SimulatorSettings
from infra.simulator.xmlio import parse_flat, render


@dataclass(frozen=True)
class Sealed:
    """A request to the callback: query parameters and body."""

    params: dict[str, str]
    body: bytes


def seal(settings: SimulatorSettings, xml: str, timestamp: int, nonce: str) -> Sealed:
    """Signs the message; encrypts it in safe mode, which sends the plain signature too, as WeChat does."""
    params = {
        "signature": _sign(settings.token, str(timestamp), nonce),
        "timestamp": str(timestamp),
        "nonce": nonce,
    }
    if settings.mode == "plain":
        return Sealed(params, xml.encode())
    envelope = parse_flat(_crypto(settings).encrypt_message(xml, nonce, str(timestamp)))
    body = render({"ToUserName": settings.account_id, "Encrypt": envelope["Encrypt"]})
    params |= {"encrypt_type": "aes", "msg_signature": envelope["MsgSignature"]}
    return Sealed(params, body.encode())


def unseal(settings: SimulatorSettings, body: bytes) -> bytes:
    """The reply's XML. In safe mode it must be encrypted and signed; raises `BadReplyError` otherwise."""
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
