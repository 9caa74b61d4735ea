"""The merchant's certificate, and the balance that its account needs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.claim import Packet, Payer, PayoutStatus
from chalicelib.domain.claim_totals import ClaimTotals, add_up, still_to_pay
from chalicelib.domain.smoke import smoke_claim, smoke_packet
from infra.operator.doctor import money_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import Clinic, is_well
from tests.rehearsal.secret_values import certificate
from tests.support.examples import claim

CERTIFICATE, BALANCE = Check("商户证书", money_checks.certificate), Check("商户余额", money_checks.balance)
OTHER = certificate("1900000999")


def test_a_certificate_that_fits_its_key_and_lasts(clinic: Clinic) -> None:
    found = clinic.tells(CERTIFICATE)
    assert is_well(found), found
    assert "与私钥相符，有效至" in found[0].text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pay_cert": "nonsense"}, "WECHAT_PAY_CERT 不是 PEM 证书"),
        ({"pay_cert_key": "nonsense"}, "WECHAT_PAY_CERT_KEY 不是 PEM 私钥"),
        ({"pay_cert_key": OTHER.key}, "证书与私钥不是一对"),
        ({"pay_cert": OTHER.chain, "pay_cert_key": OTHER.key}, "证书属于另一个商户号"),
    ],
)
def test_a_certificate_with_a_fault(clinic: Clinic, changes: dict[str, str], words: str) -> None:
    clinic.pay_settings(**changes)
    text = clinic.text(CERTIFICATE)
    assert f"✗ 商户证书：{words}" in text
    assert text.count("\n") == 0
    assert "nonsense" not in text


def test_one_that_is_over(clinic: Clinic) -> None:
    clinic.stage.now = datetime.now(UTC).replace(year=2099)
    assert "到期，早于结束后 14 天" in clinic.text(CERTIFICATE)


def test_names_that_are_no_merchants_say_nothing(clinic: Clinic) -> None:
    made = certificate("merchant.example")
    clinic.pay_settings(pay_cert=made.chain, pay_cert_key=made.key)
    assert is_well(clinic.tells(CERTIFICATE))


def test_the_whole_budget_before_anything_was_sent(clinic: Clinic) -> None:
    assert clinic.text(BALANCE).startswith("– 商户余额：微信支付 v2 不能查询余额")
    assert "应至少有 9.00 元（已发出 0.00 元）" in clinic.text(BALANCE)


def test_more_than_a_day_can_send_is_a_warning(clinic: Clinic) -> None:
    clinic.target.claim_totals = ClaimTotals(claims=0, claimed_fen=0, paid_fen=0)
    contest = clinic.services.contest
    prizes = replace(contest.prizes, budget_fen=250_000_000)
    clinic.target.contest = replace(contest, prizes=prizes)
    assert "! 商户余额" in clinic.text(BALANCE)
    assert "至少要发 3 天" in clinic.text(BALANCE)


def test_what_a_former_payer_began_is_named(clinic: Clinic) -> None:
    own = Payer(clinic.target.pay_settings.mch_id, clinic.target.settings.app_id)
    clinic.target.claim_totals = ClaimTotals(2, 400, 0, frozenset({own, Payer("1900000009", "wx9")}))
    assert "✗ 商户余额：商户号 1900000009、公众号 wx9 已开始的发放还没有了结" in clinic.text(BALANCE)
    assert own.app_id not in clinic.text(BALANCE)


def test_too_many_claims_are_left_to_the_audit(clinic: Clinic) -> None:
    clinic.target.claim_totals = None
    assert "见 ./contest audit" in clinic.text(BALANCE)


def test_what_is_paid_and_what_is_still_to_pay() -> None:
    amounts = {PayoutStatus.OWED: 100, PayoutStatus.SENT: 200, PayoutStatus.RECEIVED: 300, PayoutStatus.REFUNDED: 500}
    claims = [replace(claim("o", "a", Packet("p", 0, fen)), status=status) for status, fen in amounts.items()]
    released = replace(claims[-1], status=PayoutStatus.RELEASED)
    smoke = smoke_claim(smoke_packet(1, "id", 100), "c", claims[0].order, claims[0].claimed_at)
    totals = add_up([*claims, released, smoke], lambda: False)
    assert totals == ClaimTotals(claims=4, claimed_fen=1100, paid_fen=500)
    assert still_to_pay(5000, totals, over=False) == 4500
    assert still_to_pay(5000, totals, over=True) == 600
    assert add_up(claims, lambda: True) is None
