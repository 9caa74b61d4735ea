"""Learning: the cards, the results kept on the phone, the book of one's mistakes, the certificate."""

from playwright.sync_api import expect

from tests.browser.phone import Phone


def test_results_are_read_again_after_the_page_was_closed(phone: Phone) -> None:
    phone.tap("start")
    phone.choose(right=False)
    wrong = phone.page.locator("#stem").text_content() or ""
    phone.tap("next")
    phone.answer_all()
    phone.tap("submit")
    phone.shows("result")

    phone.page.reload()
    phone.shows("result")
    expect(phone.page.locator(".ring")).to_have_text("9/ 10")
    page = phone.reopen()
    page.goto(phone.stack.url)
    phone.shows("home")
    phone.tap("record")
    phone.tap("mistakes")
    phone.shows("mistakes")
    expect(page.locator(".review")).to_have_count(1)
    expect(page.locator(".review")).to_contain_text(wrong)
    page.go_back()
    phone.tap("certificate")
    expect(page.locator(".certificate")).to_contain_text("答对 9 题")
    page.go_back()
    phone.tap("review")
    phone.shows("result")
    expect(page.locator(".review")).to_have_count(10)


def test_learning_cards_are_turned_and_found_by_subject(phone: Phone) -> None:
    page = phone.page
    phone.tap("learn")
    phone.shows("learn")
    first = page.locator(".lesson h1").text_content() or ""
    expect(phone.button("turn").first).to_be_disabled()
    phone.button("turn").last.click()
    expect(page.locator(".lesson h1")).not_to_have_text(first)
    expect(page.locator(".lesson h1")).to_be_focused()
    page.locator("select").select_option(index=3)
    expect(page.locator("select option:checked")).to_have_text(page.locator("option").nth(3).text_content() or "")
    expect(page.locator(".lesson")).not_to_contain_text("第 2 张")
