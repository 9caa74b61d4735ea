"""The desk in Chromium: every page of every role fits a desk's screen and a phone, passes axe, and goes by keyboard."""

import platform
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from chalicelib.domain.desk.desk_link import Role
from tests.browser.old_chromium import old_page
from tests.browser.phone import chromium
from tests.desk.served_desk import SMALL, WIDE, ServedDesk, served_desk, violations

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAPER = ("/materials/", "/board")
"""Print pages and screens, which have a size of their own."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def served() -> Iterator[ServedDesk]:
    with served_desk() as served:
        yield served


@pytest.mark.parametrize("role", Role)
def test_every_page_fits_both_screens_and_passes_axe(browser: Browser, served: ServedDesk, role: Role) -> None:
    page, problems = served.enter(browser, role)
    found: list[str] = []
    for path in served.paths(role):
        page.set_viewport_size(WIDE)
        page.goto(f"{served.address}{path}")
        assert page.locator("h1").count() == 1, path
        if role is not Role.VIEWER:  # whose pages are an editor's, with less on them
            found += [f"{path} {one}" for one in violations(page)]
        for size in (WIDE, SMALL):
            page.set_viewport_size(size)
            if not any(part in path for part in PAPER) and page.evaluate(TOO_WIDE) > 0:
                found.append(f"{path} is {page.evaluate(TOO_WIDE)} pixels too wide at {size['width']}")
    page.close()
    assert (found, problems) == ([], [])


@pytest.mark.skipif(platform.machine() != "x86_64", reason="an x86-64 program")
def test_an_editor_works_in_chromium_64(served: ServedDesk, tmp_path: Path) -> None:
    """Older than any that the desk has to serve."""
    made = served.lived.desk.link(Role.EDITOR)
    with old_page(tmp_path) as page:
        page.goto(f"{served.address}/desk#{made.token}")
        page.until("document.querySelector('#pin:not([hidden])')")
        page.evaluate(f"document.getElementById('pin-field').value = '{made.pin}'")
        # Not by its place, which may still move while the style is loaded.
        page.evaluate("document.querySelector('#pin button').click()")
        page.until("location.pathname === '/desk/home'")
        for path in served.paths(Role.EDITOR):
            if any(part in path for part in PAPER):
                continue
            page.goto(f"{served.address}{path}")
            page.until(f"location.pathname === '{path.partition('?')[0]}' && document.readyState === 'complete'")
            assert page.evaluate(TOO_WIDE) <= 0, path
        assert page.faults == []


def test_a_wrong_pin_says_so_and_the_keyboard_is_enough(browser: Browser, served: ServedDesk) -> None:
    made = served.lived.desk.link(Role.EDITOR)
    page = browser.new_page(viewport=WIDE)
    page.goto(f"{served.address}/desk#{made.token}")
    expect(page.get_by_label("六位口令")).to_be_focused()
    page.keyboard.type("000000" if made.pin != "000000" else "111111")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("口令不对")
    page.keyboard.type(made.pin)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/home")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.close()


def test_a_bookmark_goes_on_with_the_session_and_leaving_ends_it(browser: Browser, served: ServedDesk) -> None:
    page, _ = served.enter(browser, Role.UNIT, SMALL)
    page.goto(f"{served.address}/desk")
    page.wait_for_url("**/desk/unit")
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_role("alert")).to_contain_text("重新进入")
    page.close()
