"""Pictures of the screens for the documents: `python -m tests.browser.screens docs/screens`."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, expect

from infra.local.local_stack import Stack
from tests.browser.phone import WECHAT, Phone, chromium, new_phone
from tests.browser.receipts import NEW_WECHAT, open_packet, receipt_tour, step, winner
from tests.browser.screen_tour import tour
from tests.browser.stacks import (
    ANNOUNCED_AT,
    CLOSED_AT,
    PACE_MS,
    open_stack,
    opening_stack,
    operate,
    stack_at,
    wait_for,
)

_QUALITY = 80

Shoot = Callable[[str, Page], None]


def main(folder: Path) -> None:
    """Writes one JPEG per screen into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    shoot = partial(_shoot, folder)
    with TemporaryDirectory() as temporary, chromium() as browser, open_stack(Path(temporary) / "open") as contest:
        winner = _evening(browser, contest, shoot)
        for screen, moment in (("closed", CLOSED_AT), ("before", ANNOUNCED_AT)):
            with stack_at(moment, contest, Path(temporary) / screen) as other:
                winner.page.goto(other.url)
                winner.shows(screen)
                shoot(screen, winner.page)
        _receipt(browser, contest, shoot)
        _pause(browser, contest, shoot)
        with opening_stack(contest, Path(temporary) / "small", 0) as small:
            _last_packet(browser, small, shoot)


def _evening(browser: Browser, contest: Stack, shoot: Shoot) -> Phone:
    """From the first screen to the money; returns the phone."""
    phone = new_phone(browser, contest)
    for name in tour(phone):
        shoot(name, phone.page)
    phone.act("text", content="答题")
    with phone.page.context.new_page() as chat:
        chat.goto(f"{contest.simulator_url}/?person={phone.person['id']}")
        expect(chat.locator(".red-packet")).to_be_visible()
        shoot("simulator", chat)
    return phone


def _receipt(browser: Browser, contest: Stack, shoot: Shoot) -> None:
    """The steps to a transfer's money, and a WeChat version that is too old for it."""
    transfer = winner(new_phone(browser, contest, agent=NEW_WECHAT))
    for name in receipt_tour(transfer):
        shoot(name, transfer.phone.page)
    late = winner(new_phone(browser, contest, agent=WECHAT)).phone
    open_packet(late)
    late.tap("receive")
    shoot("receipt-old", step(late, "old").page)


def _pause(browser: Browser, contest: Stack, shoot: Shoot) -> None:
    phone = _member(browser, contest)
    phone.tap("start")
    phone.answer_all()
    operate(contest, "pause")
    wait_for(contest, paused=True)
    phone.tap("submit")
    expect(phone.problem("contest_paused")).to_be_visible()
    shoot("paused-notice", phone.page)
    phone.tap("home")
    phone.shows("paused")
    shoot("paused", phone.page)


def _last_packet(browser: Browser, small: Stack, shoot: Shoot) -> None:
    """Two people claim the only packet."""
    phones = [_member(browser, small) for _ in range(2)]
    for phone in phones:
        phone.tap("start")
        phone.answer_all()
        phone.page.wait_for_timeout(PACE_MS)
        phone.tap("submit")
        phone.tap("claim")
        phone.tap("open")
    last = phones[-1]
    expect(last.problem("prizes_exhausted")).to_be_visible()
    shoot("gone-notice", last.page)
    last.problem("prizes_exhausted").get_by_role("button").click()
    last.shows("home")
    shoot("gone", last.page)


def _member(browser: Browser, stack: Stack) -> Phone:
    phone = new_phone(browser, stack)
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    return phone


def _shoot(folder: Path, name: str, page: Page) -> None:
    page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=_QUALITY)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
