"""WeChat Pay's red packet API (v2: MD5, client certificate), through wechatpy with its hazards contained.

wechatpy 1.8.18 invents a bill number and a client address if given none, has no time-out, returns the text of a
malformed answer as a success, takes certificates as paths, and logs the key at DEBUG (see `quiet_libraries`).
"""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

from chalicelib.adapters.pay.red_packet import ErrCode, Unclear
from chalicelib.domain.claims import SendOrder
from chalicelib.pay_settings import PaySettings

TIMEOUT = (3.0, 10.0)


class RedPacketClient:
    """Each call returns the fields of an answer about this bill number, or raises ErrCode or Unclear."""

    def __init__(self, app_id: str, secrets: PaySettings) -> None:
        pems = (secrets.pay_cert, secrets.pay_cert_key)  # both empty in the local stage
        certificate, key = [_as_file(pem) for pem in pems] if all(pems) else (None, None)
        self._pay = WeChatPay(
            app_id, secrets.pay_key, secrets.mch_id, mch_cert=certificate, mch_key=key, timeout=TIMEOUT
        )
        self._pay.API_BASE_URL = f"{secrets.wechat_pay_url}/"

    def send(self, order: SendOrder) -> Mapping[str, Any]:
        terms: dict[str, str | None] = dict(order.terms)
        terms["scene_id"] = terms.get("scene_id") or None

        def call() -> Any:
            return self._pay.redpack.send(order.openid, order.amount_fen, out_trade_no=order.mch_billno, **terms)

        return _checked(order.mch_billno, call)

    def query(self, mch_billno: str) -> Mapping[str, Any]:
        return _checked(mch_billno, lambda: self._pay.redpack.query(mch_billno))


def _checked(mch_billno: str, call: Callable[[], Any]) -> Mapping[str, Any]:
    try:
        data = call()
    except WeChatPayException as error:
        # `err_code` decides, never `err_code_des`. wechatpy sets it to None for an HTTP error.
        raise (ErrCode(str(error.errcode)) if error.errcode else Unclear()) from error
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # requests' errors are OSErrors
        raise Unclear(type(error).__name__) from error
    if not isinstance(data, dict) or data.get("mch_billno") != mch_billno:
        raise Unclear("unreadable")
    return data


def _as_file(pem: str) -> str:
    """Writes a file for wechatpy, which needs a path. Only this process's user can read it."""
    handle, name = tempfile.mkstemp(suffix=".pem")
    with os.fdopen(handle, "w") as file:
        file.write(pem)
    return str(Path(name))
