"""Links to the organiser's desk: make, list and revoke them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from infra.operator.command_line import Noun, tell
from infra.operator.confirmation import announce, confirm, deployed, who
from infra.operator.operator_errors import OperatorError
from infra.operator.terminal import By, WhyIfAny, print_table

if TYPE_CHECKING:
    from chalicelib.domain.desk.desk_link import DeskLink, Role
    from chalicelib.usecases.desk.desk_links import MadeLink

desk = Noun("desk", "主办方工作台的链接 / links to the organiser's desk", "竞赛 / the contest")
ROLES = {"editor": "编辑", "viewer": "查看", "unit": "单位"}
HEADERS = ("编号", "角色", "单位", "给谁", "有效至", "状态")
Days = Annotated[int, Option("--days", metavar="N", help="有效天数，至多 120 / days until it ends")]


@desk.changes("link")
def link(
    role: Annotated[str, Option("--role", metavar="ROLE", help="editor 编辑、viewer 查看或 unit 单位")],
    person: Annotated[str, Option("--for", metavar="NAME", help="给谁，如姓名或科室 / whom it is for")],
    days: Days = 14,
    unit: Annotated[str, Option("--unit", metavar="UNIT", help="单位的名称，角色为 unit 时 / with unit")] = "",
    by: By = None,
) -> None:
    """做一个链接，只显示一次 / make a link; it is shown once

    An editor's link has a PIN, which you send another way than the link.
    """
    announce(f"{ROLES.get(role, role)} {unit}".strip())
    made = deployed().desk.links.make_link(_role(role), unit, person, days, who(by))
    address = _address(made)
    tell(id=made.link.id, link=address, pin=made.pin)
    print(f"链接（编号 {made.link.id}，有效至 {_day(made.link.until)}），只显示这一次：", f"  {address}", sep="\n")
    if made.pin:
        print(f"口令，请另外告知：{made.pin}")


@desk.changes("links")
def links(
    file: Annotated[Path, Option("--units", metavar="FILE.xlsx", help="写入的新文件 / a file that does not exist yet")],
    days: Days = 14,
    by: By = None,
) -> None:
    """每个单位一个链接，写入 Excel / a link for each unit, as .xlsx

    To paste into the liaisons' group, or to send to each. Earlier links stay valid.
    """
    from chalicelib.adapters.desk.workbooks import list_workbook
    from chalicelib.domain.desk.desk_link import Role

    if file.exists():
        raise OperatorError(f"{file} 已存在：链接只写进新文件。")
    if not file.absolute().parent.is_dir():
        raise OperatorError(f"没有文件夹 {file.parent}。")
    services = deployed()
    confirm(f"为 {len(services.contest.units)} 个单位各做一个链接，写入 {file}？")
    signer = who(by)
    made = [services.desk.links.make_link(Role.UNIT, unit, unit, days, signer) for unit in services.contest.unit_names]
    rows = [(one.link.unit, _address(one), _day(one.link.until)) for one in made]
    file.touch(mode=0o600)
    file.write_bytes(list_workbook("链接", ("单位", "链接", "有效至"), rows))
    tell(links=len(rows))
    print(f"已写入 {file}：{len(rows)} 个链接。每个链接只给那个单位。")


@desk.reads("list")
def list_links() -> None:
    """列出全部链接 / list all links"""
    services = deployed()
    now, found = services.clock(), services.desk.links.all_links()
    tell(links=[{"id": one.id, "role": one.role.value, "unit": one.unit, "state": _state(one, now)} for one in found])
    rows = [(one.id, ROLES[one.role.value], one.unit, one.person, _day(one.until), _state(one, now)) for one in found]
    print_table([HEADERS, *rows])


@desk.changes("revoke")
def revoke(
    link_id: Annotated[str, Argument(metavar="ID", help="编号或它的开头 / the id, or its beginning")],
    reason: WhyIfAny = "",
    by: By = None,
) -> None:
    """收回一个链接，5 秒内生效 / revoke a link, within 5 s"""
    links = deployed().desk.links
    found = [one for one in links.all_links() if link_id and one.id.startswith(link_id)]
    if len(found) != 1:
        raise OperatorError(f"{'没有' if not found else '不止一个'}编号以 {link_id} 开头的链接：desk list 列出全部。")
    announce(f"{ROLES[found[0].role.value]} {found[0].unit}".strip())
    links.revoke(found[0].id, who(by), reason)
    print("已收回，5 秒内全部生效。")


def _role(text: str) -> "Role":
    from chalicelib.domain.desk.desk_link import Role

    if text not in ROLES:
        raise OperatorError(f"--role 须为 {'、'.join(ROLES)} 之一，而不是 {text}。")
    return Role(text)


def _address(made: "MadeLink") -> str:
    return f"{deployed().settings.public_base_url}/desk#{made.token}"


def _state(link: "DeskLink", now: datetime) -> str:
    if link.revoked_at:
        return "已收回"
    if now >= link.until:
        return "已过期"
    return "已锁定（口令输错）" if link.is_locked else "有效"


def _day(moment: datetime) -> str:
    from chalicelib.domain.shanghai import SHANGHAI

    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
