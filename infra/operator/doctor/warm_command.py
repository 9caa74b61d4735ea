"""`./contest warm`: everything ready for the crowd, some minutes before the opening. Safe to repeat."""

import argparse
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.menu import MOST, MOST_BELOW, contest_menu, restorable
from infra.operator.doctor import wechat_checks
from infra.operator.doctor.capacity import room, throughput
from infra.operator.doctor.check_runner import Check, findings, report
from infra.operator.doctor.doctor_command import BANK, MENU, NO_LAMBDA, PLAN, POOL, TABLES, chosen_target
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.target import HTTP_SECONDS, Target
from infra.operator.doctor.warm_rounds import rounds
from infra.operator.terminal import say_where

WORDS = About("竞赛菜单")
LONGEST_NAME, LONGEST_NAME_BELOW, LONGEST_URL, LONGEST_KEY = 16, 40, 1024, 128
"""Bytes; developers.weixin.qq.com, custom menu, create."""


def show(arguments: argparse.Namespace) -> int:
    """Exit status 1 when anything failed. Raises OperatorError and SettingsError when no deployment is meant."""
    target = chosen_target(arguments)
    say_where(target.prefix)
    instances, most = arguments.instances, arguments.rounds
    checks = (
        Check("并发配额", lambda target: room(target, instances), NO_LAMBDA),
        TABLES,
        Check("预热吞吐", throughput, "DynamoDB Local 没有容量可言"),
        Check("预热", lambda target: rounds(target, instances, most), seconds=sum(HTTP_SECONDS) * (most + 1)),
        Check("共用的凭证", credentials),
        Check("竞赛菜单", publishable),
        MENU,
        PLAN,
        POOL,
        BANK,
    )
    return report(findings(checks, target))


def credentials(target: Target) -> Iterator[Finding]:
    """Has them in the shared store before the crowd asks for them.

    One that is good for more than five minutes stays: a forced refresh would make the present one invalid for all
    instances, and WeChat itself hands out the next one only in the last five minutes.
    """
    target.services.ports.account.menu()
    target.services.ports.account.ticket()
    yield from wechat_checks.shared(target)


def publishable(target: Target) -> Iterator[Finding]:
    ours = contest_menu(target.contest, target.services.quiz_link)
    faults = [WORDS.wrong(fault, "改正 contest.toml 的 [menu]，重新部署") for fault in menu_faults(ours)]
    yield from WORDS.unless(faults, "符合微信的限制，可以发布")
    _, lost = restorable(target.menu or {})
    if target.menu and not lost:
        yield WORDS.ok("现在的菜单可以保存，结束后能完整恢复")


def menu_faults(menu: dict[str, Any]) -> Iterator[str]:
    """What WeChat's menu API would refuse."""
    top = menu["button"]
    if not 1 <= len(top) <= MOST:
        yield f"一级菜单有 {len(top)} 个，应为 1 至 {MOST} 个"
    for button in top:
        below = button.get("sub_button", [])
        if len(below) > MOST_BELOW:
            yield f"“{button['name']}”之下有 {len(below)} 个，至多 {MOST_BELOW} 个"
        yield from _too_long(button, LONGEST_NAME)
        for one in below:
            yield from _too_long(one, LONGEST_NAME_BELOW)


def _too_long(button: dict[str, Any], longest_name: int) -> Iterator[str]:
    for field, longest in (("name", longest_name), ("url", LONGEST_URL), ("key", LONGEST_KEY)):
        if len(button.get(field, "").encode()) > longest:
            yield f"“{button['name']}”的 {field} 超过 {longest} 字节"
