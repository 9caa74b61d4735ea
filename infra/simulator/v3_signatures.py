"""Signatures of the v3 API (transfer-facts §2): checks the merchant's requests, signs answers and notifications."""

import re
import secrets
from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from infra.simulator.simulator_io import V3Error
from infra.simulator.simulator_settings import Clock, SimulatorSettings

SCHEME = "WECHATPAY2-SHA256-RSA2048"
FRESH_SECONDS = 300
KINDS = ("right", "none", "wrong", "stale", "foreign", "probe")
"""How an answer is signed: truly, not at all, over another body, ten minutes ago, with another key's id, as a probe."""
PROBE = "WECHATPAY/SIGNTEST/"
_FIELD = re.compile(r'(mchid|nonce_str|signature|timestamp|serial_no)="([^"]*)"')


class Signatures:
    """Without keys in the settings every request is refused, and no answer is signed."""

    def __init__(self, settings: SimulatorSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._merchant = _public_key(settings.pay_cert)
        self._own = _private_key(settings.pay_private_key)

    def check(self, method: str, target: str, authorization: str, body: bytes) -> None:
        """`target` is path and query as sent. Raises `V3Error` 401 SIGN_ERROR, with the rule that is broken."""
        scheme, _, rest = authorization.partition(" ")
        found = dict(_FIELD.findall(rest))
        _require(scheme == SCHEME and len(found) == 5, "Authorization 格式错误")
        _require(found["mchid"] == self._settings.mch_id, "商户号错误")
        _require(found["serial_no"] == self._settings.pay_serial, "商户证书序列号错误")
        _require(0 < len(found["nonce_str"]) <= 32, "nonce_str 长度错误")
        stamp = found["timestamp"]
        _require(stamp.isascii() and stamp.isdecimal(), "timestamp 格式错误")
        _require(abs(self._clock() - int(stamp)) <= FRESH_SECONDS, "timestamp 已过期")
        message = b"\n".join([method.encode(), target.encode(), stamp.encode(), found["nonce_str"].encode(), body, b""])
        _require(_is_signed(self._merchant, found["signature"], message), "签名错误")

    def headers(self, body: bytes, kind: str = "right") -> dict[str, str]:
        """The headers of an answer or a notification with this body, signed as `kind` says."""
        if kind == "none" or self._own is None:
            return {}
        stamp = str(int(self._clock()) - (2 * FRESH_SECONDS if kind == "stale" else 0))
        nonce = secrets.token_hex(16)
        signed = body + b" " if kind == "wrong" else body
        message = b"\n".join([stamp.encode(), nonce.encode(), signed, b""])
        signature = b64encode(self._own.sign(message, PKCS1v15(), SHA256())).decode()
        return {
            "Wechatpay-Timestamp": stamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": PROBE + signature if kind == "probe" else signature,
            "Wechatpay-Serial": "PUB_KEY_ID_0" if kind == "foreign" else self._settings.pay_public_key_id,
            "Wechatpay-Signature-Type": SCHEME,
        }


def sealed_resource(plain: bytes, v3_key: str) -> dict[str, str]:
    """Encrypts a notification's content as its `resource` (transfer-facts §5)."""
    nonce, associated = secrets.token_hex(6), "mch_payment"
    ciphertext = AESGCM(v3_key.encode()).encrypt(nonce.encode(), plain, associated.encode())
    return {
        "original_type": "mch_payment",
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": b64encode(ciphertext).decode(),
        "associated_data": associated,
        "nonce": nonce,
    }


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise V3Error(401, "SIGN_ERROR", message)


def _is_signed(key: RSAPublicKey | None, signature: str, message: bytes) -> bool:
    if key is None:
        return False
    try:
        key.verify(b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def _public_key(certificate: str) -> RSAPublicKey | None:
    key = load_pem_x509_certificate(certificate.encode()).public_key() if certificate else None
    return key if isinstance(key, RSAPublicKey) else None


def _private_key(pem: str) -> RSAPrivateKey | None:
    # Its validation takes a tenth of a second; the key was made here.
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True) if pem else None
    return key if isinstance(key, RSAPrivateKey) else None
