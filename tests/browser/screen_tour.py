"""Visits, one after another, the screens of one evening of the open contest."""

from collections.abc import Iterator

from playwright.sync_api import expect

from tests.browser.phone import Phone


def tour(phone: Phone) -> Iterator[str]:
    """Takes a newcomer's phone from the first screen to the reporting units; yields each screen's name when it is
    shown."""
    phone.expects(401)
    phone.be_known()
    phone.page.goto(phone.stack.url)
    phone.shows("signin")
    yield "signin"
    phone.tap("signin")
    phone.shows("notfollowing")
    yield "not-following"
    phone.tap("follow")
    phone.shows("follow")
    phone.until("document.querySelector('.account').naturalWidth > 0")
    yield "follow"
    phone.page.go_back()
    phone.shows("notfollowing")
    phone.follow_as_told()
    yield "home"
    yield from _quiz(phone)
    yield from _packet(phone)
    yield from _record(phone)


def _quiz(phone: Phone) -> Iterator[str]:
    phone.tap("start")
    phone.shows("question")
    for right in (True, True, False, True):
        phone.choose(right)
        phone.tap("next")
    phone.choose(right=True)
    yield "question"
    phone.page.go_back()
    expect(phone.button("leave")).to_be_visible()
    yield "leave"
    phone.tap("stay")
    for _ in range(6):
        phone.tap("next")
    yield "overview"
    phone.tap("submit")
    phone.shows("result")
    yield "result-failed"
    phone.take_quiz()
    yield "result"


def _packet(phone: Phone) -> Iterator[str]:
    phone.tap("claim")
    phone.shows("packet")
    yield "packet"
    phone.tap("open")
    expect(phone.page.locator(".amount")).to_be_visible()
    yield "packet-opened"
    phone.wait_for_claim("sent")


def _record(phone: Phone) -> Iterator[str]:
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    yield "home-done"
    phone.tap("share")
    phone.shows("share")
    phone.until("document.querySelector('.poster img').naturalWidth > 0")
    yield "share"
    phone.tap("home")
    phone.shows("home")
    phone.tap("record")
    phone.shows("record")
    yield "record"
    phone.tap("unit")
    yield "units"
    phone.tap("pick")
    yield "unit-chosen"
    phone.tap("save-unit")
    expect(phone.page.locator(".unit")).to_be_visible()
    phone.tap("rules")
    phone.shows("rules")
    yield "rules"
