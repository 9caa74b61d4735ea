"""Links to the desk as operators make, list and revoke them."""

import json
import re
from pathlib import Path

from openpyxl import load_workbook

from chalicelib.domain.desk.desk_link import Role
from tests.desk.desk_bench import DeskBrowser
from tests.http.stage import PUBLIC
from tests.operator.conftest import Office

UNIT = "岔河镇"


def test_an_editors_link_is_shown_once_with_its_pin_apart(office: Office) -> None:
    said = office.done("desk", "link", "--role", "editor", "--for", "王主任", "--days", "3")
    (address,) = re.findall(rf"{PUBLIC}/desk#(\S+)", said)
    (pin,) = re.findall(r"口令，请另外告知：(\d{6})", said)
    entered = DeskBrowser(office.stage.gateway).post("/desk/session", {"token": address, "pin": pin})
    assert entered.status == 200
    listed = office.done("desk", "list")
    assert "王主任" in listed
    assert address not in listed + office.done("log")
    assert "王主任" not in office.done("log")


def test_a_units_link_names_a_unit_of_the_contest(office: Office) -> None:
    facts = json.loads(office.done("desk", "link", "--role", "unit", "--unit", UNIT, "--for", "联络人", "--json"))
    assert facts["pin"] == ""
    (made,) = office.services.desk.links.all_links()
    assert (made.id, made.role, made.unit) == (facts["id"], Role.UNIT, UNIT)
    assert "须用 --unit" in office.failed("desk", "link", "--role", "unit", "--for", "x")
    assert "editor、viewer、unit" in office.failed("desk", "link", "--role", "boss", "--for", "x")
    assert "1 至 120 天" in office.failed("desk", "link", "--role", "viewer", "--for", "x", "--days", "0")


def test_every_unit_gets_a_link_in_a_workbook_that_is_new(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "links.xlsx"
    assert "个链接" in office.done("desk", "links", "--units", str(file))
    rows = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ("单位", "链接", "有效至")
    assert [row[0] for row in rows[1:]] == list(office.services.contest.unit_names)
    assert len({row[1] for row in rows[1:]}) == len(rows) - 1
    assert all(str(row[1]).startswith(f"{PUBLIC}/desk#") for row in rows[1:])
    assert file.stat().st_mode & 0o077 == 0
    assert "已存在" in office.failed("desk", "links", "--units", str(file))
    assert "没有文件夹" in office.failed("desk", "links", "--units", str(tmp_path / "no" / "links.xlsx"))
    assert len(office.services.desk.links.all_links()) == len(rows) - 1


def test_a_link_is_revoked_by_the_beginning_of_its_id(office: Office) -> None:
    ids = []
    for role in ("viewer", "viewer"):
        facts = json.loads(office.done("desk", "link", "--role", role, "--for", "x", "--json"))
        ids.append(facts["id"])
    assert "没有" in office.failed("desk", "revoke", "nobody")
    assert "已收回" in office.done("desk", "revoke", ids[0][:8], "--reason", "遗失")
    states = [link.revoked_at is not None for link in office.services.desk.links.all_links() if link.id == ids[0]]
    assert states == [True]
    listed = office.done("desk", "list")
    assert "已收回" in listed
    assert "有效" in listed
    assert "遗失" in office.done("log")
