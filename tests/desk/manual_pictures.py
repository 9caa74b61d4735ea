"""Draws the pictures of the organiser's manual (docs/zh/组织方手册.md) from the running desk, on fakes.

`python -m tests.desk.manual_pictures [FOLDER]`; by default, the manual's folder. All people and numbers are made up.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Locator, Page

from chalicelib.config import PACKAGED, contest_bank, load_contest_file
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.desk.desk_link import Role
from chalicelib.domain.participation import FollowChange
from infra.build.esbuild import ensure_page
from infra.project import ROOT
from tests.browser.phone import chromium
from tests.desk.bucket_server import bucket_server
from tests.desk.desk_bench import UNIT_NAME, Desk, make_desk
from tests.desk.served_desk import served
from tests.support import examples
from tests.support.office_files import FakeFiles

FOLDER = ROOT / "docs" / "zh" / "组织方手册"
OFFICE, PHONE = (1100, 760), (360, 720)
DAYS = (1, 2, 3)
"""How many days after the opening the nights are that were counted."""
CONTACTS = {"name1": "王晓明", "post1": "办公室主任", "telephone1": "13900000001", "posters": "40", "leaflets": "300"}
EVENT = {"day": "2020-07-09", "time": "09:00", "place": "岔河镇文化广场", "title": "诚信进万家", "people": "160"}
STORY = "在镇区和各村张贴海报40张，发放倡议书300份；7月9日在文化广场办现场宣传，设展板8块，到场160人。"


def main(folder: Path) -> None:
    ensure_page()
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser, desk_with_data() as desk:
        for name, picture in _pictures(browser, desk):
            (folder / f"{name}.jpg").write_bytes(picture)


def _pictures(browser: Browser, desk: Desk) -> Iterator[tuple[str, bytes]]:
    """File name -> JPEG."""
    unit = enter(browser, desk, Role.UNIT, PHONE)
    _hand_in(unit)
    unit.goto(f"{address(desk)}/desk/unit")
    yield "unit-1", shot(unit, 900)
    unit.evaluate("document.getElementById('events').scrollIntoView()")
    yield "unit-2", shot(unit, 900)
    editor = enter(browser, desk, Role.EDITOR, OFFICE)
    for name, path, height in (
        ("contacts", "/desk/contacts", 760),
        ("figures", "/desk/figures", 760),
        ("units", "/desk/units", 620),
        ("questions", "/desk/questions?words=q001", 720),
    ):
        editor.goto(address(desk) + path)
        yield name, shot(editor, height)
    editor.set_viewport_size({"width": 1123, "height": 1587})
    editor.emulate_media(media="print")
    editor.goto(f"{address(desk)}/desk/materials/posters?unit={UNIT_NAME}")
    yield "poster", shot(editor, 1587)
    board = enter(browser, desk, Role.VIEWER, (1920, 1080))
    board.locator(".board-facts").wait_for()
    yield "board", shot(board, 1080)


def shot(page: Page, height: int) -> bytes:
    width = page.viewport_size["width"] if page.viewport_size else OFFICE[0]
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_load_state("networkidle")
    taken = Image.open(io.BytesIO(page.screenshot()))
    taken.thumbnail((1100, 1000))
    out = io.BytesIO()
    taken.convert("RGB").save(out, "JPEG", quality=72, optimize=True)
    return out.getvalue()


def address(desk: Desk) -> str:
    return desk.services.settings.public_base_url


def enter(browser: Browser, desk: Desk, role: Role, size: tuple[int, int]) -> Page:
    made = desk.link(role)
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(10_000)
    page.goto(f"{address(desk)}/desk#{made.token}")
    if made.pin:
        page.get_by_label("六位口令").fill(made.pin)
        page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/desk/*")
    return page


def _hand_in(page: Page) -> None:
    """A unit hands in everything: contacts, an event, a text and pictures."""
    for name, value in CONTACTS.items():
        page.locator(f"[name={name}]").fill(value)
    _send(page.get_by_role("button", name="保存联络表"))
    page.get_by_text("加一场活动").click()
    form = page.locator("form[action='/desk/unit/events']").last
    for name, value in EVENT.items():
        form.locator(f"[name={name}]").fill(value)
    _send(form.get_by_role("button", name="加上"))
    page.locator("#text").fill(STORY)
    _send(page.get_by_role("button", name="保存文字"))
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((640, 480)).save(out, "JPEG")
    page.locator("#pick").set_input_files([FilePayload(name="1.jpg", mimeType="image/jpeg", buffer=out.getvalue())])
    page.locator(".pictures img").first.wait_for()


def _send(button: Locator) -> None:
    with button.page.expect_navigation():
        button.click()


@contextmanager
def desk_with_data() -> Iterator[Desk]:
    """The packaged contest in the morning of its fourth day, served on a port."""
    contest = load_contest_file(PACKAGED)
    contest = replace(contest, prizes=PrizeRules(budget_fen=500_000, packets=1_000, min_fen=100, max_fen=2_000))
    desk = make_desk(contest, contest.window.opens_at)
    desk.ports.bank = contest_bank()
    _take_part(desk)
    _report_contacts(desk)
    desk.services.desk.unit_codes.make_when_open()
    assert isinstance(desk.ports.office_files, FakeFiles)
    with served(desk), bucket_server(desk.ports.office_files):
        yield desk


def _take_part(desk: Desk) -> None:
    services, rng = desk.services, Random(8)
    services.plans.lay_plan(lambda done, of: None, "wang")
    services.plans.activate_plan("wang")
    units = list(desk.contest.unit_names)
    for day in DAYS:
        _move(desk, desk.contest.window.opens_at + timedelta(days=day - 1, hours=9))
        for number in range(120 // day):
            unit = units[min(int(rng.expovariate(0.12)), len(units) - 1)] if number % 8 else ""
            _answer(desk, f"o{day}-{number}", unit, rng)
        _move(desk, desk.contest.window.opens_at + timedelta(days=day, minutes=11))
        services.desk.day_counting.count_due()
    _move(desk, desk.contest.window.opens_at + timedelta(days=max(DAYS), hours=9))
    services.desk.day_counting.count_due()
    services.sweep.sweep_once()


def _answer(desk: Desk, openid: str, unit: str, rng: Random) -> None:
    services, now = desk.services, desk.clock()
    change = FollowChange(openid, True, int(now.timestamp()), now, early=False)
    services.ports.followers.record_change(change)
    if unit:
        services.ports.participants.set_unit(openid, unit)
    offer = services.draws.draw_questions(openid)
    desk.advance(seconds=20)
    answers = examples.answers(offer.draw, services.ports.bank, rng.randrange(3, 11))
    attempt = services.submissions.submit_answers(openid, offer.draw.attempt_id, offer.token, answers)
    if attempt.passed:
        services.claims.open_packet(openid, attempt.attempt_id)


def _report_contacts(desk: Desk) -> None:
    """Some units have handed in their contacts."""
    editor = desk.visitor(Role.EDITOR)
    for number, unit in enumerate(desk.contest.unit_names[:6]):
        fields = {**CONTACTS, "name1": "张李王赵陈刘"[number] + "某某", "telephone1": f"1390000000{number}"}
        assert editor.fields("/desk/contacts/edit", {"unit": unit, "revision": "0", **fields}).status == 303


def _move(desk: Desk, now: datetime) -> None:
    desk.advance(seconds=(now - desk.clock()).total_seconds())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER)
