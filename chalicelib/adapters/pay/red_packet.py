"""The payment product "cash red packet" of WeChat Pay (v2): its order, sending, queries, and the meaning of answers.

Making an order is cheap: wechatpy is imported and secrets are read only before the first send or query.
Source of the fields and codes: pay.weixin.qq.com, "cash red packet", sendredpack and gethbinfo.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.domain.claim import Payer, SendOrder
from chalicelib.domain.contest import Contest
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.pay_settings import PaySettings

if TYPE_CHECKING:
    from chalicelib.adapters.pay.red_packet_client import RedPacketClient

STATUSES = {
    "SENDING": Reply.SENDING,
    "SENT": Reply.SENT,
    "FAILED": Reply.FAILED,
    "RECEIVED": Reply.RECEIVED,
    "RFUND_ING": Reply.REFUNDING,
    "REFUND": Reply.REFUNDED,
}
REASON_OF = {
    "PROCESSING": Reason.PROCESSING,
    "FREQ_LIMIT": Reason.BACK_OFF,
    "SECOND_OVER_LIMITED": Reason.BACK_OFF,
    "NOTENOUGH": Reason.BALANCE,
    "SENDNUM_LIMIT": Reason.USER_LIMIT,
    "RCVDAMOUNT_LIMIT": Reason.USER_LIMIT,
    "SENDAMOUNT_LIMIT": Reason.DAY_LIMIT,
    "DAY_OVER_LIMITED": Reason.DAY_LIMIT,
    "CA_ERROR": Reason.CONFIGURATION,
    "SIGN_ERROR": Reason.CONFIGURATION,
    "ILLEGAL_APPID": Reason.CONFIGURATION,
    "API_METHOD_CLOSED": Reason.CONFIGURATION,
    "MSGAPPID_ERROR": Reason.CONFIGURATION,
    "ACCEPTMODE_ERROR": Reason.CONFIGURATION,
    "XML_ERROR": Reason.CONFIGURATION,
    "PARAM_ERROR": Reason.TERMS,
    "MONEY_LIMIT": Reason.MONEY_LIMIT,
    "FATAL_ERROR": Reason.NOT_OURS,
    "NO_AUTH": Reason.RISK_CONTROL,
    "OPENID_ERROR": Reason.OPENID,
}
"""err_code -> reason; every other code is doubtful."""
DOUBTFUL_CODES = frozenset({"SYSTEMERROR", "SEND_FAILED"})
"""Codes that WeChat Pay documents as doubtful. Any other code is unknown to us."""
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


ANOTHER_ORDER = Answer(Reply.REFUSED, Reason.NOT_OURS, "MISMATCH")
"""WeChat Pay's answer about the number names another amount or person."""


BAD_CERTIFICATE = Answer(Reply.REFUSED, Reason.CONFIGURATION, "CLIENT_CERTIFICATE")


class ErrCode(Exception):
    """WeChat Pay refused with an error code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadCertificate(Exception):
    """The merchant's client certificate is missing or refused, its key does not match it, or TLS failed in another
    way."""


class Unclear(Exception):
    """WeChat Pay gave no clear answer about this bill number. The text describes what happened instead."""


class RedPackets:
    """Implements the PayoutProvider port."""

    product = "red_packet"
    terms = ("send_name", "act_name", "wishing", "remark", "client_ip", "scene_id")

    def __init__(self, contest: Contest, app_id: str, secrets: Callable[[], PaySettings]) -> None:
        self._wording, self._app_id, self._secrets = contest.packet, app_id, secrets
        self._client: RedPacketClient | None = None

    def order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        terms = tuple((term, getattr(self._wording, term)) for term in self.terms)
        return SendOrder(mch_billno, openid, amount_fen, terms)

    def prepare(self) -> Answer | None:
        return None if self._connect().is_certified else BAD_CERTIFICATE

    @property
    def payer(self) -> Payer:
        return Payer(self._secrets().mch_id, self._app_id)

    def send(self, order: SendOrder) -> Answer:
        client = self._connect()
        return _answer(order, lambda: client.send(order), lambda _: Answer(Reply.ACCEPTED))

    def query(self, order: SendOrder) -> Answer:
        client = self._connect()
        return _answer(order, lambda: client.query(order.mch_billno), _standing)

    def _connect(self) -> "RedPacketClient":
        if self._client is None:
            from chalicelib.adapters.pay.red_packet_client import RedPacketClient  # heavy: only for payments

            self._client = RedPacketClient(self._app_id, self._secrets())
        return self._client


def _answer(
    order: SendOrder, call: Callable[[], Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Answer]
) -> Answer:
    try:
        fields = call()
        return ANOTHER_ORDER if _is_of_another(order, fields) else read(fields)
    except ErrCode as refused:
        return refusal(refused.code)
    except BadCertificate:
        return BAD_CERTIFICATE
    except Unclear as unclear:
        return Answer(Reply.DOUBTFUL, code=str(unclear))


def _is_of_another(order: SendOrder, fields: Mapping[str, Any]) -> bool:
    """Returns whether the answer names another amount or person. A query's answer names the person only once they have
    opened the packet."""
    opened = fields.get("hblist")
    parts = opened.get("hbinfo") if isinstance(opened, Mapping) else None
    named = [fields, *(parts if isinstance(parts, list) else [parts])]
    openids = [part.get(name) for part in named if isinstance(part, Mapping) for name in ("openid", "re_openid")]
    amount = fields.get("total_amount")
    other_amount = isinstance(amount, str) and amount.isdecimal() and int(amount) != order.amount_fen
    return other_amount or any(isinstance(openid, str) and openid != order.openid for openid in openids)


def _standing(fields: Mapping[str, Any]) -> Answer:
    status = str(fields.get("status") or "")
    return Answer(STATUSES[status]) if status in STATUSES else _doubtful(status)


def refusal(code: str) -> Answer:
    """Translates an err_code."""
    if code == "NOT_FOUND":
        return Answer(Reply.NOT_FOUND, code=code)
    reason = REASON_OF.get(code)
    return Answer(Reply.REFUSED, reason, code) if reason else _doubtful(code)


def _doubtful(code: str) -> Answer:
    """Returns a doubtful answer. Only a text that looks like a code or status of WeChat Pay's is shown to operators."""
    is_unknown = code not in DOUBTFUL_CODES and _CODE.fullmatch(code) is not None
    return Answer(Reply.DOUBTFUL, code=code[:40], is_unknown=is_unknown)
