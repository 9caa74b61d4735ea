"""A transfer's winner: from the opened packet to WeChat's receipt sheet, and what the page says afterwards."""

import pytest
from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import LOST, WECHAT
from tests.browser.receipts import (
    OLD_WECHAT,
    PACKAGE,
    READY,
    RECEIPT,
    RECEIVED,
    SENDING,
    UNTIL_TEXT,
    Transfer,
    open_packet,
    step,
    winner,
)


@pytest.fixture
def opened(phones: NewPhone, contest: Stack) -> Transfer:
    """The packet is open; the money waits for its winner."""
    transfer = winner(phones(contest))
    open_packet(transfer.phone)
    return transfer


def test_a_winner_taps_confirms_and_is_told_when_the_money_is_there(opened: Transfer) -> None:
    phone = opened.phone
    expect(phone.page.locator(".slip")).to_contain_text(f"请在{UNTIL_TEXT}前点“收款”")
    expect(phone.page.locator("main")).not_to_contain_text("已到账")
    opened.looks = [SENDING, READY, READY, RECEIVED]
    before = len(phone.asked)
    phone.tap("receive")
    phone.shows("receipt")
    card = step(phone, "received")
    expect(card).to_contain_text("已到账")

    (name, given) = opened.sheet()[0]
    assert name == "requestMerchantTransfer"
    assert given == {"mchId": RECEIPT["mch_id"], "appId": RECEIPT["app_id"], "package": PACKAGE}
    assert phone.page.evaluate("wx.given.jsApiList") == ["requestMerchantTransfer"]
    assert opened.taps == 1
    kept = phone.page.evaluate("location.href + JSON.stringify([localStorage, sessionStorage, history.state])")
    assert PACKAGE not in kept
    assert not [
        path for path in phone.asked[before:] if path not in ("/api/sdk", "/api/claims") and "/receipt" not in path
    ]

    phone.tap("record")
    expect(phone.page.locator(".claims li")).to_have_attribute("data-status", "received")
    expect(phone.button("receive")).to_have_count(0)


@pytest.mark.parametrize(("said", "end"), [("ok", "shown"), ("cancel", "cancelled"), ("fail", "refused")])
def test_a_sheet_that_was_left_says_nothing_of_the_money(opened: Transfer, said: str, end: str) -> None:
    phone = opened.phone
    opened.looks = [READY]
    phone.page.evaluate(f"(window.sheet = window.sheet || {{}}).said = 'requestMerchantTransfer:{said}'")
    phone.tap("receive")
    card = step(phone, end)
    expect(card).not_to_contain_text("已到账")
    expect(card).to_contain_text(UNTIL_TEXT)
    opened.looks = [RECEIVED]
    phone.tap("receive")
    step(phone, "received")
    assert opened.taps == 2
    phone.page.go_back()
    phone.shows("packet")


def test_who_comes_back_later_finds_the_money_at_home_and_in_the_record(opened: Transfer) -> None:
    phone = opened.phone
    phone.page.reload()
    phone.shows("home")
    waiting = phone.page.locator("[data-waiting]")
    expect(waiting).to_contain_text("红包待收款")
    expect(waiting).to_contain_text(UNTIL_TEXT)
    phone.tap("record")
    expect(phone.page.locator(".claims li")).to_contain_text("待收款")
    opened.looks = [READY, RECEIVED]
    phone.tap("receive")
    step(phone, "received")
    phone.tap("home")
    phone.shows("home")
    expect(waiting).to_have_count(0)


@pytest.mark.parametrize(
    ("agent", "end", "says"),
    [
        (OLD_WECHAT, "old", "8.0.45"),
        (WECHAT + " WindowsWechat", "desktop", "手机微信"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile", "elsewhere", "手机微信"),
    ],
)
def test_a_phone_that_cannot_receive_creates_nothing(
    phones: NewPhone, contest: Stack, agent: str, end: str, says: str
) -> None:
    transfer = winner(phones(contest, agent=agent))
    open_packet(transfer.phone)
    transfer.phone.tap("receive")
    card = step(transfer.phone, end)
    expect(card).to_contain_text(says)
    expect(card).to_contain_text(UNTIL_TEXT)
    assert transfer.taps == 0


def test_a_wechat_that_does_not_know_receipts_creates_nothing(opened: Transfer) -> None:
    opened.phone.page.evaluate("(window.sheet = window.sheet || {}).knows = false")
    opened.phone.tap("receive")
    step(opened.phone, "old")
    assert opened.taps == 0


@pytest.mark.parametrize("lost", ["**/api/sdk?*", "**/api/claims/*/receipt", "**/api/claims"])
def test_a_lost_network_is_said_and_the_way_goes_on(opened: Transfer, lost: str) -> None:
    phone = opened.phone
    phone.expects(LOST)
    phone.page.route(lost, lambda route: route.abort())
    phone.tap("receive")
    card = step(phone, "error")
    expect(card).to_have_attribute("data-code", "network")
    expect(card).to_contain_text("红包为您保留")
    phone.page.unroute(lost)
    opened.play()
    opened.looks = [READY, RECEIVED]
    phone.tap("receive")
    step(phone, "received")


def test_another_persons_packet_is_said_to_be_one(opened: Transfer) -> None:
    phone = opened.phone
    phone.expects(404)
    phone.page.route(
        "**/api/claims/*/receipt",
        lambda route: route.fulfill(status=404, json={"error": {"code": "not_found", "message": "x"}}),
    )
    phone.tap("receive")
    card = step(phone, "error")
    expect(card).to_contain_text("不是这个微信号的红包")
    expect(card.get_by_role("button", name="收款")).to_have_count(0)


def test_what_could_not_be_sent_says_why(opened: Transfer) -> None:
    phone = opened.phone
    opened.looks = [{"status": "failed", "receipt": None, "note": "您的微信支付账户暂时不能收款"}]
    phone.tap("receive")
    card = step(phone, "failed")
    expect(card).to_contain_text("您的微信支付账户暂时不能收款")
    phone.tap("record")
    expect(phone.page.locator(".claims li")).to_contain_text("您的微信支付账户暂时不能收款")


def test_whoever_leaves_while_it_is_prepared_sees_no_sheet(opened: Transfer) -> None:
    phone = opened.phone
    opened.looks = [SENDING, READY]
    phone.tap("receive")
    step(phone, "waiting")
    phone.tap("home")
    phone.shows("home")
    phone.until("performance.getEntriesByType('resource').filter((one) => /claims$/.test(one.name)).length >= 3")
    phone.page.wait_for_timeout(200)
    assert opened.sheet() == []
    expect(phone.page.locator("[data-waiting]")).to_be_visible()
