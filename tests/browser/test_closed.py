"""After the end: nothing more to answer, but everything that a person has is still shown."""

from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone


def test_what_one_won_stays_to_be_seen(phone: Phone, closed: Stack) -> None:
    phone.take_quiz()
    phone.tap("claim")
    phone.tap("open")
    fen = phone.page.locator(".amount").get_attribute("data-amount")
    phone.wait_for_claim("sent")

    phone.page.goto(closed.url)

    phone.shows("closed")
    expect(phone.button("start").or_(phone.button("share"))).to_have_count(0)
    expect(phone.page.locator(".facts").first).to_contain_text("1 次")
    expect(phone.page.locator("[data-waiting]")).to_contain_text(f"¥{int(fen or 0) / 100:.2f}")
    phone.tap("record")
    phone.shows("record")
    expect(phone.page.locator(".claims li")).to_have_attribute("data-status", "sent")


def test_a_quiz_in_hand_is_not_offered_any_more(phone: Phone, closed: Stack) -> None:
    phone.tap("start")
    phone.shows("question")
    phone.choose(right=True)
    phone.page.goto(f"{closed.url}/#question")
    phone.shows("closed")


def test_a_stranger_sees_that_it_is_over(phones: NewPhone, contest: Stack, closed: Stack) -> None:
    phone = phones(contest)
    phone.expects(401)
    phone.page.goto(closed.url)
    phone.shows("closed")
    expect(phone.page.locator("h1")).to_have_text("与信用同行 筑梦新时代")
    expect(phone.page.locator("main")).to_contain_text("知信、用信、守信")
    expect(phone.button("signin")).to_be_visible()
