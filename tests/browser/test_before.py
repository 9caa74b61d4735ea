"""Before the opening: a countdown and nothing to share; then the page opens by itself."""

import re

from playwright.sync_api import Page, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.stacks import contest_now, seconds_left


def seconds_shown(page: Page) -> int:
    days, hours, minutes, seconds = map(int, page.locator(".count b").all_text_contents())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def test_it_counts_down_by_the_servers_clock_and_opens_by_itself(phones: NewPhone, opening: Stack) -> None:
    follower, stranger = phones(opening), phones(opening)
    stranger.expects(401)
    welcome = follower.act("follow")["reply"]["text"]
    assert "7月8日" in welcome
    assert "http" not in welcome

    follower.enter()
    stranger.open_signed_out()
    for phone in (follower, stranger):
        phone.shows("before")
        # The browser's clock is years away from the contest's.
        at_most, shown, at_least = seconds_left(opening), seconds_shown(phone.page), seconds_left(opening)
        assert at_least - 2 <= shown <= at_most + 2
        for invitation in ("start", "signin", "share", "follow"):
            expect(phone.button(invitation)).to_have_count(0)
        expect(phone.page.locator("ol li").first).to_have_text("7月8日00:00起，微信关注公众号“苏信服”")
        assert not re.search(r"<(img|a|canvas)\b|https?://|/s/|qr", phone.page.locator("main").inner_html())

    asked = len(follower.asked)
    follower.shows("home", seconds=120)
    stranger.shows("signin")
    assert contest_now(opening)["phase"] == "open"
    # Nor anything in the seconds after: all waiting phones are alike.
    follower.page.wait_for_timeout(2_500)
    assert len(follower.asked) == asked
    expect(follower.page.locator("#live")).to_have_text("竞答已经开始")
