"""WeChat's receipt sheet on a simulated phone, in the local stack's page and under its content policy."""

import json
from datetime import datetime
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone, simulate
from tests.simulator.merchant import APP_ID, BILLS, HEADERS, MCH_ID, SCHEME, order, signed_parts

SHEET = "#wechat-sheet"
INVOKE = """(options) => { window.said = null;
  WeixinJSBridge.invoke('requestMerchantTransfer', options, (answer) => { window.said = answer.err_msg; }); }"""
KNOWN = """() => new Promise((done) => wx.checkJsApi({ jsApiList: ['requestMerchantTransfer'], success: done }))"""


def bill_for(phone: Phone, stack: Stack) -> dict[str, str]:
    """A bill that waits for the phone's owner. Returns the parameters that the page passes to WeChat."""
    now = datetime.fromisoformat(simulate(stack, "GET", "/sim/clock")["now"]).timestamp()
    fields = order(phone.person["openid"]) | {"out_bill_no": f"sheet{phone.person['id']}"}
    body = json.dumps(fields).encode()
    parts = signed_parts(stack.environ, now, MCH_ID, "n", ("POST", BILLS), body)
    answer = requests.post(
        f"{stack.simulator_url}{BILLS}", data=body, headers=HEADERS | {"Authorization": f"{SCHEME} {parts}"}, timeout=10
    )
    return {"mchId": MCH_ID, "appId": APP_ID, "package": answer.json()["package_info"]}


def said(page: Page) -> Any:
    page.wait_for_function("() => window.said !== null")
    return page.evaluate("window.said")


@pytest.fixture
def winner(phones: NewPhone, contest: Stack) -> tuple[Phone, dict[str, str]]:
    # The simulator's bridge plays WeChat, also its User-Agent.
    phone = phones(contest, agent=None)
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    return phone, bill_for(phone, contest)


def test_the_winner_takes_the_money(winner: tuple[Phone, dict[str, str]], contest: Stack) -> None:
    phone, options = winner
    assert phone.page.evaluate(KNOWN)["checkResult"] == {"requestMerchantTransfer": True}
    phone.page.evaluate(INVOKE, options)
    expect(phone.page.locator(f"{SHEET} .amount")).to_have_text("￥1.88")
    phone.page.locator(f"{SHEET} .take").click()
    phone.page.locator(f"{SHEET} .done").click()
    assert said(phone.page) == "requestMerchantTransfer:ok"
    expect(phone.page.locator(SHEET)).to_have_count(0)
    chat = simulate(contest, "GET", f"/sim/people/{phone.person['id']}")["chat"]
    assert [entry["amount_fen"] for entry in chat if entry["type"] == "transfer"] == [188]


def test_the_winner_closes_the_sheet_and_an_old_wechat_shows_none(winner: tuple[Phone, dict[str, str]]) -> None:
    phone, options = winner
    phone.page.evaluate(INVOKE, options)
    phone.page.locator(f"{SHEET} .close").click()
    assert said(phone.page) == "requestMerchantTransfer:cancel"
    phone.act("wechat", wechat="old")
    phone.page.evaluate(INVOKE, options)
    assert said(phone.page) == "system:function_not_exist"
    assert phone.page.evaluate(KNOWN)["checkResult"] == {"requestMerchantTransfer": False}
