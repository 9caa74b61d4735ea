"""Explains to participants why a transfer could not be sent."""

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.payout_reasons import Reason

_ASK = "处理好后请联系主办方重新发放"
_OF_THE_PERSON = {
    "REAL_NAME_CHECK_FAIL": f"您的微信支付还没有实名认证，{_ASK}",
    "PAYEE_ACCOUNT_ABNORMAL": f"您的微信支付账户暂时不能收款，{_ASK}",
    "ACCOUNT_FROZEN": f"您的微信支付账户被冻结，{_ASK}",
    "ACCOUNT_NOT_EXIST": f"您的微信支付账户已注销，{_ASK}",
    "TRANSFER_RISK": "微信支付认为这笔转账可能有风险，没有放行，请联系主办方",
}
"""fail_reason -> sentence; only reasons that the participant can do something about."""
_OF_THE_MONTH = "您的微信本月收款已到上限，请下月联系主办方重新发放"
_OF_THE_DAY = "当天的收款次数或额度已用完，工作人员会重新安排，金额不会丢失"
_OF_TODAY = "今天的收款次数或额度已用完，请明天再来收款，金额不会丢失"
_OF_THE_ORGANISER = "主办方的发放遇到问题，工作人员会处理，金额不会丢失"
_DAYS = ("DAY_RECEIVED_COUNT_EXCEED", "DAY_RECEIVED_QUOTA_EXCEED", "TRANSFER_QUOTA_EXCEED")


def payout_note(claim: Claim) -> str:
    """Returns why a failed or parked transfer could not be sent; empty for every other claim.

    The codes are WeChat Pay's `fail_reason`s of 商家转账; a code itself is never shown.
    """
    if not claim.is_on_request:
        return ""
    if claim.status is PayoutStatus.PARKED:
        return _OF_TODAY if claim.reason in (Reason.USER_LIMIT, Reason.DAY_LIMIT) else _OF_THE_ORGANISER
    return _why_failed(claim.code) if claim.status is PayoutStatus.FAILED else ""


def _why_failed(code: str) -> str:
    if "MONTH" in code:
        return _OF_THE_MONTH
    return _OF_THE_DAY if code in _DAYS else _OF_THE_PERSON.get(code, _OF_THE_ORGANISER)
