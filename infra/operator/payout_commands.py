"""Commands that list, decide and reconcile payouts."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.pay.statement import read_statement
from chalicelib.domain.claims import Claim, PayoutStatus
from chalicelib.domain.payouts import Reason
from chalicelib.domain.prizes import yuan
from chalicelib.usecases.decide_payout import returned_numbers
from chalicelib.usecases.reconcile_payouts import against_statement
from chalicelib.wiring import Services
from infra.operator.terminal import progress, progress_ends, who

REFUSALS = {
    "no_such_claim": "没有这个领取编号或商户单号。",
    "not_parked": "只有搁置（parked）的红包可以这样处理。",
    "smoke_not_renewed": "体验红包不换单号：用 pay-smoke --again 另发一笔。",
    "terms_not_refused": "只有因 terms（PARAM_ERROR）搁置的红包可以换参数。",
    "same_terms": "contest.toml 的 [packet] 与原来的参数相同：先改正，再执行。",
    "not_unknown": "微信支付没有说查不到这个单号，不能换参数。",
    "not_ended": "只有已失败或已退回的红包可以换号重发。",
    "not_confirmed": "微信支付没有确认原单号已失败或已退回，不能换号。",
    "other_payer": "它是由另一商户号或公众号付的：把那时的商户号、密钥、证书和 WECHAT_APP_ID 放进环境变量再执行。",
    "last_number": "这笔红包已换过十次单号，不能再换：请用 payouts settle 人工了结，或先查明原因。",
    "forgotten": "领取已满 25 天，微信支付可能不再保留订单，“查不到”不等于没付。请在商户平台的账单里按单号核对，"
    "确认没有付出后加上 --statement-checked 再执行。",
    "not_ours": "微信支付中这个单号是另一笔付款：请核对商户平台的账单，再用 payouts settle --statement-checked 了结。",
    "maybe_paid": "微信支付没有确认原单号未付，不能了结。",
    "changed_meanwhile": "它刚刚有了变化，请重新查看后再试。",
}


def show(services: Services, arguments: argparse.Namespace) -> None:
    wanted = PayoutStatus(arguments.state) if arguments.state else None
    claims = [c for c in services.ports.ledger.all_claims() if wanted is None or c.status is wanted]
    for claim in sorted(claims, key=lambda c: (c.status.value, c.claimed_at)):
        print(_line(claim))
    smoke = [claim for claim in claims if claim.is_smoke]
    print(f"共 {len(claims) - len(smoke)} 笔，{_sum(claim for claim in claims if not claim.is_smoke)} 元")
    if smoke:
        print(f"另有体验红包 {len(smoke)} 笔，{_sum(smoke)} 元，不在预算内")


def resume(services: Services, arguments: argparse.Namespace) -> None:
    print(f"已解除暂缓，{services.decisions.resume_payouts(who(arguments))} 笔搁置的红包将在一分钟内继续。")


def retry(services: Services, arguments: argparse.Namespace) -> None:
    decisions, by = services.decisions, who(arguments)
    if arguments.reason and not arguments.new_terms:
        print(f"{decisions.retry_reason(Reason(arguments.reason), by)} 笔搁置的红包将在一分钟内重试。")
        return
    decide = decisions.retry_with_new_terms if arguments.new_terms else decisions.retry_payout
    print(_line(decide(arguments.claim, by)))


def renew(services: Services, arguments: argparse.Namespace) -> None:
    print(_line(services.decisions.renew_payout(arguments.claim, who(arguments))))


def finish(services: Services, arguments: argparse.Namespace) -> None:
    """Asks about and sends, from here, the claims that the payer in the environment began."""
    mine = services.payouts.finish_own(services.ports.ledger.all_claims())
    print(f"此商户号已开始而未了结的 {mine} 笔，已逐笔查询，该发的已发。")


def settle(services: Services, arguments: argparse.Namespace) -> None:
    status, checked = PayoutStatus(arguments.as_), arguments.statement_checked
    note = arguments.note + "（已核对账单）" * checked
    print(_line(services.decisions.settle_payout(arguments.claim, status, who(arguments), note, checked)))


def log(services: Services, arguments: argparse.Namespace) -> None:
    entries = list(services.ports.ledger.log_entries())
    for entry in entries:
        print(f"{moment(entry.at)}  {entry.who}  {entry.what}  {entry.about}")
    print(f"共 {len(entries)} 条")


def reconcile(services: Services, arguments: argparse.Namespace) -> int:
    """Returns exit status 1 on any difference, including those corrected from WeChat Pay's answer."""
    statement = read_statement(Path(arguments.statement)) if arguments.statement else None
    differences = services.reconciliation.reconcile_payouts(progress)
    found = [f"{d.claim_id}：我方 {d.ours.value}，微信支付 {d.theirs}" for d in differences]
    progress_ends()
    if statement is not None:
        returned = returned_numbers(services.ports.ledger.log_entries())
        paid = [*services.ports.ledger.all_claims(), *services.ports.earlier_smoke_payments.all()]
        found += against_statement(paid, statement, returned)
    for line in found:
        print(line)
    print(f"对账完成，{len(found)} 处不同。")
    return 1 if found else 0


def _sum(claims: Iterable[Claim]) -> str:
    return yuan(sum(claim.packet.amount_fen for claim in claims))


def _line(claim: Claim) -> str:
    reason = f" {claim.reason}" * bool(claim.reason) + f"（{claim.code}）" * bool(claim.code)
    return (
        f"{claim.claim_id}  {claim.order.mch_billno}  {yuan(claim.packet.amount_fen)}元  {claim.status.value}"
        f"{reason}  {moment(claim.claimed_at)}{'  体验' if claim.is_smoke else ''}"
    )
