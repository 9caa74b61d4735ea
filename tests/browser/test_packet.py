"""From a passed attempt to the money, within the page's size limit."""

import re

from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone

MOST_CALLS = 4


def test_a_pass_opens_a_packet_whose_amount_is_paid(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest, calm=False)
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    phone.take_quiz()
    expect(phone.page.locator(".ring")).to_have_text("10/ 10")
    phone.tap("claim")
    phone.shows("packet")
    phone.tap("open")

    amount = phone.page.locator(".amount")
    expect(amount).to_be_visible()
    # Sharing aside: WeChat's menu is set when a result is shown.
    calls = [call for call in phone.calls() if call != "/api/share"]
    assert len(calls) <= MOST_CALLS, calls
    fen = int(amount.get_attribute("data-amount") or "")
    # It counts up.
    expect(amount).to_have_text(f"¥{fen // 100}.{fen % 100:02}")
    expect(phone.page.locator("#live")).to_have_text(f"恭喜您获得 {fen // 100}.{fen % 100:02} 元红包")
    claim = phone.wait_for_claim("sent")
    # The page asks again by itself.
    expect(phone.page.locator(".slip")).to_have_attribute("data-status", "sent", timeout=25_000)
    expect(phone.page.locator(".slip")).to_contain_text(re.compile(r"7月15日 20:\d\d 前领取.*“微信支付”消息"))
    assert claim["amount_fen"] == fen
    assert [payment["amount_fen"] for payment in phone.payments()] == [fen]

    phone.page.reload()
    phone.shows("home")
    expect(phone.page.locator("[data-standing]")).to_have_attribute("data-standing", "done")
    unclaimed = phone.page.locator("[data-waiting]")
    expect(unclaimed).to_contain_text(re.compile(rf"¥{fen // 100}\.{fen % 100:02}.*7月15日 20:\d\d前.*“微信支付”消息"))
    expect(phone.page.locator("main")).not_to_contain_text(re.compile("已领取|已到账"))
    phone.tap("record")
    row = phone.page.locator(".claims li")
    expect(row).to_have_attribute("data-status", "sent")
    expect(row).to_contain_text(f"¥{fen // 100}.{fen % 100:02}")
    expect(row).to_contain_text(f"编号 {claim['number']}")


def test_a_packet_left_for_later_waits_at_home(phone: Phone) -> None:
    phone.take_quiz()
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    expect(phone.page.locator("[data-standing]")).to_have_attribute("data-standing", "packet")
    phone.open_packet()
    phone.page.go_back()
    phone.shows("home")
    expect(phone.page.locator("[data-standing]")).to_have_attribute("data-standing", "done")
