"""Audits the books, and verifies a revealed plan."""

import argparse
import sys
from pathlib import Path

from chalicelib.domain.prizes import yuan
from chalicelib.domain.revealed_plan import check_revealed
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
        text = Path(arguments.file).read_text(encoding="utf-8")
        wrong, about = check_revealed(text, arguments.commitment, arguments.budget_fen)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        print(f"读不出公开的方案：{type(error).__name__}", file=sys.stderr)
        return 1
    print("\n".join(wrong) if wrong else f"相符：{about}")
    return 1 if wrong else 0
