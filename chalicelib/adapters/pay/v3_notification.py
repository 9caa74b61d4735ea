"""WeChat Pay's notification of a transfer. The route verifies it; the worker, which alone has the APIv3 key, opens it.

It only causes a query: nothing in it decides about money.
Source: pay.weixin.qq.com/doc/v3/merchant, "商家转账回调通知" (4012712115) and "解密回调报文" (4012071382).
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.adapters.pay.v3_signing import PlatformKey, Unverified
from chalicelib.ports import NotifiedBill, SealedNotice

LARGEST = 16 * 1024
"""Bytes; WeChat Pay's have about one thousand."""
EVENT, ALGORITHM, ABOUT = "MCHTRANSFER.BILL.FINISHED", "AEAD_AES_256_GCM", "mch_payment"


@cache
def platform_key(key_id: str, pem: str) -> PlatformKey:
    """Cached: loading a key takes longer than checking a signature. Raises Unverified without a usable key."""
    try:
        return PlatformKey(key_id, pem)
    except ValueError as error:
        raise Unverified("Key") from error


def read_notification(key: PlatformKey, headers: Mapping[str, str], body: bytes, now: datetime) -> SealedNotice | None:
    """Returns the encrypted part of WeChat Pay's notification; None when it is not about a transfer.

    Raises Unverified.
    """
    if len(body) > LARGEST:
        raise Unverified("Content-Length")
    key.verify(headers, body, now)
    try:
        event = json.loads(body)
        sealed = event["resource"]
        parts = sealed["ciphertext"], sealed["nonce"], sealed["associated_data"]
        of_a_transfer = (event["event_type"], sealed["algorithm"], parts[2]) == (EVENT, ALGORITHM, ABOUT)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return SealedNotice(*parts) if of_a_transfer and all(isinstance(part, str) for part in parts) else None


def open_notice(v3_key: str, sealed: SealedNotice) -> NotifiedBill | None:
    """Returns the bill and the person that the notification is about; None if our key does not open it, or if it names
    neither."""
    try:
        ciphertext = b64decode(sealed.ciphertext, validate=True)
        bill = json.loads(decrypt(v3_key.encode(), sealed.nonce.encode(), ciphertext, sealed.associated_data.encode()))
        openid, number = bill["openid"], bill["out_bill_no"]
    except (InvalidTag, ValueError, LookupError, TypeError, RecursionError):
        return None
    return NotifiedBill(openid, number) if isinstance(openid, str) and isinstance(number, str) else None


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated_data: bytes) -> bytes:
    """Opens AES-GCM; the tag is the ciphertext's end. Raises InvalidTag, or ValueError for parts of a wrong size."""
    return AESGCM(key).decrypt(nonce, ciphertext, associated_data)
