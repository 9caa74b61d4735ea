"""Landscape and keyboards, and whether the measure of layouts finds anything. `test_states.py` measures every state."""

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.browser.fit import misfits
from tests.browser.phone import SCREEN, Phone
from tests.browser.states import named
from tests.browser.states.player import Player

_OUTLINE = """() => {
  const focused = document.activeElement;
  const style = focused.type === 'radio' ? getComputedStyle(focused.nextSibling, '::after') : getComputedStyle(focused);
  return style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth);
}"""
_LONG_OPTIONS = """() => document.querySelectorAll('.option span').forEach((span) => {
  span.textContent = 'https://credit.jiangsu.gov.cn/xyjs/search/index_form.do?unit=hongze';
})"""
_ENDS = """() => ['.main', '.option:last-child'].map((name) => document.querySelector(name))
  .filter(Boolean).map((element) => element.getBoundingClientRect().bottom)"""
_BAD = """<style>:root { --text: 16px } u { font: var(--text)/1.5 serif }</style><body style='margin:0'><main>
<button style='width:60px;height:30px'>a</button><p style='width:400px'>b</p>
<div style='height:30px;background:#eee;overflow:hidden'>c<br><b>d</b></div>
<u>wwwwwwwwwwwwwwwwwwww</u><p style='position:relative'>e<i style='position:absolute;left:0;top:2px'>f</i></p>
<div style='height:90px;position:relative'><button style='width:50px;height:50px'>g</button>
<div style='position:absolute;left:0;top:0;width:90px;height:90px' class=lid></div></div></main>"""


@pytest.fixture(scope="module")
def player(browser: Browser) -> Player:
    return Player(browser)


@pytest.mark.parametrize("name", ["首页", "题目"])
def test_the_start_and_every_option_are_seen_in_landscape(player: Player, name: str) -> None:
    page = player.show(named(name))
    page.set_viewport_size(ViewportSize(width=640, height=360))
    end = max(page.evaluate(_ENDS)[-1:])
    bar = page.locator(".tabs, .steps").bounding_box()
    page.set_viewport_size(SCREEN)
    assert bar
    assert end <= bar["y"]


@pytest.mark.parametrize("name", ["题目", "检查，全部答完", "先离开吗"])
def test_a_short_screen_does_not_scroll(player: Player, name: str) -> None:
    page = player.show(named(name))
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0


def test_an_address_as_an_option_fits(player: Player) -> None:
    page = player.show(named("题目"))
    page.evaluate(_LONG_OPTIONS)
    assert misfits(page) == []


def test_the_keyboard_leads_through_and_its_focus_is_seen(phone: Phone) -> None:
    page = phone.page
    for _ in range(3):
        page.keyboard.press("Tab")
        assert page.evaluate(_OUTLINE) >= 2
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(phone.button("start")).to_be_focused()
    page.keyboard.press("Enter")

    phone.shows("question")
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("Tab")
    for key in ("Space", "ArrowDown"):
        page.keyboard.press(key)
        expect(page.locator(".option :checked")).to_be_focused()
        assert page.evaluate(_OUTLINE) >= 2
    expect(page.locator(".option").nth(1).locator("input")).to_be_checked()
    expect(page.locator(".quiz")).to_contain_text("第 1 / 10 题")


def test_the_measure_itself_finds_what_does_not_fit(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(_BAD)
    found = misfits(page, sizes=((360, 640),), scales=(1.0,))
    for what in (
        "BUTTON  “a” is too small a target",
        "P  “b” lies outside",
        "the page scrolls sideways",
        "B  “d” leaves DIV ",
        "P  “ef” lies on I ",
        "BUTTON  “g” lies under lid",
    ):
        assert any(what in one for one in found), (what, found)
    large = misfits(page, sizes=((360, 640),), scales=(2.0,))
    page.close()
    assert any("U  “wwwwwwwwwwww” lies outside" in one for one in large), large
