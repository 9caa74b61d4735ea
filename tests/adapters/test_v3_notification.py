"""WeChat Pay's notifications: which ones the route accepts, and the bill that the worker reads from them."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.pay.v3_notification import LARGEST, decrypt, open_notice, read_notification
from chalicelib.adapters.pay.v3_signing import PlatformKey, Unverified
from chalicelib.ports import NotifiedBill, SealedNotice
from tests.adapters.test_v3_signing import VECTORS
from tests.support.v3_keys import KEY_ID, V3_KEY, key_pair, notification, signature_headers

NOW = datetime(2020, 7, 8, tzinfo=UTC)
BILL = {"openid": "openid-1", "out_bill_no": "Plan0Plan0Pl00000042", "state": "SUCCESS"}


def read(body: bytes, at: datetime = NOW) -> SealedNotice | None:
    key = PlatformKey(KEY_ID, key_pair("wechat").public_pem)
    return read_notification(key, signature_headers(body, NOW), body, at)


def sealed(bill: Any) -> SealedNotice:
    found = read(notification(bill))
    assert found
    return found


def test_it_is_opened_with_the_merchant_s_key_alone() -> None:
    found = sealed(BILL)
    assert open_notice(V3_KEY, found) == NotifiedBill("openid-1", "Plan0Plan0Pl00000042")
    for key in ("x" * 32, "short", ""):
        assert open_notice(key, found) is None


def test_tencent_s_own_example_is_opened() -> None:
    example = VECTORS["notification"]
    parts = json.loads(example["body"])["resource"]
    about = parts["associated_data"].encode()
    opened = decrypt(example["v3_key"].encode(), parts["nonce"].encode(), b64decode(parts["ciphertext"]), about)
    assert opened.decode() == example["opened"]
    found = SealedNotice(parts["ciphertext"], parts["nonce"], parts["associated_data"])
    assert open_notice(example["v3_key"], found) is None, "it names no bill"


def test_the_cipher_s_published_test_case_is_opened() -> None:
    case = {name: bytes.fromhex(value) for name, value in VECTORS["gcm"].items() if name != "source"}
    opened = decrypt(case["key"], case["nonce"], case["ciphertext"] + case["tag"], case["associated_data"])
    assert opened == case["plain"]
    with pytest.raises(InvalidTag):
        decrypt(case["key"], case["nonce"], case["ciphertext"] + case["tag"], b"another")


def test_an_old_one_and_a_large_one_are_refused() -> None:
    body = notification(BILL)
    with pytest.raises(Unverified, match="Timestamp"):
        read(body, NOW + timedelta(seconds=301))
    with pytest.raises(Unverified, match="Content-Length"):
        read(body + b" " * LARGEST)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"event_type": "MCHTRANSFER.BILL.FINISHED", "resource": null}',
        notification(BILL, event="TRANSACTION.SUCCESS"),
        notification(BILL).replace(b"AEAD_AES_256_GCM", b"AEAD_SM4_GCM"),
        notification(BILL).replace(b'"associated_data": "mch_payment"', b'"associated_data": "transaction"'),
        notification(BILL).replace(b'"nonce": "abcdefghijkl"', b'"nonce": 7'),
        b"[" * 10_000,
    ],
)
def test_authentic_ones_about_something_else_are_nothing(body: bytes) -> None:
    assert read(body) is None


@pytest.mark.parametrize("bill", [[], {}, "x", 1, {"openid": "o"}, {"openid": 1, "out_bill_no": "x"}])
def test_what_names_no_bill_is_not_opened(bill: Any) -> None:
    assert open_notice(V3_KEY, sealed(bill)) is None


@given(st.text(), st.text(), st.text())
def test_no_part_raises(ciphertext: str, nonce: str, about: str) -> None:
    assert open_notice(V3_KEY, SealedNotice(ciphertext, nonce, about)) is None
