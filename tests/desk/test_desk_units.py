"""The office's overview of the units over HTTP, its sheets, and a unit's pictures as a zip."""

import io
import zipfile

import pytest
from openpyxl import load_workbook

from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.desk.unit_story import upload_key
from tests.desk.desk_bench import UNIT_NAME, Desk, DeskBrowser, page

CONTACTS = {"name1": "张三", "post1": "科长", "telephone1": "13812345678", "posters": "50", "revision": "0"}
EVENT = {"number": "-1", "revision": "0", "day": "2020-07-08", "time": "09:30"}
EVENT |= {"place": "广场", "title": "=诚信", "people": "120"}


@pytest.fixture
def handed_in(desk: Desk) -> Desk:
    """One unit handed in everything: two pictures are in the bucket."""
    liaison = desk.visitor(Role.UNIT)
    assert liaison.fields("/desk/unit/contacts", CONTACTS).status == 303
    assert liaison.fields("/desk/unit/events", EVENT).status == 303
    assert liaison.form("/desk/unit/story", text="张贴海报200张。", revision="0").status == 303
    for number in ("1", "2"):
        key = upload_key(desk.contest.id, UNIT_NAME, number)
        desk.ports.office_files.put_file(key, f"jpeg {number}".encode(), "image/jpeg")
        assert liaison.post("/desk/unit/picture/keep", {"picture": number}).status == 200
    return desk


def titles(browser: DeskBrowser) -> list[str]:
    return load_workbook(io.BytesIO(browser.get("/desk/units/file").body)).sheetnames


def cells(browser: DeskBrowser, title: str) -> list[tuple[object, ...]]:
    answer = browser.get("/desk/units/file")
    return list(load_workbook(io.BytesIO(answer.body))[title].iter_rows(values_only=True))


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER])
def test_the_overview_shows_what_is_missing_and_no_person(handed_in: Desk, role: Role) -> None:
    browser = handed_in.visitor(role)
    text = page(browser.get("/desk/units"))
    assert f"<dd>1 / {len(handed_in.contest.units)}</dd>" in text
    assert "✓场次" in text
    for person in ("张三", "138****5678", "13812345678"):
        assert person not in text
        assert person.encode() not in browser.get("/desk/units/file").body
    assert ("催报" in text) is (role is Role.EDITOR)


def test_the_sheets_list_units_events_and_texts(handed_in: Desk) -> None:
    browser = handed_in.visitor(Role.VIEWER)
    assert "开展情况" not in titles(browser), "texts name people"
    rows = cells(browser, "报送情况")
    assert len(rows) == len(handed_in.contest.units) + 1
    assert (UNIT_NAME, 1, 50, 0, 1, 1, "是", 9, 2, None) in rows
    assert ("区法院", 0, 0, 0, 0, 0, "是", 0, 0, "联络表、文字、图片") in rows
    assert (UNIT_NAME, "2020-07-08", "09:30", "广场", "=诚信", 120) in cells(browser, "现场活动")
    assert cells(handed_in.visitor(Role.EDITOR), "开展情况")[1:] == [(UNIT_NAME, "张贴海报200张。")]


def test_the_pictures_come_as_one_zip(handed_in: Desk) -> None:
    editor = handed_in.visitor(Role.EDITOR)
    report = page(editor.get(f"/desk/units/one?unit={UNIT_NAME}"))
    assert "张贴海报200张。" in report
    assert report.count("<img") == 2
    asked = editor.form("/desk/units/zip", unit=UNIT_NAME)
    handed_in.services.desk.office_run.run_once()
    assert f"{UNIT_NAME}图片.zip" in page(editor.get(asked.header("location")))
    job = asked.header("location").rpartition("/")[2]
    content = handed_in.ports.office_files.read_file(f"files/{handed_in.contest.id}/{job}")
    with zipfile.ZipFile(io.BytesIO(content or b"")) as made:
        assert made.read(f"{UNIT_NAME}/2.jpg") == b"jpeg 2"
        assert made.read(f"{UNIT_NAME}/开展情况.txt").decode("utf-8-sig") == "张贴海报200张。"
        assert len(made.namelist()) == 3


def test_what_a_unit_writes_is_text_on_every_page(desk: Desk) -> None:
    liaison, editor, mark = desk.visitor(Role.UNIT), desk.visitor(Role.EDITOR), '"><script>x</script>'
    assert liaison.fields("/desk/unit/contacts", CONTACTS | {"name1": mark, "post1": mark}).status == 303
    assert liaison.fields("/desk/unit/events", EVENT | {"title": mark, "place": mark}).status == 303
    assert liaison.form("/desk/unit/story", text=mark, revision="0").status == 303
    one = f"?unit={UNIT_NAME}"
    pages = [
        editor.get(f"/desk/{path}")
        for path in ("contacts", "contacts/signin", f"contacts/edit{one}", f"units/one{one}")
    ]
    for text in map(page, (*pages, liaison.get("/desk/unit"))):
        assert mark not in text
        assert "&lt;script&gt;x" in text


def test_a_viewer_sees_no_pictures(handed_in: Desk) -> None:
    viewer = handed_in.visitor(Role.VIEWER)
    assert viewer.get(f"/desk/units/one?unit={UNIT_NAME}").status == 403
    assert viewer.form("/desk/units/zip", unit=UNIT_NAME).status == 403
