"""The desk's scripts in Chromium: pictures from a phone, and a contact sheet that comes back marked."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Browser, Dialog, FilePayload, Page, expect

from chalicelib.adapters.desk.workbooks import list_workbook
from chalicelib.domain.desk.contact_sheet import HEADERS
from chalicelib.domain.desk.desk_link import Role
from infra.build.esbuild import ensure_page
from tests.browser.phone import chromium
from tests.desk.bucket_server import bucket_server
from tests.desk.desk_bench import UNIT_NAME, Desk, make_desk
from tests.desk.served_desk import served
from tests.support.office_files import FakeFiles

ORIENTATION, GPS = 0x0112, 0x8825
PLACE = b"33 17 N 118 50 E"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    ensure_page()
    with chromium() as browser:
        yield browser


@pytest.fixture
def desk() -> Iterator[Desk]:
    """On a port; `settings.public_base_url` is its address."""
    desk = make_desk()
    assert isinstance(desk.ports.office_files, FakeFiles)
    with served(desk), bucket_server(desk.ports.office_files):
        yield desk


def enter(browser: Browser, desk: Desk, role: Role, width: int, height: int) -> Page:
    made = desk.link(role)
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(f"{desk.services.settings.public_base_url}/desk#{made.token}")
    if made.pin:
        page.get_by_label("六位口令").fill(made.pin)
        page.get_by_role("button", name="进入").click()
    return page


def photograph(width: int, height: int) -> bytes:
    """As a phone takes it: held upright, with the place."""
    image, exif, out = Image.radial_gradient("L").convert("RGB").resize((width, height)), Image.Exif(), io.BytesIO()
    exif[ORIENTATION] = 6
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(GPS)[1] = "N"
    image.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def test_pictures_are_shrunk_turned_and_stripped_before_they_leave_the_phone(browser: Browser, desk: Desk) -> None:
    page = enter(browser, desk, Role.UNIT, 360, 640)
    page.wait_for_url("**/desk/unit")
    page.goto(f"{desk.services.settings.public_base_url}/desk/unit?said=saved")
    told: list[str] = []

    def hear(dialog: Dialog) -> None:
        told.append(dialog.message)
        dialog.accept()

    page.on("dialog", hear)
    taken = [photograph(3000, 2000), photograph(300, 200)]
    expect(page.get_by_text("图片（0 / 9）")).to_be_visible()
    names = [FilePayload(name=f"{n}.jpg", mimeType="image/jpeg", buffer=one) for n, one in enumerate(taken)]
    page.set_input_files("#pick", [*names, FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=b"no picture")])
    expect(page.get_by_text("图片（2 / 9）")).to_be_visible()
    assert told == ["x.jpg：打不开这张图片，请换成 JPG 或 PNG"]
    files = desk.ports.office_files
    assert isinstance(files, FakeFiles)
    kept = [content for key, (content, _) in files.files.items() if key.startswith("pictures/")]
    sent = [Image.open(io.BytesIO(content)) for content in kept]
    assert [image.size for image in sent] == [(1067, 1600), (200, 300)]
    assert [(image.format, dict(image.getexif())) for image in sent] == [("JPEG", {})] * 2
    assert PLACE in taken[0]
    assert all(PLACE not in content for content, _ in files.files.values())
    assert page.locator(".pictures img").evaluate_all("all => all.every((one) => one.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_a_wrong_sheet_is_shown_and_can_be_downloaded_marked(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    page = enter(browser, desk, Role.EDITOR, 1366, 768)
    page.get_by_role("link", name="联络人").first.click()
    rows = [[UNIT_NAME, "张三", "科长", "13812345678"], ["区法院", "李四", "庭长", "138"]]
    for last in ("138", "13812345679"):
        rows[1][3] = last
        content = list_workbook("联络表", list(HEADERS.values()), rows)
        page.set_input_files("#sheet", {"name": "联络表.xlsx", "mimeType": "", "buffer": content})
        with page.expect_response(lambda answer: answer.request.method == "POST") as told:
            page.get_by_role("button", name="上传", exact=True).click()
        if last == "138":
            assert told.value.status == 422, told.value.text()
            expect(page.get_by_role("cell", name="手机号须是11位，这里有3位")).to_be_visible()
            with page.expect_download() as downloading:
                page.get_by_role("link", name="下载标好的表格").click()
            downloading.value.save_as(tmp_path / "marked.xlsx")
            assert (
                load_workbook(tmp_path / "marked.xlsx")["联络表"]["G3"].value == "联系电话：手机号须是11位，这里有3位"
            )
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_text("138****5679")).to_be_visible()
    page.close()
