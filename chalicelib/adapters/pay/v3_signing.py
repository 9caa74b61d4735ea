"""Signatures of WeChat Pay's API v3 (RSA with SHA-256): made on requests, checked on answers and notifications.

No key is downloaded: one public key is configured with its id, and an answer signed with another id is refused.
Source: pay.weixin.qq.com/doc/v3/merchant, "签名和验签" (4012365336 and following).
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

SCHEME = "WECHATPAY2-SHA256-RSA2048"
FRESH_SECONDS = 300


class Unverified(Exception):
    """An answer or a notification is not WeChat Pay's, or is too old. The text names the header at fault."""


class RequestSigner:
    def __init__(self, mch_id: str, serial: str, key_pem: str) -> None:
        """`serial` is that of the merchant's certificate. Raises ValueError for a key that is no RSA key in PEM."""
        self._mch_id, self._serial, self._key = mch_id, serial, private_key(key_pem)

    def authorization(self, method: str, path: str, body: bytes, now: datetime, nonce: str) -> str:
        """Returns the header Authorization. `path` includes the query string."""
        stamp = int(now.timestamp())
        signed = f"{method}\n{path}\n{stamp}\n{nonce}\n".encode() + body + b"\n"
        signature = b64encode(self._key.sign(signed, PKCS1v15(), SHA256())).decode()
        return (
            f'{SCHEME} mchid="{self._mch_id}",nonce_str="{nonce}",signature="{signature}",'
            f'timestamp="{stamp}",serial_no="{self._serial}"'
        )


class PlatformKey:
    """WeChat Pay's public key."""

    def __init__(self, key_id: str, key_pem: str) -> None:
        """Raises ValueError without an id, and for a key that is no RSA key in PEM."""
        if not key_id:
            raise ValueError("no id")
        self.key_id, self._key = key_id, public_key(key_pem)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Checks that WeChat Pay signed these bytes recently. `headers` ignores case. Raises Unverified."""
        serial, stamp, nonce, signature = (
            headers.get(f"Wechatpay-{name}") or "" for name in ("Serial", "Timestamp", "Nonce", "Signature")
        )
        if serial != self.key_id:
            raise Unverified("Serial")
        if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 12):
            raise Unverified("Timestamp")
        if abs(now.timestamp() - int(stamp)) > FRESH_SECONDS:
            raise Unverified("Timestamp")
        try:
            signed = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
            self._key.verify(b64decode(signature, validate=True), signed, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError) as error:  # a signature in another alphabet is a ValueError
            raise Unverified("Signature") from error


def private_key(pem: str) -> RSAPrivateKey:
    """Raises ValueError."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:  # encrypted, or of a kind that OpenSSL does not know
        raise ValueError("not a usable key") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key


def public_key(pem: str) -> RSAPublicKey:
    """Raises ValueError."""
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("not a usable key") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key
