"""WeChat Pay's cash red packets (v2, MD5, client certificate), through wechatpy with its hazards contained.

wechatpy 1.8.18 invents a bill number and a client address when it is given none, has no time-out, returns the text of
a broken answer as if it had succeeded, takes certificates as paths, and logs the key at DEBUG (see `quiet_libraries`).
Source of the fields and codes: pay.weixin.qq.com, "cash red packet", sendredpack and gethbinfo.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wechatpy.exceptions import WeChatPayException
from wechatpy.pay import WeChatPay

from chalicelib.domain.claims import SendOrder
from chalicelib.domain.payouts import Answer, Reply

TIMEOUT = (3.0, 10.0)
STATUSES = {
    "SENDING": Reply.SENDING,
    "SENT": Reply.SENT,
    "FAILED": Reply.FAILED,
    "RECEIVED": Reply.RECEIVED,
    "RFUND_ING": Reply.REFUNDING,
    "REFUND": Reply.REFUNDED,
}


class WeChatRedPackets:
    """The RedPackets port. `certificate` is (certificate, key) as PEM texts, empty in the local stage."""

    def __init__(self, app_id: str, mch_id: str, pay_key: str, base_url: str, certificate: tuple[str, str]) -> None:
        paths = [_as_file(pem) for pem in certificate] if all(certificate) else [None, None]
        self._pay = WeChatPay(app_id, pay_key, mch_id, mch_cert=paths[0], mch_key=paths[1], timeout=TIMEOUT)
        self._pay.API_BASE_URL = f"{base_url}/"

    def send(self, order: SendOrder) -> Answer:
        def call() -> Any:
            return self._pay.redpack.send(
                user_id=order.openid,
                total_amount=order.amount_fen,
                send_name=order.send_name,
                act_name=order.act_name,
                wishing=order.wishing,
                remark=order.remark,
                client_ip=order.client_ip,
                out_trade_no=order.mch_billno,
                scene_id=order.scene_id or None,
            )

        return _reduce(call, order.mch_billno, lambda _: Answer(Reply.ACCEPTED))

    def query(self, mch_billno: str) -> Answer:
        def status(data: dict[str, Any]) -> Answer:
            return Answer(STATUSES.get(str(data.get("status")), Reply.DOUBTFUL))

        return _reduce(lambda: self._pay.redpack.query(mch_billno), mch_billno, status)


def _reduce(call: Callable[[], Any], mch_billno: str, read: Callable[[dict[str, Any]], Answer]) -> Answer:
    """Everything that is not a clear answer about this very bill number is doubtful."""
    try:
        data = call()
    except WeChatPayException as error:
        return _refusal(error)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # requests' errors are OSErrors
        return Answer(Reply.DOUBTFUL, type(error).__name__)
    if not isinstance(data, dict) or data.get("mch_billno") != mch_billno:
        return Answer(Reply.DOUBTFUL, "unreadable")
    return read(data)


def _refusal(error: WeChatPayException) -> Answer:
    """`err_code` decides, never `err_code_des`. wechatpy leaves it None for an HTTP error."""
    code = str(error.errcode or "")
    if code == "NOT_FOUND":
        return Answer(Reply.NOT_FOUND, code)
    return Answer(Reply.REFUSED if code else Reply.DOUBTFUL, code)


def _as_file(pem: str) -> str:
    """wechatpy wants paths. The file is readable by this process's user only."""
    handle, name = tempfile.mkstemp(suffix=".pem")
    with os.fdopen(handle, "w") as file:
        file.write(pem)
    return str(Path(name))
