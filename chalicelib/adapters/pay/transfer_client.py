"""WeChat Pay's transfer API (v3): signed requests, and answers that count only if WeChat Pay signed them.

Connections are reused. There are no redirects, no retries and no downloads of keys.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from chalicelib.adapters.clock import new_id
from chalicelib.adapters.pay.bounded_answers import bounded_session
from chalicelib.adapters.pay.transfer import BadKey, UnclearAnswer
from chalicelib.adapters.pay.v3_signing import PlatformKey, RequestSigner, Unverified
from chalicelib.pay_settings import PaySettings

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
TIMEOUT = (3.0, 10.0)
"""Seconds to connect, and to wait for the answer."""


@dataclass(frozen=True, slots=True)
class VerifiedAnswer:
    """WeChat Pay signed it for us, less than five minutes ago."""

    is_success: bool
    fields: Mapping[str, Any]

    @property
    def code(self) -> str:
        """An error's code."""
        return str(self.fields.get("code") or "")


class TransferClient:
    """Each call returns an answer of WeChat Pay's or raises UnclearAnswer."""

    def __init__(
        self,
        url: str,
        signer: RequestSigner,
        platform: PlatformKey,
        clock: Callable[[], datetime],
        nonce: Callable[[], str] = new_id,
    ) -> None:
        """`url` is scheme and host."""
        self._url, self._signer, self._platform = url, signer, platform
        self._clock, self._nonce, self._session = clock, nonce, bounded_session()

    def create_bill(self, fields: Mapping[str, Any]) -> VerifiedAnswer:
        body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
        return self._call("POST", BILLS, body)

    def find_bill(self, number: str) -> VerifiedAnswer:
        return self._call("GET", f"{BILLS}/out-bill-no/{number}", b"")

    def _call(self, method: str, path: str, body: bytes) -> VerifiedAnswer:
        headers = {
            "Authorization": self._signer.authorization(method, path, body, self._clock(), self._nonce()),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Wechatpay-Serial": self._platform.key_id,  # the key with which WeChat Pay is to sign the answer
        }
        try:
            answer = self._session.request(
                method, self._url + path, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
        except (OSError, ValueError) as error:  # requests' errors are OSErrors
            raise UnclearAnswer(type(error).__name__) from error
        return self._verified(answer)

    def _verified(self, answer: requests.Response) -> VerifiedAnswer:
        try:
            self._platform.verify(answer.headers, answer.content, self._clock())
            fields = json.loads(answer.content)
        except Unverified as error:
            raise UnclearAnswer(f"UNVERIFIED_{answer.status_code}") from error
        except (ValueError, RecursionError) as error:
            raise UnclearAnswer("unreadable") from error
        if not isinstance(fields, dict):
            raise UnclearAnswer("unreadable")
        return VerifiedAnswer(answer.status_code == requests.codes.ok, fields)


def connect(
    secrets: PaySettings, platform: tuple[str, str], clock: Callable[[], datetime], nonce: Callable[[], str] = new_id
) -> TransferClient:
    """`platform` is the id and the PEM text of WeChat Pay's public key. Raises BadKey."""
    if not secrets.serial:
        raise BadKey("WECHAT_PAY_SERIAL")
    try:
        signer = RequestSigner(secrets.mch_id, secrets.serial, secrets.pay_cert_key)
    except ValueError as error:
        raise BadKey("WECHAT_PAY_CERT_KEY") from error
    try:
        return TransferClient(secrets.wechat_pay_url, signer, PlatformKey(*platform), clock, nonce)
    except ValueError as error:
        raise BadKey("WECHAT_PAY_PUBLIC_KEY") from error
