"""After the end: nothing more to answer, but everything that a person has is still shown."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.stacks import contest_now, operate


def test_what_one_won_stays_to_be_seen(phone: Phone, closed: Stack) -> None:
    phone.take_quiz()
    phone.open_packet()
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


def test_the_end_is_announced_and_comes_in_the_middle_of_a_quiz(phone: Phone) -> None:
    end = datetime.fromisoformat(contest_now(phone.stack)["server_time"]) + timedelta(seconds=170)
    phone.is_told(closes_at=end.isoformat())
    phone.page.clock.install()
    phone.page.goto(phone.stack.url)
    expect(phone.page.locator("[data-ends]")).to_have_text("还有 3 分结束，达标的请尽快开红包")
    phone.tap("start")
    phone.shows("question")
    expect(phone.page.locator(".cut")).to_have_text(f"竞答 {end:%H:%M} 结束，这次只有 2 分钟")

    phone.page.clock.fast_forward(170_000)

    phone.shows("closed")
    expect(phone.problem("contest_closed")).to_contain_text("结束，未交的答卷不再计分。")
    expect(phone.page.locator("[data-ends]")).to_have_text("")
    expect(phone.button("restart").or_(phone.button("start"))).to_have_count(0)
    phone.tap("proof")
    phone.shows("proof")
    expect(phone.page.locator("main")).to_contain_text("还有 1 次机会没有用：结束前没有达标。")


def test_a_result_offers_nothing_more_after_the_end(phone: Phone) -> None:
    end = datetime.fromisoformat(contest_now(phone.stack)["server_time"]) + timedelta(minutes=90)
    phone.is_told(closes_at=end.isoformat())
    phone.page.clock.install()
    phone.page.goto(phone.stack.url)
    phone.take_quiz()
    expect(phone.page.locator("[data-ends]")).to_contain_text("还有 1 小时")
    expect(phone.button("claim")).to_be_visible()
    asks = phone.page.locator(".review", has_text="题目有误？题号")
    expect(asks).to_have_count(10)

    phone.page.clock.fast_forward(5_400_000)

    expect(phone.button("claim").or_(phone.button("start"))).to_have_count(0)
    phone.tap("proof")
    expect(phone.page.locator("main")).to_contain_text("已经达标，但结束前没有开红包。")


def test_the_proof_is_checked_on_the_phone(phone: Phone, closed: Stack) -> None:
    phone.take_quiz()
    phone.open_packet()
    phone.wait_for_claim("sent")
    number = phone.me()["claims"][0]["number"]
    place = f"commitment {contest_now(closed)['contest_id']}"
    noted = phone.page.evaluate("place => localStorage.getItem(place)", place)
    phone.page.goto(closed.url)
    # A phone keeps what it noted; here the same contest has another address.
    phone.page.evaluate("([place, noted]) => localStorage.setItem(place, noted)", [place, noted])
    phone.tap("proof")
    phone.expects(404)
    phone.tap("check-proof")
    expect(phone.page.locator("[data-step=unpublished]")).to_be_visible()
    operate(closed, "plan", "reveal")

    phone.tap("check-proof")

    expect(phone.page.locator("[data-step=done]")).to_have_attribute("data-good", "true")
    expect(phone.page.locator(".findings li[data-ok=true]")).to_have_count(6)
    expect(phone.page.locator(".findings")).to_contain_text(f"编号 {number}")
    expect(phone.page.locator(".findings")).to_contain_text("您的手机 7月14日")
    phone.tap("copy")
    expect(phone.button("copy")).to_have_text(re.compile("编号已复制|长按"))


def test_a_quiz_in_hand_is_not_offered_any_more(phone: Phone, closed: Stack) -> None:
    phone.tap("start")
    phone.shows("question")
    phone.choose(right=True)
    phone.page.goto(f"{closed.url}/#question")
    phone.shows("closed")


def test_a_stranger_sees_that_it_is_over(phones: NewPhone, contest: Stack, closed: Stack) -> None:
    phone = phones(contest)
    phone.expects(401)
    phone.open_signed_out(closed.url)
    phone.shows("closed")
    expect(phone.page.locator("h1")).to_have_text("与信用同行 筑梦新时代")
    expect(phone.page.locator("main")).to_contain_text("知信、用信、守信")
    expect(phone.button("signin")).to_be_visible()
