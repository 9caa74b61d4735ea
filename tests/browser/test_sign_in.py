"""Signing in, following, and the failures of both."""

from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone


def test_one_who_is_not_signed_in_signs_in_and_is_at_home(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.expects(401)
    phone.act("follow")
    phone.be_known()

    phone.page.goto(contest.url)
    phone.shows("signin")
    phone.tap("signin")

    phone.shows("home")
    expect(phone.page.locator(".lead h2")).to_have_text("答对 5 题，开红包")


def test_one_who_does_not_follow_is_told_how_and_goes_on_after_it(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.enter()
    phone.shows("notfollowing")
    expect(phone.page.locator("main")).to_contain_text("苏信服")
    with phone.page.expect_response("**/api/me"):
        phone.tap("retry")
    phone.shows("notfollowing")

    phone.act("follow")
    phone.tap("retry")

    phone.shows("home")
    phone.tap("start")
    phone.shows("question")


def test_one_who_followed_before_anything_else_needs_no_second_look(phones: NewPhone, contest: Stack) -> None:
    """Their follow event was lost, so WeChat is asked at the first sign-in."""
    phone = phones(contest)
    phone.act("follow", send=False)
    phone.enter()
    phone.shows("home")


def test_a_failed_sign_in_is_said_and_repeated(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    phone.be_known()

    phone.page.goto(f"{contest.url}/oauth/callback?code=x&state=y")
    phone.shows("error")
    expect(phone.page.get_by_role("alert")).to_contain_text("重新登录")
    phone.tap("signin")

    phone.shows("home")


def test_the_link_in_the_chat_leads_home(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.act("follow")
    reply = phone.act("text", content="答题")["reply"]["text"]
    (link,) = [word for word in reply.split() if word.startswith(contest.url)]

    phone.enter(link.removeprefix(contest.url))

    phone.shows("home")
