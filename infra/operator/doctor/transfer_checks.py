"""Checks the keys of merchant transfers, and asks WeChat Pay about a bill that does not exist.

Where no claim can be a transfer there is nothing to check: `[transfer]` stays while earlier ones wait.
"""

from collections.abc import Iterator

from cryptography import x509

from chalicelib.adapters.pay.v3_signing import PlatformKey, private_key
from chalicelib.domain.claim import TRANSFER, SendOrder
from chalicelib.domain.payout_decisions import Answer, Reply
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import SECRETS

KEYS, PRODUCT = About("转账密钥"), About("商家转账")
NO_SUCH_BILL = "DOCTOR00000000000000"
RED_PACKETS = "以现金红包发放，不用"
FROM_PLATFORM = "在商户平台“API 安全”查看，存入 SSM 后重新部署"
PAY_SMOKE = "函数的出口地址要在商户平台的调用 IP 中；见运维手册“商家转账”"


def keys(target: Target) -> Iterator[Finding]:
    if target.contest.transfer is None:
        yield KEYS.unknown(RED_PACKETS)
        return
    yield from KEYS.unless(_faults(target), "私钥、序列号、微信支付公钥可用")


def product(target: Target) -> Iterator[Finding]:
    """From this machine, whose address the merchant need not have listed: then WeChat Pay answers NO_AUTH, signed."""
    if target.contest.transfer is None:
        yield PRODUCT.unknown(RED_PACKETS)
        return
    yield _meaning(target.services.ports.transfers.query(SendOrder(NO_SUCH_BILL, "", 0, (), product=TRANSFER)))


def _faults(target: Target) -> Iterator[Finding]:
    pay, general = target.pay_settings, target.settings
    try:
        key = private_key(pay.pay_cert_key)
    except ValueError:
        yield KEYS.wrong("WECHAT_PAY_CERT_KEY 不是 RSA 私钥的 PEM", FROM_PLATFORM)
        key = None
    try:
        PlatformKey(general.pay_public_key_id, general.pay_public_key)
    except ValueError:
        yield KEYS.wrong("WECHAT_PAY_PUBLIC_KEY 或 WECHAT_PAY_PUBLIC_KEY_ID 缺少或不可用", FROM_PLATFORM)
    if len(pay.v3_key.encode()) != 32:
        yield KEYS.wrong("WECHAT_PAY_V3_KEY 应为 32 个字符（APIv3 密钥）", SECRETS)
    if not pay.pay_cert:  # optional: the answer to `product` then shows whether key and serial belong together
        return
    try:
        shown = x509.load_pem_x509_certificate(pay.pay_cert.encode())
    except ValueError:
        return  # `money_checks.certificate` names it
    if f"{shown.serial_number:X}".rjust(40, "0") != pay.serial.upper().rjust(40, "0"):
        yield KEYS.wrong("WECHAT_PAY_SERIAL 不是 WECHAT_PAY_CERT 的序列号", FROM_PLATFORM)
    if key and key.public_key() != shown.public_key():
        yield KEYS.wrong("WECHAT_PAY_CERT_KEY 与 WECHAT_PAY_CERT 不是一对", FROM_PLATFORM)


def _meaning(answer: Answer) -> Finding:
    if answer.reply is Reply.NOT_FOUND:
        return PRODUCT.ok("查询有应答，签名无误")
    if answer.code == "NO_AUTH":
        return PRODUCT.warning("应答是 NO_AUTH：产品没有开通，或本机地址不在调用 IP 中", PAY_SMOKE)
    if answer.code in ("SIGN_ERROR", "UNVERIFIED_401"):
        return PRODUCT.wrong(
            "微信支付不认我们的签名", f"核对 WECHAT_MCH_ID、WECHAT_PAY_SERIAL 与 WECHAT_PAY_CERT_KEY：{FROM_PLATFORM}"
        )
    if answer.code.startswith("UNVERIFIED"):
        return PRODUCT.wrong("应答的签名不能验证", f"核对 WECHAT_PAY_PUBLIC_KEY 与它的 ID：{FROM_PLATFORM}")
    if answer.reply is Reply.REFUSED:
        return PRODUCT.wrong(f"应答是 {answer.code}", "见运维手册")
    return PRODUCT.unknown(f"没有明确的应答（{answer.code}），请再试一次")
