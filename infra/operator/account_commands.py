"""Commands for the WeChat account: its menu, the baseline of followers, the units' codes and counts."""

import argparse
import sys
from pathlib import Path

from chalicelib.adapters.qr import png
from chalicelib.domain.contest import Phase
from chalicelib.domain.errors import OperatorRefused
from chalicelib.domain.units import ranking, unit_scene
from chalicelib.ports import LogEntry
from chalicelib.wiring import Services
from infra.operator.terminal import file_name, progress, progress_ends, who


class EmbargoedError(OperatorRefused):
    """QR codes are refused before the opening. The text is a key of `operator_refusals.REFUSALS`."""


def publish_menu(services: Services, arguments: argparse.Namespace) -> None:
    lost = services.menus.publish_contest_menu()
    print("竞赛菜单已发布，原来的菜单已保存；手机上最多5分钟后更新。")
    if lost:
        warning = f"注意：原菜单中有{_listed(lost)}是在微信网页上制作的，接口不能恢复，结束后须在网页上重做。"
        print(warning, file=sys.stderr)


def restore_menu(services: Services, arguments: argparse.Namespace) -> None:
    lost = services.menus.restore_account_menu()
    print("公众号原来的菜单已恢复；手机上最多5分钟后更新。")
    if lost:
        print(f"{_listed(lost)}只能在微信网页上重做。", file=sys.stderr)


def import_followers(services: Services, arguments: argparse.Namespace) -> None:
    count = services.follower_import.import_followers(progress, again=arguments.again)
    progress_ends()
    print(f"已导入 {count} 位关注者。可重复执行，中断后从断点继续。")


def units(services: Services, arguments: argparse.Namespace) -> None:
    counts = services.ports.participants.count_people()
    for name, count in ranking(counts, len(counts)):
        print(f"{name}\t{count}")
    print(f"未登记单位\t{counts.get('', 0)}\n合计\t{sum(counts.values())}")


def print_codes(services: Services, arguments: argparse.Namespace) -> None:
    """Writes one PNG per unit with its permanent code. Before the opening for the printer only, and logged (R11)."""
    now = services.clock()
    if services.contest.window.phase(now) is Phase.ANNOUNCED and not arguments.for_printer:
        raise EmbargoedError("embargo")
    purpose = "for the printer" if arguments.for_printer else "open use"
    services.ports.log_decision(LogEntry(now, who(arguments), "print-codes", purpose))
    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = services.contest.unit_names
    for number, name in enumerate(names, start=1):
        address = services.ports.account.create_code(unit_scene(name), permanent=True)
        (folder / f"{number:02d}-{file_name(name)}.png").write_bytes(png(address))
        progress(number, len(names))
    progress_ends()
    print(f"已生成 {len(names)} 个单位的二维码：{folder}")


def _listed(names: tuple[str, ...]) -> str:
    return "、".join(f"“{name}”" for name in names)
