"""Touch targets, narrow phones and keyboards. Screens of other phases are measured in their own tests."""

from playwright.sync_api import ViewportSize, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.layout_check import LARGE_TYPE, USUAL, misfits
from tests.browser.phone import SCREEN, Phone
from tests.browser.screen_tour import tour

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


def test_every_screen_fits_phones_thumbs_and_large_type(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    found: dict[str, list[str]] = {}
    for name in tour(phone):
        if name in ("home", "question"):
            _fits_landscape(phone)
        if name == "question":
            phone.page.evaluate(_LONG_OPTIONS)
        found[name] = misfits(phone.page, (*USUAL, *LARGE_TYPE))
    assert len(found) > 12
    assert {name: problems for name, problems in found.items() if problems} == {}


def _fits_landscape(phone: Phone) -> None:
    """The start, or every option of a question, is seen without scrolling."""
    phone.page.set_viewport_size(ViewportSize(width=640, height=360))
    end = max(phone.page.evaluate(_ENDS)[-1:])
    bar = phone.page.locator(".tabs, .steps").bounding_box()
    phone.page.set_viewport_size(SCREEN)
    assert bar
    assert end <= bar["y"]


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


def test_the_measure_itself_finds_what_does_not_fit(phone: Phone) -> None:
    bad = "<main><button style='width:60px;height:30px'>a</button><p style='width:400px'>b</p></main>"
    phone.page.goto("about:blank")
    phone.page.set_content(f"<body style='margin:0'>{bad}")
    found = misfits(phone.page)
    assert sum("BUTTON" in misfit and "small" in misfit for misfit in found) == 3
    assert sum("“b” lies outside" in misfit for misfit in found) == 2
    assert sum("sideways" in misfit for misfit in found) == 2
