"""A transfer on the local stack, from the opened packet to the money."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone, simulate
from tests.browser.receipts import open_packet, step
from tests.browser.stacks import transfer_stack, wait_for

SHEET = "#wechat-sheet"
THIRTY_HOURS = 30 * 3600


@pytest.fixture(scope="module")
def transfers(contest: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with transfer_stack(contest, tmp_path_factory.mktemp("transfers")) as stack:
        wait_for(stack, phase="open")
        yield stack


@pytest.fixture
def winner(phones: NewPhone, transfers: Stack) -> Phone:
    """The packet is open; the money waits for its winner."""
    # The simulator's bridge plays WeChat, also its User-Agent.
    phone = phones(transfers, agent=None)
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    phone.take_quiz()
    open_packet(phone)
    return phone


def take(phone: Phone) -> None:
    """Confirms on WeChat's sheet."""
    phone.page.locator(f"{SHEET} .take").click(timeout=30_000)
    phone.page.locator(f"{SHEET} .done").click()
    step(phone, "received")


def bills(phone: Phone) -> list[str]:
    """The states of the bills that were created for the phone's owner, in order."""
    all_bills = simulate(phone.stack, "GET", "/sim/pay/transfers")["transfers"]
    return [bill["state"] for bill in all_bills if bill["openid"] == phone.person["openid"]]


def test_an_old_wechat_is_told_before_anything_is_created(winner: Phone) -> None:
    winner.act("wechat", wechat="old")
    winner.tap("receive")
    step(winner, "old")
    assert winner.me()["claims"][0]["status"] == "owed"
    assert bills(winner) == []


def test_the_winner_takes_the_money_at_once(winner: Phone) -> None:
    winner.tap("receive")
    take(winner)
    assert winner.me()["claims"][0]["status"] == "received"
    assert bills(winner) == ["SUCCESS"]


def test_who_left_the_sheet_takes_the_money_a_day_later(winner: Phone) -> None:
    """The last of this module: the stack's clock does not go back."""
    """The last of this module: the stack's clock does not go back."""
    winner.tap("receive")
    winner.page.locator(f"{SHEET} .close").click(timeout=30_000)
    step(winner, "cancelled")
    simulate(winner.stack, "POST", "/sim/clock", json={"seconds": THIRTY_HOURS})
    wait_for(winner.stack, phase="closed")
    winner.page.goto(winner.stack.url)
    winner.shows("closed")
    expect(winner.page.locator("[data-waiting]")).to_be_visible()
    winner.tap("receive")
    take(winner)
    assert bills(winner) == ["FAIL", "SUCCESS"]
