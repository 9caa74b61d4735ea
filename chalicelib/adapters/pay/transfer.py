"""The payment product "merchant transfer" of WeChat Pay (v3): its order, sending, queries, and the meaning of answers.

Nothing is paid until the winner confirms the receipt. Making an order is cheap: the client is imported and secrets are
read only before the first send or query.
Source of the fields and codes: pay.weixin.qq.com/doc/v3/merchant/4012716434 (send), 4012716437 (query), 4013774966
(fail_reason).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.claim import TRANSFER, Payer, SendOrder
from chalicelib.domain.contest import Contest
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.transfer_rules import TransferRules
from chalicelib.pay_settings import PaySettings

if TYPE_CHECKING:
    from chalicelib.adapters.pay.transfer_client import TransferClient, VerifiedAnswer

NOTIFY_PATH = "/wechatpay/notify"
"""Where WeChat Pay notifies us that a bill has ended."""
CASH_MARKETING = "1000"
"""The transfer scene 现金营销."""
STYLES = {"red_packet": "RED_PACKET", "confirm_page": "CONFIRM_PAGE"}
STATES = {
    "ACCEPTED": Reply.SENDING,
    "PROCESSING": Reply.SENDING,
    "WAIT_USER_CONFIRM": Reply.WAITING,
    "TRANSFERING": Reply.CONFIRMED,
    "CANCELING": Reply.CONFIRMED,
    "SUCCESS": Reply.RECEIVED,
    "FAIL": Reply.FAILED,
    "CANCELLED": Reply.CLOSED,
}
CLOSED = frozenset({"OVERDUE_CLOSE", "MCH_CANCEL"})
"""The fail_reasons of bills that ended without an error: nobody confirmed the transfer within 24 hours, or it was
cancelled."""
FAILURES = {
    "TRANSFER_QUOTA_EXCEED": Reason.DAY_LIMIT,
    "DAY_RECEIVED_COUNT_EXCEED": Reason.USER_LIMIT,
    "DAY_RECEIVED_QUOTA_EXCEED": Reason.USER_LIMIT,
    "BUDGET_NOT_ENOUGH": Reason.BALANCE,
    "PRODUCT_AUTH_CHECK_FAIL": Reason.CONFIGURATION,
    "PAYER_ACCOUNT_ABNORMAL": Reason.CONFIGURATION,
    "RECEIVE_ACCOUNT_NOT_CONFIGURE": Reason.CONFIGURATION,
    "TRANSFER_SCENE_INVALID": Reason.CONFIGURATION,
    "TRANSFER_SCENE_UNAVAILABLE": Reason.CONFIGURATION,
    "TRANSFER_REMARK_SET_FAIL": Reason.TERMS,
    "OPENID_INVALID": Reason.OPENID,
}
"""fail_reason -> reason; every other fail_reason concerns the person's account."""
REASON_OF = {
    "PARAM_ERROR": Reason.TERMS,
    "INVALID_REQUEST": Reason.INSPECT,
    "ALREADY_EXISTS": Reason.INSPECT,
    "SIGN_ERROR": Reason.CONFIGURATION,
    "NO_AUTH": Reason.CONFIGURATION,
    "USER_ERROR": Reason.CONFIGURATION,
    "NOT_ENOUGH": Reason.BALANCE,
    "FREQUENCY_LIMITED": Reason.BACK_OFF,
    "FREQUENCY_LIMIT": Reason.BACK_OFF,
    "FREQUENCY_LIMIT_EXCEED": Reason.BACK_OFF,
    "RATELIMIT_EXCEEDED": Reason.BACK_OFF,
}
"""Error code -> reason; every other code is doubtful."""
DOUBTFUL_CODES = frozenset({"SYSTEM_ERROR", "NOT_FOUND"})
"""Codes that WeChat Pay documents as doubtful or does not explain. Any other code is unknown to us."""
DAY_QUOTA = "单日转账额度"
"""Occurs in the message of INVALID_REQUEST when the merchant's daily quota is used up, for which there is no code. The
message decides only whether all payouts wait, never whether money was paid."""
ANOTHER_ORDER = Answer(Reply.REFUSED, Reason.NOT_OURS, "MISMATCH")
"""WeChat Pay's answer is about another bill, amount, person or payer."""
_CODE = re.compile(r"[A-Z][A-Z0-9_]{1,39}")


class UnclearAnswer(Exception):
    """WeChat Pay gave no answer about this bill that can be relied on. The text describes what happened instead."""


class BadKey(Exception):
    """A setting without which nothing can be signed or verified is missing or unusable. The text is its name."""


class Transfers:
    """Implements the PayoutProvider port."""

    product = TRANSFER
    terms = (
        "transfer_scene_id",
        "transfer_remark",
        "user_recv_perception",
        "user_recv_style",
        "activity",
        "reward",
        "notify_url",
    )

    def __init__(
        self,
        contest: Contest,
        app_id: str,
        secrets: Callable[[], PaySettings],
        platform: tuple[str, str],
        notify_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        """`platform` is WeChat Pay's public key: its id and its PEM text."""
        self._rules, self._app_id, self._secrets = contest.transfer, app_id, secrets
        self._platform, self._notify_url, self._clock = platform, notify_url, clock
        self._client: TransferClient | None = None

    def order(self, mch_billno: str, openid: str, amount_fen: int) -> SendOrder:
        """Returns the order. Without the section [transfer] it has no terms: then only orders that exist already are
        sent."""
        rules = self._rules
        terms = {} if rules is None else dict(zip(self.terms, self._values(rules), strict=True))
        return SendOrder(mch_billno, openid, amount_fen, tuple(terms.items()), product=self.product)

    def prepare(self) -> Answer | None:
        try:
            self._connect()
        except BadKey as bad:
            return _unusable(bad)
        return None

    @property
    def payer(self) -> Payer:
        return Payer(self._secrets().mch_id, self._app_id)

    def send(self, order: SendOrder) -> Answer:
        """For a bill that exists, the answer has its present state and, while it waits for its winner, its receipt."""
        return self._answer(order, lambda client: client.create_bill(self._bill(order)), _after_sending)

    def query(self, order: SendOrder) -> Answer:
        return self._answer(order, lambda client: client.find_bill(order.mch_billno), _standing)

    def _values(self, rules: TransferRules) -> tuple[str, ...]:
        style = STYLES[rules.style]
        remark = rules.remark or rules.activity
        return CASH_MARKETING, remark, rules.perception, style, rules.activity, rules.reward, self._notify_url

    def _bill(self, order: SendOrder) -> dict[str, Any]:
        terms = dict(order.terms)
        about = {"活动名称": terms.pop("activity"), "奖励说明": terms.pop("reward")}
        return {
            "appid": self._app_id,
            "out_bill_no": order.mch_billno,
            "openid": order.openid,
            "transfer_amount": order.amount_fen,
            **terms,
            "user_recv_style": {"type": terms["user_recv_style"]},
            "transfer_scene_report_infos": [
                {"info_type": kind, "info_content": content} for kind, content in about.items()
            ],
        }

    def _answer(
        self,
        order: SendOrder,
        call: Callable[["TransferClient"], "VerifiedAnswer"],
        read: Callable[[Mapping[str, Any]], Answer],
    ) -> Answer:
        try:
            answer = call(self._connect())
        except BadKey as bad:
            return _unusable(bad)
        except UnclearAnswer as unclear:
            return Answer(Reply.DOUBTFUL, code=str(unclear))
        if not answer.is_success:
            return refusal(answer.code, str(answer.fields.get("message") or ""), is_query=read is _standing)
        if "out_bill_no" not in answer.fields:
            return Answer(Reply.DOUBTFUL, code="unreadable")
        return ANOTHER_ORDER if _is_of_another(order, self.payer, answer.fields) else read(answer.fields)

    def _connect(self) -> "TransferClient":
        """Raises BadKey."""
        if self._client is None:
            from chalicelib.adapters.pay.transfer_client import connect  # heavy: only for payments

            self._client = connect(self._secrets(), self._platform, self._clock)
        return self._client


def _unusable(bad: BadKey) -> Answer:
    """`code` names the setting, for operators."""
    return Answer(Reply.REFUSED, Reason.CONFIGURATION, str(bad))


def _is_of_another(order: SendOrder, payer: Payer, fields: Mapping[str, Any]) -> bool:
    """Returns whether the answer names another bill, amount, person, merchant or app id. The answer to a send has fewer
    of these fields."""
    expected = {
        "out_bill_no": order.mch_billno,
        "transfer_amount": order.amount_fen,
        "openid": order.openid,
        "mch_id": payer.mch_id,
        "appid": payer.app_id,
    }
    return any(name in fields and fields[name] != value for name, value in expected.items())


def _after_sending(fields: Mapping[str, Any]) -> Answer:
    """Reads the answer to a send. If it says that the bill ended unpaid, it is doubtful: only a query's answer decides
    that, and names the reason."""
    state = str(fields.get("state") or "")
    if STATES.get(state) in (Reply.FAILED, Reply.CLOSED):
        return Answer(Reply.DOUBTFUL, code=state)
    answer, receipt = _standing(fields), fields.get("package_info")
    if answer.reply is Reply.WAITING and isinstance(receipt, str):
        return replace(answer, receipt=receipt)
    return answer


def _standing(fields: Mapping[str, Any]) -> Answer:
    state = str(fields.get("state") or "")
    if state == "FAIL":
        return _failed(str(fields.get("fail_reason") or ""))
    return Answer(STATES[state]) if state in STATES else _doubtful(state)


def _failed(fail_reason: str) -> Answer:
    if fail_reason in CLOSED:
        return Answer(Reply.CLOSED, code=fail_reason)
    code = fail_reason if _CODE.fullmatch(fail_reason) else ""
    return Answer(Reply.FAILED, FAILURES.get(fail_reason, Reason.NONE), code)


def refusal(code: str, message: str = "", *, is_query: bool = False) -> Answer:
    """Translates an error code."""
    if code == "NOT_FOUND" and is_query:
        return Answer(Reply.NOT_FOUND, code=code)
    if code == "INVALID_REQUEST" and DAY_QUOTA in message:
        return Answer(Reply.REFUSED, Reason.DAY_LIMIT, code)
    reason = REASON_OF.get(code)
    return Answer(Reply.REFUSED, reason, code) if reason else _doubtful(code)


def _doubtful(code: str) -> Answer:
    """Returns a doubtful answer. Only a text that looks like a code or state of WeChat Pay's is shown to operators."""
    is_unknown = code not in DOUBTFUL_CODES and _CODE.fullmatch(code) is not None
    return Answer(Reply.DOUBTFUL, code=code[:40], is_unknown=is_unknown)
