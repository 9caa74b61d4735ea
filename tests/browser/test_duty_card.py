"""The duty card prints on one A4 page."""

from playwright.sync_api import Browser

from infra.project import ROOT

CARD = ROOT / "docs" / "zh" / "值守卡.html"


def test_the_duty_card_is_one_page(browser: Browser) -> None:
    page = browser.new_page()
    page.goto(CARD.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    assert printed.count(b"/Type /Page\n") == 1
