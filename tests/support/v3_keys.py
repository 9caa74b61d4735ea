"""Keys of a merchant and of WeChat Pay for the API v3, and messages that WeChat Pay signs."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chalicelib.ports import SealedNotice

KEY_ID = "PUB_KEY_ID_0000000000000024101100397200000006"
V3_KEY = "v3key000v3key000v3key000v3key000"
SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"


class KeyPair(NamedTuple):
    key: RSAPrivateKey
    private_pem: str
    public_pem: str


@cache
def key_pair(whose: str) -> KeyPair:
    """Made once per process: it takes a tenth of a second."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return KeyPair(key, private, public)


def signature_headers(body: bytes, now: datetime, signer: str = "wechat", **changed: str) -> dict[str, str]:
    """The headers with which WeChat Pay sends `body`; `changed` replaces some after signing."""
    stamp, nonce = str(int(now.timestamp())), "NONCE0123456789abcdefNONCE012345"
    signed = f"{stamp}\n{nonce}\n".encode() + body + b"\n"
    signature = b64encode(key_pair(signer).key.sign(signed, PKCS1v15(), SHA256())).decode()
    values = {"Serial": KEY_ID, "Timestamp": stamp, "Nonce": nonce, "Signature": signature, **changed}
    return {f"Wechatpay-{name}": value for name, value in values.items()}


def sealed_notice(bill: Mapping[str, Any], v3_key: str = V3_KEY) -> SealedNotice:
    """A notification as the route queues it."""
    parts = json.loads(notification(bill, v3_key))["resource"]
    return SealedNotice(parts["ciphertext"], parts["nonce"], parts["associated_data"])


def notification(bill: Mapping[str, Any], v3_key: str = V3_KEY, event: str = "MCHTRANSFER.BILL.FINISHED") -> bytes:
    """The body of a notification about a bill."""
    nonce, about = "abcdefghijkl", "mch_payment"
    ciphertext = AESGCM(v3_key.encode()).encrypt(nonce.encode(), json.dumps(bill).encode(), about.encode())
    resource = {
        "original_type": about,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": b64encode(ciphertext).decode(),
        "associated_data": about,
        "nonce": nonce,
    }
    event_body = {
        "id": "EV-2018022511223320873",
        "create_time": "2020-07-08T00:00:00+08:00",
        "resource_type": "encrypt-resource",
        "event_type": event,
        "summary": "商家转账单据终态通知",
        "resource": resource,
    }
    return json.dumps(event_body, ensure_ascii=False).encode()
