"""The notes to winners whose transfer could not be sent."""

from dataclasses import replace

import pytest

from chalicelib.domain.claim import TRANSFER, Claim, Packet, PayoutStatus
from chalicelib.domain.payout_notes import payout_note
from chalicelib.domain.payout_reasons import PARKED, Reason
from tests.support import examples

FAILED = PayoutStatus.FAILED


def transfer(status: PayoutStatus, reason: str = "", code: str = "") -> Claim:
    made = examples.claim("o1", "a1", Packet("p", 1, 188))
    return replace(made, order=replace(made.order, product=TRANSFER), status=status, reason=reason, code=code)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("REAL_NAME_CHECK_FAIL", "实名认证"),
        ("ACCOUNT_FROZEN", "冻结"),
        ("ACCOUNT_NOT_EXIST", "注销"),
        ("PAYEE_ACCOUNT_ABNORMAL", "账户"),
        ("TRANSFER_RISK", "风险"),
        ("MONTH_RECEIVED_QUOTA_EXCEED", "本月"),
        ("DAY_RECEIVED_COUNT_EXCEED", "当天"),
        ("TRANSFER_QUOTA_EXCEED", "当天"),
        ("PRODUCT_AUTH_CHECK_FAIL", "主办方"),
        ("A_NEW_CODE", "主办方"),
        ("", "主办方"),
    ],
)
def test_why_it_failed_is_said_without_the_code(code: str, says: str) -> None:
    note = payout_note(transfer(FAILED, code=code))
    assert says in note
    assert not code or code not in note


@pytest.mark.parametrize("reason", PARKED)
def test_a_parked_transfer_says_who_must_do_something(reason: Reason) -> None:
    note = payout_note(transfer(PayoutStatus.PARKED, reason))
    assert ("明天" in note) is (reason in (Reason.USER_LIMIT, Reason.DAY_LIMIT))
    assert "金额不会丢失" in note


def test_nothing_else_has_a_note() -> None:
    for status in set(PayoutStatus) - {FAILED, PayoutStatus.PARKED}:
        assert payout_note(transfer(status, code="ACCOUNT_FROZEN")) == ""
    assert payout_note(replace(examples.claim("o1", "a1", Packet("p", 1, 188)), status=FAILED)) == ""
