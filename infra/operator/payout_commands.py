"""Commands that list, decide and reconcile payouts."""

import argparse
from collections.abc import Iterable
from pathlib import Path

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.pay.statement_csv import read_statement
from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.payout_holds import payers_to_tell
from chalicelib.domain.payout_reasons import Reason
from chalicelib.domain.prizes import yuan
from chalicelib.usecases.decide_payout import returned_numbers
from chalicelib.usecases.reconcile_payouts import against_statement
from chalicelib.wiring import Services
from infra.operator.terminal import progress, progress_ends, who


def show(services: Services, arguments: argparse.Namespace) -> None:
    wanted = PayoutStatus(arguments.state) if arguments.state else None
    claims = [c for c in services.ports.ledger.all_claims() if wanted is None or c.status is wanted]
    payers = payers_to_tell(claims, services.ports.control.read_switches().held_reason)
    for claim in sorted(claims, key=lambda c: (c.status.value, c.claimed_at)):
        print(_line(claim) + f"  {claim.order.payer}" * (claim.order.payer in payers and not claim.is_final))
    smoke = [claim for claim in claims if claim.is_smoke]
    print(f"共 {len(claims) - len(smoke)} 笔，{_sum(claim for claim in claims if not claim.is_smoke)} 元")
    if smoke:
        print(f"另有体验红包 {len(smoke)} 笔，{_sum(smoke)} 元，不在预算内")


def resume(services: Services, arguments: argparse.Namespace) -> None:
    print(f"已解除暂缓，{services.decisions.resume_payouts(who(arguments))} 笔搁置的红包将在一分钟内继续。")


def retry(services: Services, arguments: argparse.Namespace) -> None:
    decisions, by = services.decisions, who(arguments)
    if arguments.reason:
        count = decisions.retry_reason(Reason(arguments.reason), by, arguments.new_terms)
        print(f"{count} 笔搁置的红包将在一分钟内重试。")
        return
    decide = decisions.retry_with_new_terms if arguments.new_terms else decisions.retry_payout
    print(_line(decide(arguments.claim, by)))


def renew(services: Services, arguments: argparse.Namespace) -> None:
    print(_line(services.decisions.renew_payout(arguments.claim, who(arguments))))


def finish(services: Services, arguments: argparse.Namespace) -> None:
    """Asks about and sends, from here, the claims that the payer in the environment began."""
    mine = services.payouts.finish_own(services.ports.ledger.all_claims())
    left = [_line(claim) for claim in mine if not claim.is_final]
    total = f"此商户号已开始的 {len(mine)} 笔，已逐笔查询：{len(mine) - len(left)} 笔已了结，{len(left)} 笔未了结。"
    stopped = services.ports.control.read_switches().payouts_stopped
    print("\n".join(left + ["发放已停止（payouts stop），没有补发。"] * stopped + [total]))


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
    plan_ids = [services.ports.control.read_switches().plan_id]
    statement = read_statement(Path(arguments.statement), plan_ids) if arguments.statement else None
    differences = services.reconciliation.reconcile_payouts(progress)
    found = [f"{d.claim_id}：我方 {d.ours.value}，微信支付 {d.theirs}" for d in differences]
    progress_ends()
    if statement is not None:
        paid = [*services.ports.ledger.all_claims(), *services.ports.earlier_smoke_payments.all()]
        found += against_statement(paid, statement, returned_numbers(services.ports.ledger.log_entries()))
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
