"""Commands on the files that organisers edit, and the questions' statistics. Only these need a deployment."""

import argparse
import sys

from chalicelib.config import bank_path, contest, contest_bank, contest_path
from chalicelib.config_faults import faults
from chalicelib.domain.bank import parse_bank
from chalicelib.domain.bank_sheet import EXAMPLE_ROW, read_sheets, sheet_rows
from chalicelib.domain.bank_stats import overview, report, sign_off, tally
from chalicelib.domain.draw_cells import draw_cells
from chalicelib.wiring import Services
from infra.operator import bank_excel


def check_files(_: argparse.Namespace) -> int:
    """Prints all faults of all files; exit status 1 if there are any."""
    path = contest_path()
    found = faults(path)
    print("\n".join(found) or f"{path}：竞赛配置、题库与学习卡片无误。", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


def template(arguments: argparse.Namespace) -> None:
    bank_excel.write(arguments.file, [EXAMPLE_ROW])


def export(arguments: argparse.Namespace) -> None:
    bank_excel.write(arguments.file, sheet_rows(contest_bank()))


def replace(arguments: argparse.Namespace) -> None:
    """Replaces the bank's file by the Excel file's questions, or changes nothing."""
    text = read_sheets(bank_excel.read(arguments.file))
    bank = parse_bank(text)
    draw_cells(bank, contest().quiz)
    path = bank_path(contest().quiz)
    path.write_text(text, encoding="utf-8")
    print(f"已导入 {len(bank)} 题，写入 {path}。提交之前请看差异，并执行 ./contest bank check。")


def check(arguments: argparse.Namespace) -> int:
    bank = contest_bank()
    print("\n".join(overview(bank)))
    return 1 if arguments.strict and list(sign_off(bank)) else 0


def show_open(_: argparse.Namespace) -> None:
    print("\n".join(sign_off(contest_bank())) or "没有待核对的题。")


def stats(services: Services, arguments: argparse.Namespace) -> None:
    print("\n".join(report(services.ports.bank, tally(services.ports.ledger.all_attempts()))))
