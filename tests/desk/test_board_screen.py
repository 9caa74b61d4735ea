"""In Chromium: the board on a wall, left alone over a night; and the way from a link to the group's text."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from chalicelib import wiring
from chalicelib.config import PACKAGED, load_contest_file
from chalicelib.domain.desk.desk_link import Role
from tests.browser.phone import chromium
from tests.desk.desk_bench import Desk, make_desk
from tests.desk.served_desk import served
from tests.support.examples import OPENS

WALL = ViewportSize(width=1920, height=1080)
MINUTE = 60_000
SECOND_MORNING = OPENS + timedelta(days=1, hours=8)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield make_desk(load_contest_file(PACKAGED), SECOND_MORNING)
    wiring.install(None)


@pytest.fixture
def url(desk: Desk) -> Iterator[str]:
    with served(desk) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """With a clock that the test sets."""
    with browser.new_context(viewport=WALL, permissions=["clipboard-read", "clipboard-write"]) as context:
        made = context.new_page()
        made.clock.install()
        faults: list[str] = []
        made.on("pageerror", lambda error: faults.append(str(error)))
        yield made
        assert faults == []


def count(desk: Desk, people: int) -> None:
    """Every unit has people, most of them the first."""
    counts = {name: max(1, people // (2 + place)) for place, name in enumerate(desk.contest.unit_names)}
    desk.ports.control.store_counts({**counts, "": people - sum(counts.values())}, desk.clock())
    desk.advance(minutes=1)


def shown(page: Page, name: str) -> str:
    return page.locator(f"[data-board={name}]").inner_text()


def test_the_board_fits_the_wall_and_goes_on_over_the_night(desk: Desk, url: str, page: Page) -> None:
    count(desk, 123_456)
    page.goto(f"{url}/desk#{desk.link(Role.VIEWER, days=30).token}")
    expect(page.locator("[data-board=people]")).to_have_text("123,456")
    fits = "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits), "nobody scrolls a wall"
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.board-facts dd')).fontSize)") > 90
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.board-kinds li')).fontSize)") > 26

    count(desk, 123_999)
    page.clock.fast_forward(MINUTE)
    expect(page.locator("[data-board=people]")).to_have_text("123,999")
    assert page.locator(".board-kinds li").first.inner_text().split() == ["1", "区信用办", "61,999"]

    desk.advance(hours=13)
    count(desk, 150_000)
    page.clock.fast_forward(MINUTE)
    expect(page.locator("[data-board=people]")).to_have_text("150,000")
    assert page.evaluate(fits)


def test_the_board_outlasts_the_network_and_says_when_a_link_is_gone(desk: Desk, url: str, page: Page) -> None:
    count(desk, 500)
    made = desk.link(Role.VIEWER)
    page.goto(f"{url}/desk#{made.token}")
    expect(page.locator("[data-board=people]")).to_have_text("500")
    page.context.set_offline(True)
    fault = page.locator("#board-fault")
    page.clock.fast_forward(MINUTE)
    expect(fault).to_be_empty()
    for _ in range(3):
        page.clock.fast_forward(MINUTE)
    expect(fault).to_have_text("数字没有更新：网络不通。")
    page.context.set_offline(False)
    count(desk, 600)
    page.clock.fast_forward(MINUTE)
    expect(page.locator("[data-board=people]")).to_have_text("600")
    expect(fault).to_be_empty()
    desk.services.desk.links.revoke(made.link.id, "operator", "lost")
    desk.advance(seconds=10)
    for _ in range(4):
        page.clock.fast_forward(MINUTE)
    expect(fault).to_contain_text("数字没有更新")
    assert shown(page, "people") == "600", "the last numbers stay"


def test_from_a_link_to_the_group_s_text(desk: Desk, url: str, page: Page) -> None:
    desk.services.desk.day_counting.count_due()
    made = desk.link(Role.EDITOR)
    page.goto(f"{url}/desk#{made.token}")
    page.get_by_label("六位口令").fill(made.pin)
    page.get_by_role("button", name="进入").click()
    page.get_by_role("link", name="数据与日报").first.click()
    expect(page.get_by_role("heading", name="7月8日通报")).to_be_visible()
    assert "#" not in page.url
    button = page.locator("[data-copy=notice1]")
    button.click()
    expect(button).to_have_text("已复制")
    text = page.evaluate("navigator.clipboard.readText()")
    assert len(text.split("\n")) == 5
    assert text.startswith("【与信用同行 筑梦新时代】7月8日通报，截至7月9日00:10\n参与：累计0人")
