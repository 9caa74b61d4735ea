"""The office's contacts over HTTP: the list, the form, the sheet, and the lists to sign."""

import base64
import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from chalicelib.adapters.desk.workbooks import list_workbook
from chalicelib.domain.desk.contact_sheet import HEADERS
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.unit_contacts import Contact, UnitContacts, total_copies
from chalicelib.ports import OfficeRecord
from tests.desk.desk_bench import UNIT_NAME, Desk, DeskBrowser, page

HEADER = list(HEADERS.values())
TELEPHONE = "13812345678"
ROW = {"name1": "张三", "post1": "科长", "telephone1": TELEPHONE, "posters": "50", "leaflets": "", "revision": "0"}


def sheet(*rows: list[str | int]) -> bytes:
    return list_workbook("联络表", HEADER, rows)


@pytest.fixture
def editor(desk: Desk) -> DeskBrowser:
    return desk.visitor(Role.EDITOR)


def test_the_form_is_saved_and_telephones_are_masked(desk: Desk, editor: DeskBrowser) -> None:
    assert "没有报送" in page(editor.get("/desk/contacts"))
    saved = editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME})
    assert (saved.status, saved.header("location")) == (303, "/desk/contacts?said=saved")
    for target in ("/desk/contacts", "/desk/contacts/signin", f"/desk/contacts/edit?unit={UNIT_NAME}"):
        text = page(editor.get(target))
        assert "138****5678" in text
        assert "张三" in text
        assert TELEPHONE not in text
    assert "50" in page(editor.get("/desk/contacts/handout"))
    assert "张三" not in page(editor.get("/desk/contacts/handout"))


def test_a_wrong_form_comes_back_as_entered(editor: DeskBrowser) -> None:
    answer = editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME, "telephone1": "1381", "name1": "<b>"})
    text = answer.body.decode()
    assert answer.status == 422
    assert 'value="1381"' in text
    assert "手机号须是11位，这里有4位" in text
    assert "&lt;b&gt;" in text


def test_a_form_that_somebody_else_overtook_is_refused(editor: DeskBrowser) -> None:
    editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME})
    late = editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME, "name1": "李四"})
    assert late.status == 409
    assert "有人同时修改了" in late.body.decode()


def test_an_unknown_unit_is_not_found(editor: DeskBrowser) -> None:
    assert editor.get("/desk/contacts/edit?unit=nowhere").status == 404
    assert editor.fields("/desk/contacts/edit", ROW).status == 404


def test_a_sheet_is_imported_and_exported(desk: Desk, editor: DeskBrowser) -> None:
    done = editor.upload(
        "/desk/contacts", sheet([UNIT_NAME, "张三", "科长", 13812345678, 5, 6], ["区法院", "=1+1", "庭长", "87212345"])
    )
    assert (done.status, done.header("location")) == (303, "/desk/contacts?said=saved")
    answer = editor.get("/desk/contacts/file")
    assert "spreadsheetml" in answer.header("content-type")
    rows = list(load_workbook(io.BytesIO(answer.body))["联络表"].iter_rows(values_only=True))
    assert list(rows[0]) == HEADER
    assert (UNIT_NAME, "张三", "科长", TELEPHONE, 5, 6) in rows
    assert len(rows) == len(desk.contest.units) + 1
    cells = load_workbook(io.BytesIO(answer.body))["联络表"]["B"]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"]


def test_a_wrong_sheet_comes_back_marked_within_the_page(desk: Desk, editor: DeskBrowser) -> None:
    answer = editor.upload("/desk/contacts", sheet([UNIT_NAME, "张三", "科长", TELEPHONE], ["区法院", "李四", "", "1"]))
    text = answer.body.decode()
    assert answer.status == 422
    assert "有 2 处要改" in text
    assert "<td>C3</td><td>缺少职务</td>" in text
    found = re.search(r"base64,([^\"]+)", text)
    assert found
    marked = load_workbook(io.BytesIO(base64.b64decode(found[1])))["联络表"]
    assert marked["G3"].value == "职务：缺少职务\n联系电话：手机号须是11位，这里有1位"
    assert desk.services.desk.contacts.all_contacts() == {}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 1_000_001])
def test_what_is_no_sheet_is_refused_with_what_to_do(editor: DeskBrowser, content: bytes) -> None:
    answer = editor.upload("/desk/contacts", content)
    assert answer.status == 422
    assert "再上传" in answer.body.decode()


def test_the_reminder_names_the_units_that_have_not_answered(desk: Desk, editor: DeskBrowser) -> None:
    editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME})
    text = page(editor.get("/desk/contacts"))
    asked = text[text.index('id="reminder"') : text.index("</p>", text.index('id="reminder"'))]
    assert "7月6日17:30" in asked
    assert "区法院" in asked
    assert UNIT_NAME not in asked
    assert f"还有{len(desk.contest.units) - 1}个单位" in asked


def test_pages_and_report_have_one_sum_of_the_contest_files_units(desk: Desk, editor: DeskBrowser) -> None:
    editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME, "posters": "41", "leaflets": "59"})
    gone = UnitContacts((Contact("李四", "科长", TELEPHONE),), 300, 400).as_body()
    desk.ports.office.write_record(OfficeRecord("contacts#撤销的单位", {}, 0), gone)
    text = page(editor.get("/desk/contacts"))
    for words in ("<dd>1 / ", "<dt>海报合计</dt><dd>41</dd>", "<dt>倡议书合计</dt><dd>59</dd>"):
        assert words in text
    handout = page(editor.get("/desk/contacts/handout"))
    assert '合计</th><td class="n">41</td><td class="n">59</td>' in handout
    assert total_copies(desk.services.desk.contacts.all_contacts().values()) == (41, 59)


def test_no_telephone_reaches_the_log(desk: Desk, editor: DeskBrowser, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME})
    desk.advance(seconds=1)
    editor.upload("/desk/contacts", sheet(["区法院", "李四", "科长", TELEPHONE]))
    desk.clock.now += timedelta(seconds=1)
    editor.fields("/desk/contacts/edit", ROW | {"unit": UNIT_NAME, "telephone1": "1381"})
    entries = [repr(entry) for entry in desk.ports.ledger.log_entries() if entry.what == "desk contacts"]
    assert len(entries) == 2
    for secret in (TELEPHONE, "张三", "李四", "1381"):
        assert secret not in caplog.text + "".join(entries)
