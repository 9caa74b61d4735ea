"""The keys of transfers, whether WeChat Pay knows them, and the daily quota."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.claim_totals import ClaimTotals
from chalicelib.domain.payout_decisions import Answer, Reply
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.transfer_rules import TransferRules
from infra.operator.doctor import configuration_checks, money_checks, transfer_checks
from infra.operator.doctor.check_runner import Check
from tests.operator.doctor.conftest import Clinic, is_well
from tests.support.pay_keys import pay_keys
from tests.support.transfers import FakeTransfers
from tests.support.v3_keys import KEY_ID, V3_KEY, key_pair

KEYS, PRODUCT = Check("转账密钥", transfer_checks.keys), Check("商家转账", transfer_checks.product)
BALANCE, CERTIFICATE = Check("商户余额", money_checks.balance), Check("商户证书", money_checks.certificate)
SETTINGS = Check("设置与密钥", configuration_checks.settings)
KEY_NAMES = {"pay_cert": "WECHAT_PAY_CERT", "pay_cert_key": "WECHAT_PAY_CERT_KEY", "serial": "WECHAT_PAY_SERIAL"}


@pytest.fixture
def transfer(clinic: Clinic) -> Clinic:
    """A clinic whose contest pays by transfer, without a fault."""
    contest = clinic.services.contest
    rules = TransferRules("活动", "奖励", contest.window.closes_at + timedelta(days=7))
    clinic.pay_settings(v3_key=V3_KEY, **{name: pay_keys()[variable] for name, variable in KEY_NAMES.items()})
    clinic.settings(pay_public_key_id=KEY_ID, pay_public_key=key_pair("wechat").public_pem)
    clinic.target.contest = replace(contest, payouts=replace(contest.payouts, product="transfer"), transfer=rules)
    return clinic


def test_where_red_packets_pay_there_is_nothing_to_check(clinic: Clinic) -> None:
    assert clinic.text(KEYS) == "– 转账密钥：以现金红包发放，不用"
    assert clinic.text(PRODUCT) == "– 商家转账：以现金红包发放，不用"


def test_keys_that_belong_together(transfer: Clinic) -> None:
    assert is_well(transfer.tells(KEYS))
    assert is_well(transfer.tells(CERTIFICATE))


def test_keys_are_needed_while_earlier_transfers_may_wait(transfer: Clinic) -> None:
    """Red packets pay again, and the section [transfer] is still there."""
    contest = transfer.target.contest
    transfer.target.contest = replace(contest, payouts=replace(contest.payouts, product="red_packet"))
    assert is_well(transfer.tells(KEYS))
    transfer.pay_settings(v3_key="", serial="")
    assert "WECHAT_PAY_V3_KEY 应为 32 个字符" in transfer.text(KEYS)


def test_the_certificate_itself_need_not_be_stored(transfer: Clinic) -> None:
    transfer.pay_settings(pay_cert="")
    assert is_well(transfer.tells(KEYS))
    assert transfer.text(CERTIFICATE) == "– 商户证书：商家转账不出示证书，没有存入"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"pay_cert_key": "nonsense"}, "WECHAT_PAY_CERT_KEY 不是 RSA 私钥的 PEM"),
        ({"pay_cert_key": key_pair("other").private_pem}, "WECHAT_PAY_CERT_KEY 与 WECHAT_PAY_CERT 不是一对"),
        ({"serial": "A" * 40}, "WECHAT_PAY_SERIAL 不是 WECHAT_PAY_CERT 的序列号"),
        ({"v3_key": "x" * 31}, "WECHAT_PAY_V3_KEY 应为 32 个字符"),
    ],
)
def test_a_key_with_a_fault(transfer: Clinic, changes: dict[str, str], words: str) -> None:
    transfer.pay_settings(**changes)
    text = transfer.text(KEYS)
    assert text.startswith(f"✗ 转账密钥：{words}")
    assert "\n" not in text
    assert not [value for value in changes.values() if value in text]


@pytest.mark.parametrize("changes", [{"pay_public_key": ""}, {"pay_public_key_id": ""}, {"pay_public_key": "nonsense"}])
def test_a_public_key_that_is_of_no_use(transfer: Clinic, changes: dict[str, str]) -> None:
    transfer.settings(**changes)
    assert transfer.text(KEYS).startswith("✗ 转账密钥：WECHAT_PAY_PUBLIC_KEY 或 WECHAT_PAY_PUBLIC_KEY_ID 缺少或不可用")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(Reply.NOT_FOUND, code="NOT_FOUND"), "✓ 商家转账：查询有应答，签名无误"),
        (Answer(Reply.REFUSED, Reason.CONFIGURATION, "NO_AUTH"), "! 商家转账：应答是 NO_AUTH"),
        (Answer(Reply.REFUSED, Reason.CONFIGURATION, "SIGN_ERROR"), "✗ 商家转账：微信支付不认我们的签名"),
        (Answer(Reply.DOUBTFUL, code="UNVERIFIED_401"), "✗ 商家转账：微信支付不认我们的签名"),
        (Answer(Reply.DOUBTFUL, code="UNVERIFIED_404"), "✗ 商家转账：应答的签名不能验证"),
        (Answer(Reply.REFUSED, Reason.CONFIGURATION, "USER_ERROR"), "✗ 商家转账：应答是 USER_ERROR"),
        (Answer(Reply.DOUBTFUL, code="ReadTimeout"), "– 商家转账：没有明确的应答（ReadTimeout）"),
    ],
)
def test_each_answer_of_the_product(transfer: Clinic, answer: Answer, said: str) -> None:
    fake = FakeTransfers()
    fake.will_say(answer)
    transfer.stage.ports.transfers = fake
    assert transfer.text(PRODUCT).startswith(said)


def test_a_day_sends_fifty_thousand_yuan(transfer: Clinic) -> None:
    transfer.target.claim_totals = ClaimTotals(claims=0, claimed_fen=0, paid_fen=0)
    contest = transfer.target.contest
    transfer.target.contest = replace(contest, prizes=replace(contest.prizes, budget_fen=5_000_000))
    assert transfer.text(BALANCE).startswith("– 商户余额：请在商户平台核对运营账户的余额：应至少有 50000.00 元")
    transfer.target.contest = replace(contest, prizes=replace(contest.prizes, budget_fen=20_000_000))
    assert "每天至多发 5 万元，至少要发 4 天；开幕之前在商户平台提高单日转账额度" in transfer.text(BALANCE)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"v3_key": "x" * 33}, "WECHAT_PAY_V3_KEY 应为 32 个"),
        ({"serial": "abc"}, "WECHAT_PAY_SERIAL 应为 40 个"),
        ({"pay_key": "", "pay_cert": ""}, ""),
    ],
)
def test_the_shapes_of_what_transfers_need(transfer: Clinic, changes: dict[str, str], words: str) -> None:
    transfer.pay_settings(**changes)
    assert (f"✗ 设置与密钥：{words}" in transfer.text(SETTINGS)) is bool(words)
