"""Commands for the WeChat account: its menu, the baseline of followers, the units' codes."""

import sys
from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from chalicelib.domain.contest import Phase
from chalicelib.domain.errors import OperatorRefused
from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import announce, confirm, consent, deployed, who
from infra.operator.terminal import By, WhyIfAny, print_table, progress

ABOUT = "公众号 / the WeChat account"
DECIDE = "请在 contest.toml 的 [menu] 中写明：放上的写入 own（放得下五项），不放的写入 left_out。"
account = Noun(about=ABOUT)
menu = Noun("menu", "公众号菜单 / the account's menu", ABOUT)


class EmbargoedError(OperatorRefused):
    """QR codes are refused before the opening. The text is a key of `operator_refusals.REFUSALS`."""


@menu.reads("preview")
def preview() -> int:
    """公众号的菜单与竞赛菜单并排 / the account's menu beside the contest's

    Exit status 1 until the contest file says of each of the account's buttons whether it goes.
    """
    shown = deployed().menus.preview_menu()
    tell(lost=shown.lost, undecided=shown.undecided)
    print_table([("公众号的菜单", "竞赛菜单"), *shown.lines()])
    print(f"竞赛期间没有：{_listed(shown.lost) or '无'}")
    if shown.website_only:
        print(f"{_listed(shown.website_only)}是在微信网页上制作的，接口不能恢复，结束后须在网页上重做。")
    if shown.undecided:
        print(f"还没有写明去留：{_listed(shown.undecided)}。{DECIDE}", file=sys.stderr)
    return 1 if shown.undecided else 0


@menu.changes("publish")
def publish(reason: WhyIfAny = "", by: By = None) -> None:
    """发布竞赛菜单 / publish the contest's menu"""
    confirm("发布竞赛菜单？")
    lost = deployed().menus.publish_contest_menu(who(by), reason)
    print("竞赛菜单已发布，原来的菜单已保存；手机上最多5分钟后更新。")
    if lost:
        warning = f"注意：原菜单中有{_listed(lost)}是在微信网页上制作的，接口不能恢复，结束后须在网页上重做。"
        print(warning, file=sys.stderr)


@menu.changes("restore")
def restore(reason: WhyIfAny = "", by: By = None) -> None:
    """恢复原来的菜单 / restore the saved menu"""
    confirm("恢复原来的菜单？")
    lost = deployed().menus.restore_account_menu(who(by), reason)
    print("公众号原来的菜单已恢复；手机上最多5分钟后更新。")
    if lost:
        print(f"{_listed(lost)}只能在微信网页上重做。", file=sys.stderr)


@account.changes("import-followers")
def import_followers(
    again: Annotated[bool, Option("--again", help="从头再来 / from the first page")] = False,
    reason: WhyIfAny = "",
    by: By = None,
) -> None:
    """导入关注者 / import the baseline"""
    announce()
    with progress("导入关注者") as imported:
        count = deployed().follower_import.import_followers(imported, who(by), again, reason)
    tell(followers=count)
    print(f"已导入 {count} 位关注者。可重复执行，中断后从断点继续。")


@account.changes("print-codes")
def print_codes(
    folder: Annotated[Path, Argument(metavar="FOLDER", help="存放目录 / output directory")],
    for_printer: Annotated[bool, Option("--for-printer", help="开始之前，仅供印刷厂 / before opening, logged")] = False,
    by: By = None,
) -> None:
    """各单位二维码和宣传品 / the units' codes and printed materials

    Writes a PNG of 1,200 pixels and an SVG per unit, with its permanent code and its name, and pages to print: A3
    posters, stickers, a sheet of all codes. Before the opening for the printer only, watermarked, asked twice and
    logged (R11).
    """
    from chalicelib.domain.desk.materials import embargo_words
    from chalicelib.ports import LogEntry
    from infra.operator.printed_codes import warn_without_font, write_codes

    services = deployed()
    now, window = services.clock(), services.contest.window
    if (phase := window.phase(now)) is Phase.ANNOUNCED and not for_printer:
        raise EmbargoedError("embargo")
    if phase is Phase.CLOSED:
        print("注意：竞赛已结束，扫码的人不能再参加。", file=sys.stderr)
    warn_without_font()
    confirm("生成二维码？", f"{len(services.contest.units)} 个单位，存入 {folder}")
    if phase is Phase.ANNOUNCED:
        consent(f"这些二维码{embargo_words(window)}，只能当面交给印刷厂。确定现在生成？")
    purpose = "for the printer" if for_printer else "open use"
    services.ports.log_decision(LogEntry(now, who(by), "print-codes", reason=purpose))
    folder.mkdir(parents=True, exist_ok=True)
    with progress("二维码") as made:
        codes = services.desk.unit_codes.make_codes(made)
    pages = write_codes(folder, codes, services.contest, now)
    print(f"已生成 {len(codes)} 个单位的二维码，各有 PNG 和 SVG：{folder}")
    print(f"另有{'、'.join(pages)}：用浏览器打开，打印或另存为 PDF。")


def _listed(names: tuple[str, ...]) -> str:
    return "、".join(f"“{name}”" for name in names)
