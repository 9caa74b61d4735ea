"""Audits the books, and verifies a revealed plan."""

import argparse
import json
import sys
from pathlib import Path

from chalicelib.domain.prizes import commitment, yuan
from chalicelib.wiring import Services
from infra.operator.smoke_command import line


def show(services: Services, arguments: argparse.Namespace) -> int:
    """Returns exit status 1 if any invariant is violated."""
    report = services.audit.audit_books()
    print(f"预算    {yuan(report.budget_fen):>14} 元")
    print(f"未领取  {yuan(report.free_fen):>14} 元  {report.free_packets} 个")
    print(f"已领取  {yuan(report.claimed_fen):>14} 元")
    for status, (count, fen) in report.by_status.items():
        print(f"  {status.value:<9} {yuan(fen):>12} 元  {count} 笔")
    for payment in report.smoke:
        print(f"{line(payment)}  不在预算内")
    for violation in report.violations:
        print(violation)
    print(f"违反不变量 {len(report.violations)} 处" if report.violations else "账目相符，没有违反不变量。")
    return 1 if report.violations else 0


def verify_plan(arguments: argparse.Namespace) -> int:
    """Checks a revealed plan against the published commitment. Needs no deployment, so anyone can run it."""
    try:
        revealed = json.loads(Path(arguments.file).read_text(encoding="utf-8"))
        plan_id, salt, amounts = revealed["plan_id"], revealed["salt"], revealed["amounts"]
        computed = commitment(plan_id, amounts, salt)
        if not all(type(fen) is int and fen > 0 for fen in amounts):
            raise ValueError("an amount is not a positive number of fen")
        total = sum(amounts)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        print(f"读不出公开的方案：{type(error).__name__}", file=sys.stderr)
        return 1
    wrong = []
    if computed != arguments.commitment:
        wrong.append(f"承诺值不符：公布的是 {arguments.commitment}，由方案算出的是 {computed}")
    if arguments.budget_fen is not None and total != arguments.budget_fen:
        wrong.append(f"总额不符：应为 {arguments.budget_fen} 分，方案合计 {total} 分")
    print("\n".join(wrong) if wrong else f"相符：{len(amounts)} 个红包，共 {yuan(total)} 元，承诺值 {computed}")
    return 1 if wrong else 0
