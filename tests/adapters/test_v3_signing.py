"""Signatures of WeChat Pay's API v3, against its own published examples and against forgeries."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chalicelib.adapters.pay.v3_signing import FRESH_SECONDS, PlatformKey, RequestSigner, Unverified
from tests.rehearsal.secret_values import certificate
from tests.support.v3_keys import KEY_ID, key_pair, signature_headers

VECTORS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "wechat-pay-v3.json").read_text(encoding="utf-8")
)
"""Each names its source."""
NOW = datetime(2020, 7, 8, tzinfo=UTC)
BODY = '{"state":"成功"}'.encode()


def platform() -> PlatformKey:
    return PlatformKey(KEY_ID, key_pair("wechat").public_pem)


def wrong_part(headers: Mapping[str, str], body: bytes = BODY, now: datetime = NOW) -> str:
    with pytest.raises(Unverified) as caught:
        platform().verify(headers, body, now)
    return str(caught.value)


def test_a_request_is_signed_as_in_wechat_pay_s_example() -> None:
    example = VECTORS["request"]
    signer = RequestSigner(example["mch_id"], example["serial"], example["key"])
    now = datetime.fromtimestamp(example["timestamp"], UTC)
    method, path, body = example["method"], example["path"], example["body"].encode()
    assert signer.authorization(method, path, body, now, example["nonce"]) == (
        f'WECHATPAY2-SHA256-RSA2048 mchid="{example["mch_id"]}",nonce_str="{example["nonce"]}",'
        f'signature="{example["signature"]}",timestamp="{example["timestamp"]}",serial_no="{example["serial"]}"'
    )


def test_a_message_of_tencent_s_own_test_is_verified() -> None:
    example = VECTORS["notification"]
    headers, body = example["headers"], example["body"].encode()
    now = datetime.fromtimestamp(int(headers["Wechatpay-Timestamp"]), UTC)
    key = PlatformKey(headers["Wechatpay-Serial"], example["public_key"])
    key.verify(headers, body, now)
    for changed in (body + b" ", body.replace(b"payscore", b"payscorf", 1), b""):
        with pytest.raises(Unverified, match="Signature"):
            key.verify(headers, changed, now)


@pytest.mark.parametrize("seconds", [-FRESH_SECONDS, 0, FRESH_SECONDS])
def test_what_wechat_pay_signed_within_five_minutes_is_verified(seconds: int) -> None:
    platform().verify(signature_headers(BODY, NOW), BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-FRESH_SECONDS - 1, FRESH_SECONDS + 1, 86_400])
def test_older_and_later_ones_are_not(seconds: int) -> None:
    assert wrong_part(signature_headers(BODY, NOW), now=NOW + timedelta(seconds=seconds)) == "Timestamp"


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"Serial": "PUB_KEY_ID_another"}, "Serial"),
        ({"Serial": ""}, "Serial"),
        ({"Timestamp": ""}, "Timestamp"),
        ({"Timestamp": "now"}, "Timestamp"),
        ({"Timestamp": "-1594166400"}, "Timestamp"),
        ({"Timestamp": "１５９４１６６４００"}, "Timestamp"),
        ({"Timestamp": "9" * 400}, "Timestamp"),
        ({"Timestamp": str(int(NOW.timestamp()) + 1)}, "Signature"),
        ({"Nonce": "another"}, "Signature"),
        ({"Nonce": "\ud800"}, "Signature"),
        ({"Signature": ""}, "Signature"),
        ({"Signature": "not base64!"}, "Signature"),
        ({"Signature": "签名"}, "Signature"),
        ({"Signature": "AAAA"}, "Signature"),
        ({"Signature": "WECHATPAY/SIGNTEST/" + "A" * 325}, "Signature"),
    ],
)
def test_nothing_else_is_verified(changed: dict[str, str], part: str) -> None:
    assert wrong_part(signature_headers(BODY, NOW, **changed)) == part


def test_another_key_s_signature_is_refused() -> None:
    assert wrong_part(signature_headers(BODY, NOW, signer="forger")) == "Signature"
    assert wrong_part({}) == "Serial"


def test_a_probe_is_a_signature_that_begins_so() -> None:
    """WeChat Pay sometimes sends such signatures, to check that they are refused."""
    good = signature_headers(BODY, NOW)["Wechatpay-Signature"]
    probe = "WECHATPAY/SIGNTEST/" + good[19:]
    assert wrong_part(signature_headers(BODY, NOW, Signature=probe)) == "Signature"


def elliptic(part: str) -> str:
    key = generate_private_key(SECP256R1())
    if part == "public":
        return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "pem", ["", "nonsense", key_pair("wechat").public_pem, elliptic("private"), certificate("x").chain]
)
def test_other_texts_are_no_private_keys(pem: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - its text is OpenSSL's
        RequestSigner("1900000001", "SERIAL", pem)


@pytest.mark.parametrize("pem", ["", "nonsense", key_pair("wechat").private_pem, elliptic("public")])
def test_other_texts_are_no_public_keys(pem: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        PlatformKey(KEY_ID, pem)
    with pytest.raises(ValueError, match="no id"):
        PlatformKey("", key_pair("wechat").public_pem)
