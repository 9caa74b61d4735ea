"""Audits the books, and verifies a revealed plan."""

import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, BadParameter, Option

from chalicelib.domain.prizes import yuan
from chalicelib.domain.shanghai import SHANGHAI
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import deployed
from infra.operator.smoke_command import smoke_line

if TYPE_CHECKING:
    from chalicelib.domain.audit import Report
    from chalicelib.wiring import Services

books = Noun(about="红包 / packets")


def _time(text: str) -> datetime:
    """Reads ISO 8601. Without an offset it is Beijing time."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadParameter("如 2020-07-08T23:00:00+08:00 / such as") from None
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


@books.reads("audit")
def audit(
    until: Annotated[
        datetime | None,
        Option(
            "--until",
            parser=_time,
            metavar="TIME",
            help="只算截至此时的操作日志 / only the log up to then",
        ),
    ] = None,
) -> int:
    """核对账目 / check the books

    Exit status 1 if any invariant is violated.
    """
    services = deployed()
    if until is not None:
        _print_fingerprint(until)
        return 0
    report = services.audit.audit_books()
    _keep(services, report)
    print(f"预算    {yuan(report.budget_fen):>14} 元")
    print(f"未领取  {yuan(report.free_fen):>14} 元  {report.free_packets} 个")
    print(f"已领取  {yuan(report.claimed_fen):>14} 元")
    for status, (count, fen) in report.by_status.items():
        print(f"  {status.value:<9} {yuan(fen):>12} 元  {count} 笔")
    for payment in report.smoke:
        print(f"{smoke_line(payment)}  不在预算内")
    for violation in report.violations:
        print(violation)
    tell(budget_fen=report.budget_fen, free_fen=report.free_fen, claimed_fen=report.claimed_fen)
    tell(by_state={status.value: found for status, found in report.by_status.items()})
    tell(violations=[str(one) for one in report.violations])
    _print_fingerprint(services.clock())
    print(f"违反不变量 {len(report.violations)} 处" if report.violations else "账目相符，没有违反不变量。")
    return 1 if report.violations else 0


def _print_fingerprint(until: datetime) -> None:
    """Of the log up to a moment, and how to compute the same again."""
    from chalicelib.adapters.http.render import moment

    found, then = deployed().audit.log_fingerprint(until), moment(until)
    tell(log={"entries": found.entries, "sha256": found.sha256, "until": then})
    print(f"操作日志 {found.entries} 条，SHA-256 {found.sha256}，截至 {then}")
    print(f"请记下这一行；日后执行 ./contest audit --until {then}，结果相同即没有改动。")


def _keep(services: "Services", report: "Report") -> None:
    """Keeps the counts for `./contest status`. Who may only read gets the report all the same."""
    from pynamodb.exceptions import PynamoDBException

    from chalicelib.domain.last_totals import LastTotals

    counts = {state.value: count for state, (count, _) in report.by_status.items()}
    with suppress(PynamoDBException):
        services.ports.control.store_totals(LastTotals(services.clock(), report.attempts, counts, report.claimed_fen))


@books.reads("verify-plan")
def verify_plan(
    file: Annotated[Path, Argument(metavar="FILE", help="plan reveal 的输出 / the output of plan reveal")],
    published: Annotated[
        str, Option("--commitment", metavar="HEX", help="活动前公布的承诺值 / the commitment as published")
    ],
    budget_fen: Annotated[int | None, Option("--budget-fen", help="总预算（分） / the budget in fen")] = None,
) -> int:
    """验证公开的方案 / verify a revealed plan

    Needs no deployment, so anyone can run it.
    """
    from chalicelib.domain.proof import check_proof

    try:
        wrong, about = check_proof(file.read_text(encoding="utf-8"), published, budget_fen)
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        print(f"读不出公开的方案：{type(error).__name__}", file=sys.stderr)
        return 1
    print("\n".join(wrong) if wrong else f"相符：{about}")
    return 1 if wrong else 0
