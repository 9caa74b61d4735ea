"""A merchant's client of the v3 API, written for these tests from WeChat Pay's rules: it signs requests and verifies
answers."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from chalicelib.settings import LOCAL_DEFAULTS
from tests.support.pay_keys import pay_keys

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
APP_ID, MCH_ID = LOCAL_DEFAULTS["WECHAT_APP_ID"], LOCAL_DEFAULTS["WECHAT_MCH_ID"]

SCHEME = "WECHATPAY2-SHA256-RSA2048"
HEADERS = {"Accept": "application/json", "User-Agent": "test", "Content-Type": "application/json"}


@dataclass
class Merchant:
    """`now` is in unix seconds. The signed parts can be replaced, to make wrong signatures."""

    sim: FlaskClient
    now: float
    keys: Mapping[str, str] = field(default_factory=pay_keys)
    mch_id: str = MCH_ID
    nonce: str = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
    scheme: str = SCHEME

    def call(self, method: str, path: str, body: bytes = b"", signed: bytes | None = None) -> TestResponse:
        authorization = self.authorization(method, path, body if signed is None else signed)
        return self.sim.open(path, method=method, data=body, headers=HEADERS | {"Authorization": authorization})

    def authorization(self, method: str, path: str, body: bytes) -> str:
        return f"{self.scheme} {signed_parts(self.keys, self.now, self.mch_id, self.nonce, (method, path), body)}"

    def create(self, openid: str, /, **changes: Any) -> tuple[int, Any]:
        """A change to None leaves the field out."""
        fields = {name: value for name, value in (order(openid) | changes).items() if value is not None}
        return self.answered(self.call("POST", BILLS, json.dumps(fields, ensure_ascii=False).encode()))

    def query(self, number: str = "HB0001") -> tuple[int, Any]:
        return self.answered(self.call("GET", f"{BILLS}/out-bill-no/{number}"))

    def cancel(self, number: str = "HB0001") -> tuple[int, Any]:
        return self.answered(self.call("POST", f"{BILLS}/out-bill-no/{number}/cancel"))

    def answered(self, answer: TestResponse) -> tuple[int, Any]:
        """Status and JSON of an answer that WeChat Pay has signed."""
        verify(self.keys, dict(answer.headers), answer.data)
        return answer.status_code, answer.json


def signed_parts(
    keys: Mapping[str, str], now: float, mch_id: str, nonce: str, asked: tuple[str, str], body: bytes
) -> str:
    """The signed parts of the Authorization header; `asked` is method and path."""
    message = "\n".join([*asked, str(int(now)), nonce, ""]).encode() + body + b"\n"
    parts = {
        "mchid": mch_id,
        "nonce_str": nonce,
        "signature": sign(keys["WECHAT_PAY_CERT_KEY"], message),
        "timestamp": str(int(now)),
        "serial_no": keys["WECHAT_PAY_SERIAL"],
    }
    return ",".join(f'{name}="{value}"' for name, value in parts.items())


def order(openid: str) -> dict[str, Any]:
    return {
        "appid": APP_ID,
        "out_bill_no": "HB0001",
        "transfer_scene_id": "1000",
        "openid": openid,
        "transfer_amount": 188,
        "transfer_remark": "信用知识竞赛奖励",
        "notify_url": "https://contest.example/wechatpay/notify",
        "user_recv_perception": "活动奖励",
        "user_recv_style": {"type": "RED_PACKET"},
        "transfer_scene_report_infos": [
            {"info_type": "活动名称", "info_content": "信用知识竞赛"},
            {"info_type": "奖励说明", "info_content": "答题红包"},
        ],
    }


@cache
def _private_key(pem: str) -> Any:
    """Loading takes far longer than signing."""
    return load_pem_private_key(pem.encode(), None)


def sign(private_key: str, message: bytes) -> str:
    return b64encode(_private_key(private_key).sign(message, padding.PKCS1v15(), SHA256())).decode()


def verify(keys: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> None:
    """Raises InvalidSignature, KeyError."""
    assert headers["Wechatpay-Serial"] == keys["WECHAT_PAY_PUBLIC_KEY_ID"]
    message = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
    key: Any = load_pem_public_key(keys["WECHAT_PAY_PUBLIC_KEY"].encode())
    key.verify(b64decode(headers["Wechatpay-Signature"]), message, padding.PKCS1v15(), SHA256())


def opened(keys: Mapping[str, str], event: Mapping[str, Any]) -> Any:
    """The content of a notification."""
    resource = event["resource"]
    sealed, nonce, more = (resource[name] for name in ("ciphertext", "nonce", "associated_data"))
    cipher = AESGCM(keys["WECHAT_PAY_V3_KEY"].encode())
    return json.loads(cipher.decrypt(nonce.encode(), b64decode(sealed), more.encode()))
