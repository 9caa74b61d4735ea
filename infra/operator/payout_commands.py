"""Commands that list, stop, decide and reconcile payouts."""

import re
from collections.abc import Container
from pathlib import Path
from typing import Annotated, Literal

from typer import Argument, BadParameter, Context, Option

from chalicelib.domain.claim import Claim, PayoutStatus
from chalicelib.domain.operator_log import LogEntry, returned_numbers
from chalicelib.domain.payout_holds import payers_to_distinguish
from chalicelib.domain.payout_reasons import RETRIED, Reason
from infra.operator.command_line import Noun, answered, tell
from infra.operator.confirmation import announce, confirm, deployed, who
from infra.operator.payout_lines import of_state, payout_facts, payout_line, sum_yuan
from infra.operator.terminal import By, WhyIfAny, WhyOrNote, progress

payouts = Noun("payouts", "发放；不写步骤即按状态列出 / list payouts by state", "红包 / packets")
REASONS = frozenset(reason.value for reason in Reason if reason.value)
NAMED = "领取编号或商户单号 / claim id or bill number"
Named = Annotated[str, Argument(metavar="CLAIM", help=NAMED)]


def _retried(text: str) -> Reason:
    if text not in RETRIED:
        raise BadParameter("、".join(sorted(RETRIED)))
    return Reason(text)


def _failure(text: str) -> str:
    """A reason, or a code as `payouts list` shows it in brackets."""
    if text not in REASONS and re.fullmatch("[A-Z][A-Z0-9_]{1,39}", text) is None:
        raise BadParameter("写 payouts list 列出的原因或代码 / as payouts list shows it")
    return text


@payouts.callback(invoke_without_command=True)
def _listing(context: Context) -> int | None:
    return None if context.invoked_subcommand else answered(lambda: show())


@payouts.reads("list")
def show(
    state: Annotated[PayoutStatus | None, Option("--state", help="只列这一状态 / only this state")] = None,
) -> None:
    """按状态列出；不写状态即列出未了结的 / list by state; without one, what is not final"""
    services = deployed()
    claims = of_state(services.ports, state)
    payers = payers_to_distinguish(claims, services.ports.control.read_switches().held_reason)
    claims.sort(key=lambda c: (c.status.value, c.claimed_at))
    for claim in claims:
        print(payout_line(claim) + f"  {claim.order.payer}" * (claim.order.payer in payers and not claim.is_final))
    smoke = [claim for claim in claims if claim.is_smoke]
    tell(claims=[payout_facts(claim) for claim in claims])
    print(f"共 {len(claims) - len(smoke)} 笔，{sum_yuan(claim for claim in claims if not claim.is_smoke)} 元")
    if smoke:
        print(f"另有体验红包 {len(smoke)} 笔，{sum_yuan(smoke)} 元，不在预算内")


@payouts.changes("stop")
def stop(reason: WhyIfAny = "", by: By = None) -> None:
    """停止发放，已领取的不丢失 / stop payouts"""
    decisions = deployed(stops=True).switch_decisions
    confirm("停止发放红包？")
    decisions.stop_payouts(who(by), reason)
    print("已停止发放。已领取的红包保留，恢复后继续发放。")


@payouts.changes("start")
def start(reason: WhyIfAny = "", by: By = None) -> None:
    """恢复发放 / start payouts"""
    confirm("恢复发放红包？")
    deployed().switch_decisions.start_payouts(who(by), reason)
    print("已恢复发放，一分钟内继续。")


@payouts.changes("reconcile")
def reconcile(
    statement: Annotated[
        Path | None, Option("--statement", metavar="FILE", help="商户平台导出的对账单（CSV） / merchant statement")
    ] = None,
    by: By = None,
) -> int:
    """与微信支付对账 / reconcile

    Exit status 1 on any difference, including those corrected from WeChat Pay's answer.
    """
    from chalicelib.adapters.pay.statement_csv import read_statement
    from chalicelib.usecases.reconcile_payouts import against_statement

    services = deployed()
    announce()
    plan_ids = [services.ports.control.read_switches().plan_id]
    rows = read_statement(statement, plan_ids) if statement else None
    services.ports.log_decision(LogEntry(services.clock(), who(by), "payouts reconcile"))
    with progress("对账") as compared:
        differences = services.reconciliation.reconcile_payouts(compared)
    found = [f"{d.claim_id}：我方 {d.ours.value}，微信支付 {d.theirs}" for d in differences]
    if rows is not None:
        paid = [*services.ports.ledger.all_claims(), *services.ports.earlier_smoke_payments.all()]
        found += against_statement(paid, rows, returned_numbers(services.ports.ledger.log_entries()))
    for line in found:
        print(line)
    tell(differences=found)
    print(f"对账完成，{len(found)} 处不同。")
    return 1 if found else 0


@payouts.changes("finish")
def finish(reason: WhyIfAny = "", by: By = None) -> None:
    """了结原商户号已开始的 / finish a former payer's

    Asks about and sends, from here, the claims that the payer in the environment began.
    """
    services = deployed()
    confirm("查询并补发？")
    services.ports.log_decision(LogEntry(services.clock(), who(by), "payouts finish", reason=reason))
    mine = services.payouts.finish_own(services.ports.ledger.all_claims())
    left = [payout_line(claim) for claim in mine if not claim.is_final]
    total = f"此商户号已开始的 {len(mine)} 笔，已逐笔查询：{len(mine) - len(left)} 笔已了结，{len(left)} 笔未了结。"
    stopped = services.ports.control.read_switches().payouts_stopped
    print("\n".join(left + ["发放已停止（payouts stop），没有补发。"] * stopped + [total]))


@payouts.changes("resume")
def resume(reason: WhyIfAny = "", by: By = None) -> None:
    """解除暂缓并继续 / lift the hold"""
    from chalicelib.usecases.decide_payout import RESUMED

    confirm("解除暂缓，继续发放？", _parked(RESUMED))
    print(f"已解除暂缓，{deployed().decisions.resume_payouts(who(by), reason)} 笔搁置的红包将在一分钟内继续。")


@payouts.changes("retry")
def retry(
    claim: Annotated[str | None, Argument(metavar="CLAIM", help=NAMED)] = None,
    reason: Annotated[
        Reason | None,
        Option(
            "--reason",
            parser=_retried,
            metavar="REASON",
            help=f"因此搁置的全部 / all parked for this reason: {', '.join(sorted(RETRIED))}",
        ),
    ] = None,
    new_terms: Annotated[bool, Option("--new-terms", help="换成现在的参数 / with today's terms")] = False,
    by: By = None,
) -> None:
    """原单号重试 / retry a parked one"""
    _require_one(claim, reason)
    decisions = deployed().decisions
    if reason is not None:
        confirm(f"重试因 {reason} 搁置的全部？", _parked({reason}))
        count = decisions.retry_reason(reason, who(by), new_terms)
        print(f"{count} 笔搁置的红包将在一分钟内重试。")
    elif claim is not None:
        confirm("用原单号重试？", payout_line(decisions.find_claim(claim)))
        decide = decisions.retry_with_new_terms if new_terms else decisions.retry_payout
        _done(decide(claim, who(by)))
        print("将在一分钟内重试。")


@payouts.changes("renew")
def renew(
    claim: Annotated[str | None, Argument(metavar="CLAIM", help=NAMED)] = None,
    reason: Annotated[
        str | None,
        Option(
            "--reason",
            parser=_failure,
            metavar="REASON",
            help="因此失败的全部，可以是微信支付的代码 / all failed for this reason, or with this code of WeChat Pay",
        ),
    ] = None,
    by: By = None,
) -> None:
    """换新单号重发 / send under a new number"""
    _require_one(claim, reason)
    from chalicelib.usecases.decide_payout import failed_for

    decisions = deployed().decisions
    if reason is not None:
        failed = [one for one in deployed().ports.ledger.all_claims() if failed_for(one, reason)]
        confirm(f"因 {reason} 失败的全部换新单号？", f"失败 {len(failed)} 笔，{sum_yuan(failed)} 元")
        print(f"{decisions.renew_reason(reason, who(by))} 笔已换新单号。")
    elif claim is not None:
        confirm("换新单号重发？", payout_line(decisions.find_claim(claim)))
        _done(decisions.renew_payout(claim, who(by)))


@payouts.changes("settle")
def settle(
    claim: Named,
    as_: Annotated[Literal["received", "failed"], Option("--as", help="了结为 / as what")],
    note: WhyOrNote,
    statement_checked: Annotated[bool, Option("--statement-checked", help="账单中没有 / not in the statement")] = False,
    by: By = None,
) -> None:
    """人工了结 / settle a parked one"""
    decisions = deployed().decisions
    confirm(f"了结为 {as_}？", payout_line(decisions.find_claim(claim)))
    note += "（已核对账单）" * statement_checked
    _done(decisions.settle_payout(claim, PayoutStatus(as_), who(by), note, statement_checked))


def _parked(reasons: Container[str]) -> str:
    """Returns the number and the sum of what is parked for one of the reasons, whoever began to pay it."""
    found = [one for one in of_state(deployed().ports, PayoutStatus.PARKED) if one.reason in reasons]
    return f"搁置 {len(found)} 笔，{sum_yuan(found)} 元"


def _require_one(claim: str | None, reason: str | None) -> None:
    if (claim is None) is (reason is None):
        raise BadParameter("写明 CLAIM，或 --reason，只写一样 / either CLAIM or --reason", param_hint="CLAIM")


def _done(claim: Claim) -> None:
    tell(claim=payout_facts(claim))
    print(payout_line(claim))
