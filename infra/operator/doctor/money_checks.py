"""Checks the merchant's certificate, the balance needed, and payouts that other contests still owe."""

from collections.abc import Iterator

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.pay.merchant_certificate import names_another
from chalicelib.adapters.store.models import SWITCHES
from chalicelib.adapters.store.row_values import due_shard_key, smoke_key
from chalicelib.domain.claim import RED_PACKET, TRANSFER, Payer
from chalicelib.domain.claim_totals import still_to_pay
from chalicelib.domain.contest import Phase
from chalicelib.domain.prizes import SHARDS, yuan
from infra.operator.cloud.stored_data import PAYOUTS_DUE
from infra.operator.comparison import listed
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.gateway_checks import outlasts_contest
from infra.operator.doctor.target import Target

CERTIFICATE, BALANCE, PREVIOUS = About("商户证书"), About("商户余额"), About("其他竞赛的发放")
PAY_FIRST = "现在无人发放、对账：先以那场竞赛的 contest.toml 部署，等它的发放全部了结；或让本场竞赛另用 RESOURCE_PREFIX"
FROM_PLATFORM = "在商户平台“API 安全”重新下载，整份 PEM 存入 SSM"
DAY_FEN = {RED_PACKET: 100_000_000, TRANSFER: 5_000_000}
"""Per merchant and day: ¥1,000,000 of cash red packets, ¥50,000 of transfers unless the merchant has it raised."""


def certificate(target: Target) -> Iterator[Finding]:
    s = target.pay_settings
    if target.is_local and not s.pay_cert:
        yield CERTIFICATE.unknown("本机没有商户证书，模拟器也不要")
        return
    if target.contest.payouts.product == TRANSFER and not s.pay_cert:
        yield CERTIFICATE.unknown("商家转账不出示证书，没有存入")
        return
    try:
        shown = x509.load_pem_x509_certificate(s.pay_cert.encode())
    except ValueError:
        yield CERTIFICATE.wrong("WECHAT_PAY_CERT 不是 PEM 证书", FROM_PLATFORM)
        return
    ends = shown.not_valid_after_utc
    yield from CERTIFICATE.unless(_faults(target, shown), f"与私钥相符，有效至 {moment(ends)}")


def balance(target: Target) -> Iterator[Finding]:
    totals = target.claim_totals
    if totals is None:
        yield BALANCE.unknown("领取记录很多，未在此计算：见 ./contest audit；余额请在商户平台核对")
        return
    for payer in totals.payers - {Payer(target.pay_settings.mch_id, target.settings.app_id)}:
        whose = f"{payer} 已开始的发放还没有了结，现在的商户不能查询或补发"
        yield BALANCE.wrong(whose, "以那时的密钥运行 ./contest payouts finish，见运维手册")
    fen = still_to_pay(target.contest.prizes.budget_fen, totals, over=target.phase is Phase.CLOSED)
    text = f"微信支付 v2 不能查询余额，请在商户平台核对：应至少有 {yuan(fen)} 元（已发出 {yuan(totals.paid_fen)} 元）"
    product = target.contest.payouts.product
    if product == TRANSFER:
        text = f"请在商户平台核对运营账户的余额：应至少有 {yuan(fen)} 元（已发出 {yuan(totals.paid_fen)} 元）"
    day = DAY_FEN[product]
    if fen > day:
        most = f"每天至多发 {day // 1_000_000} 万元，至少要发 {-(-fen // day)} 天"
        remedy = "可申请提高限额" if product == RED_PACKET else "开幕之前在商户平台提高单日转账额度"
        yield BALANCE.warning(text, f"{most}；{remedy}")
    else:
        yield BALANCE.unknown(text)


def _faults(target: Target, shown: x509.Certificate) -> Iterator[Finding]:
    s = target.pay_settings
    try:
        key = load_pem_private_key(s.pay_cert_key.encode(), password=None)
    except (ValueError, TypeError):
        yield CERTIFICATE.wrong("WECHAT_PAY_CERT_KEY 不是 PEM 私钥", FROM_PLATFORM)
    else:
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if key.public_key().public_bytes(*form) != shown.public_key().public_bytes(*form):
            yield CERTIFICATE.wrong("证书与私钥不是一对", FROM_PLATFORM)
    if names_another(shown, s.mch_id):
        yield CERTIFICATE.wrong("证书属于另一个商户号", "核对 WECHAT_MCH_ID 与证书")
    ends = shown.not_valid_after_utc
    if not outlasts_contest(ends, target.contest.window.closes_at, target.now()):
        yield CERTIFICATE.wrong(
            f"{moment(ends)} 到期，早于结束后 14 天", "在商户平台更换 API 证书，存入 SSM 后重新部署"
        )


def unpaid(target: Target) -> Iterator[Finding]:
    """Looks for unpaid claims of other contests, with a few reads per contest whatever its size."""
    owing = [one for one, shards in _others(target).items() if _owes(target, one, shards)]
    faults = [PREVIOUS.wrong(f"{listed(owing)} 还有发放没有最终结果", PAY_FIRST)] if owing else []
    yield from PREVIOUS.unless(faults, "没有未了结的")


def _others(target: Target) -> dict[str, int]:
    """Returns the other contests that have switches, in which claims need the active plan, with its shards."""
    pages = (
        target.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=f"{target.prefix}-control",
            FilterExpression="#name = :switches",
            ProjectionExpression="contest_id, plan_shards",
            ExpressionAttributeNames={"#name": "name"},
            ExpressionAttributeValues={":switches": {"S": SWITCHES}},
        )
    )
    found = {str(item["contest_id"]["S"]): item for page in pages for item in page["Items"]}
    shards = {one: int(item.get("plan_shards", {}).get("N", SHARDS)) for one, item in sorted(found.items())}
    return {one: number for one, number in shards.items() if one != target.contest.id}


def _owes(target: Target, contest_id: str, shards: int) -> bool:
    query = target.client("dynamodb").query
    return any(
        query(
            TableName=f"{target.prefix}-participants",
            IndexName=PAYOUTS_DUE,
            KeyConditionExpression="due_shard = :shard",
            ExpressionAttributeValues={":shard": {"S": shard}},
            Limit=1,
        )["Items"]
        for shard in (*(due_shard_key(contest_id, number) for number in range(shards)), smoke_key(contest_id))
    )
