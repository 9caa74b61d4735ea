"""Checks the account's menu, and that nothing leads into the contest before the opening (R11)."""

import json
from collections.abc import Iterator

from chalicelib.adapters.http.render import moment
from chalicelib.domain.contest import Phase, ReferralPolicy
from chalicelib.domain.menu import is_contest_menu, without_closing_notice
from chalicelib.domain.menu_preview import MenuPreview, preview
from infra.operator.doctor.address_checks import leads_to_authorization
from infra.operator.doctor.findings import OLD_SECRETS, About, Finding
from infra.operator.doctor.target import Target

MENU, EMBARGO, PRINTED = About("公众号菜单"), About("开始前保密"), About("开始前的二维码")
NOBODY = "contest-doctor"
"""An openid that WeChat never issues: its session gets a participant's answers and writes nothing."""


def menu(target: Target) -> Iterator[Finding]:
    found, saved = target.menu, target.services.ports.saved_menu.read_saved_menu()
    ours = found is not None and is_contest_menu(found)
    names = "、".join(str(button.get("name")) for button in (found or {}).get("button", [])) or "无"
    yield from MENU.unless(_menu_faults(target, ours, saved is not None), f"现为：{names}")
    if target.phase is not Phase.CLOSED:
        own = without_closing_notice(saved or found or {})
        yield from _menu_warnings(preview(target.contest, own), target.phase)


def _menu_warnings(shown: MenuPreview, phase: Phase) -> Iterator[Finding]:
    if shown.website_only:
        listed = "、".join(f"“{name}”" for name in shown.website_only)
        yield MENU.warning(f"{listed}是在微信网页上制作的，接口不能恢复", "竞赛结束后须在网页上重做")
    if shown.undecided and phase is Phase.ANNOUNCED:
        listed = "、".join(f"“{name}”" for name in shown.undecided)
        yield MENU.warning(f"{listed}在竞赛菜单中没有位置", "运行 ./contest menu preview，在 contest.toml 中写明去留")


def _menu_faults(target: Target, ours: bool, saved: bool) -> Iterator[Finding]:
    phase = target.phase
    if phase is Phase.ANNOUNCED and ours:
        yield MENU.wrong("竞赛菜单已经发布，而竞赛尚未开始", "在微信公众平台撤下")
    if phase is Phase.OPEN and not ours:
        yield MENU.wrong("竞赛菜单没有发布", "运行 ./contest menu publish")
    if phase is Phase.OPEN and not saved:
        yield MENU.wrong("没有保存公众号原来的菜单", "运行 ./contest menu publish")
    if phase is Phase.CLOSED and ours:
        yield MENU.wrong("竞赛已结束，菜单仍是竞赛的", "运行 ./contest menu restore")


def embargo(target: Target) -> Iterator[Finding]:
    """Requests what the deployed application must refuse before the opening."""
    if target.phase is not Phase.ANNOUNCED:
        yield EMBARGO.ok("竞赛已经开始，不再需要")
        return
    yield from EMBARGO.unless([*_sharing_faults(target), *_menu_leak(target)], "链接、二维码都被拒绝，菜单没有指向竞赛")
    for entry in target.services.ports.ledger.log_entries():
        if entry.what == "print-codes":
            yield PRINTED.ok(f"{moment(entry.at)} {entry.who} 生成过（{entry.reason}）")


def _sharing_faults(target: Target) -> Iterator[Finding]:
    started = target.services.ports.sessions.start_session(NOBODY, target.now()).partition(";")[0]
    off = target.contest.referral.policy is ReferralPolicy.OFF
    refusal = (404, "sharing_off") if off else (403, "contest_not_open")
    for path in ("/api/share", "/api/share/code", "/api/share/poster.png"):
        answer = target.get(path, params={"url": f"{target.url}/"}, headers={"Cookie": started})
        try:
            code = answer.json()["error"]["code"]
        except (ValueError, LookupError, TypeError):
            code = ""
        if (answer.status_code, code) == refusal:
            continue
        if code == "not_signed_in":
            yield EMBARGO.wrong("函数不认 SSM 中的 SESSION_KEYS", OLD_SECRETS)
        else:
            yield EMBARGO.wrong(
                f"{path} 回答 {answer.status_code} {code}", "立即检查函数的时间和 contest.toml 的开始时间"
            )
    link = target.get("/s/contest-doctor")
    if not leads_to_authorization(target, link) or link.content:
        yield EMBARGO.wrong(f"/s/… 回答 {link.status_code}，应只跳转到微信授权", "检查部署的版本")


def _menu_leak(target: Target) -> Iterator[Finding]:
    if target.host and target.host in json.dumps(target.menu or {}):
        yield EMBARGO.wrong(f"公众号菜单已指向 {target.host}", "开始之前在微信公众平台撤下该菜单")
