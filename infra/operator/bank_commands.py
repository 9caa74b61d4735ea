"""Commands on the files that organisers edit, which need no deployment; the questions' statistics, and withdrawing a
question, which do."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from infra.operator.command_line import Noun, flags
from infra.operator.confirmation import confirm, deployed, stop_if_dry_run, who
from infra.operator.terminal import By, Why, print_table

ABOUT = "竞赛文件 / the contest's files"
files = Noun(about=ABOUT)
bank = Noun("bank", "题库 / the question bank", ABOUT)
QuestionId = Annotated[str, Argument(metavar="ID", help="题号，如 q001 / the question's id")]
Excel = Annotated[Path, Argument(metavar="FILE.xlsx", help="Excel 文件 / an Excel file")]


@files.reads("check")
def check_files() -> int:
    """检查竞赛配置与题库 / check contest file and bank

    Prints all faults of all files; exit status 1 if there are any. With --stage of a deployed stage, or STAGE, the
    notice on personal data must be complete, too.
    """
    from chalicelib.config import contest_path
    from chalicelib.config_faults import faults
    from infra.operator.deployment import is_deployed

    path = contest_path()
    found = faults(path, deployed=is_deployed(flags.stage))
    print("\n".join(found) or f"{path}：竞赛配置、题库与学习卡片无误。", file=sys.stderr if found else sys.stdout)
    return 1 if found else 0


@bank.reads("template")
def template(file: Excel) -> None:
    """空白的 Excel 模板 / an empty Excel file to fill in"""
    from chalicelib.domain.bank_sheet import EXAMPLE_ROW
    from infra.operator import bank_excel

    bank_excel.write(file, [EXAMPLE_ROW])


@bank.changes("import")
def replace(file: Excel) -> None:
    """用 Excel 文件替换题库 / replace the bank by an Excel file

    Replaces the bank's file by the Excel file's questions, or changes nothing.
    """
    from chalicelib.config import bank_path, contest
    from chalicelib.domain.bank import parse_bank
    from chalicelib.domain.bank_sheet import read_sheets
    from chalicelib.domain.draw_cells import draw_cells
    from infra.operator import bank_excel

    text = read_sheets(bank_excel.read(file))
    questions = parse_bank(text)
    draw_cells(questions, contest().quiz)
    path = bank_path(contest().quiz)
    stop_if_dry_run()
    path.write_text(text, encoding="utf-8")
    print(f"已导入 {len(questions)} 题，写入 {path}。提交之前请看差异，并执行 ./contest bank check。")


@bank.reads("export")
def export(file: Excel) -> None:
    """把题库写成 Excel 文件 / write the bank as an Excel file"""
    from chalicelib.config import contest_bank
    from chalicelib.domain.bank_sheet import sheet_rows
    from infra.operator import bank_excel

    bank_excel.write(file, sheet_rows(contest_bank()))


@bank.reads("check")
def check(
    strict: Annotated[bool, Option("--strict", help="有未核对的题即失败 / fail while a question is open")] = False,
) -> int:
    """检查并统计题库 / check and count the bank"""
    from chalicelib.config import contest_bank
    from chalicelib.domain.bank_stats import overview, sign_off

    questions = contest_bank()
    print_table((line.split("\t") for line in overview(questions)), right=range(1, 8))
    return 1 if strict and list(sign_off(questions)) else 0


@bank.reads("open")
def show_open() -> None:
    """待核对的题 / the questions to sign off"""
    from chalicelib.config import contest_bank
    from chalicelib.domain.bank_stats import sign_off

    print("\n".join(sign_off(contest_bank())) or "没有待核对的题。")


@bank.reads("stats")
def stats() -> None:
    """各题的作答，可疑的在前 / answers to each question"""
    from chalicelib.domain.bank_stats import report, tally

    services = deployed()
    withdrawn = services.withdrawals.withdrawn()
    print("\n".join(report(services.ports.bank, tally(services.ports.ledger.all_attempts()), withdrawn)))


@bank.changes("withdraw")
def withdraw(question: QuestionId, reason: Why, by: By = None) -> None:
    """撤回一道有误的题 / withdraw a question that is wrong

    It is drawn no more, and counts as right, answered or not, in every attempt graded from then on. Attempts graded
    before stay as they are. Refused if fewer questions than a draw has would be left.
    """
    withdrawals = deployed().withdrawals
    text = withdrawals.find_question(question)
    if question in withdrawals.withdrawn():
        print(f"{question} 早已撤回，没有改动。")
        return
    withdrawals.require_enough(question)
    facts = f"{question}  {text.stem}", f"答案：{text.options[text.answer]}"
    confirm("撤回这道题？此后不再抽到，已经抽到的按答对计分", *facts)
    withdrawals.withdraw(question, who(by), reason)
    print("已撤回，5秒内全部生效。已经评过分的不变。")


@bank.changes("restore")
def restore(question: QuestionId, reason: Why, by: By = None) -> None:
    """恢复误撤的题 / take a withdrawn question back"""
    withdrawals = deployed().withdrawals
    if question not in withdrawals.withdrawn():
        print(f"{question} 没有撤回，没有改动。")
        return
    confirm("恢复这道题？此后照常抽题和评分", question)
    withdrawals.restore(question, who(by), reason)
    print("已恢复，5秒内全部生效。已经评过分的不变。")
