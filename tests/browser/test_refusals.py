"""The server's refusals and how participants go on: no answers are lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import Phone
from tests.browser.stacks import PACE_MS, operate, wait_for


@pytest.fixture
def pausable(contest: Stack) -> Iterator[Stack]:
    """The open contest; its pause always ends after the test."""
    yield contest
    operate(contest, "resume")
    wait_for(contest, paused=False)


def member(phones: NewPhone, stack: Stack) -> Phone:
    phone = phones(stack)
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    return phone


def test_too_fast_a_submission_keeps_the_answers_and_goes_by_itself(phones: NewPhone, opened: Stack) -> None:
    phone = member(phones, opened)
    phone.tap("start")
    phone.choose(right=True)
    phone.tap("next")
    phone.tap("next")
    phone.tap("submit")

    expect(phone.problem("too_many_requests")).to_be_visible()
    expect(phone.page.locator(".cell.done")).to_have_count(1)
    expect(phone.page.locator(".cell.done")).to_be_enabled()
    expect(phone.problem("too_many_requests")).to_contain_text("秒后自动重试")

    # The server may find it too fast once more.
    phone.shows("result", seconds=25)
    expect(phone.page.locator(".ring")).to_have_text("1/ 2")


def test_a_pause_keeps_the_answers_until_it_is_over(phone: Phone, pausable: Stack) -> None:
    phone.expects(503)
    phone.tap("start")
    phone.answer_all()
    operate(pausable, "pause")
    wait_for(pausable, seconds=15, paused=True)

    phone.tap("submit")
    expect(phone.problem("contest_paused")).to_be_visible()
    expect(phone.button("retry").or_(phone.button("submit"))).to_have_count(1)
    phone.tap("home")
    phone.shows("paused")
    phone.tap("retry")
    phone.shows("paused")
    expect(phone.button("retry")).to_have_count(1)
    # The way back to the answers, while the page still thinks that it is paused.
    phone.page.evaluate("location.hash = 'question'")
    phone.shows("question")

    operate(pausable, "resume")
    wait_for(pausable, seconds=15, paused=False)
    phone.tap("submit")
    phone.shows("result")
    expect(phone.page.locator(".ring")).to_have_text("10/ 10")
    phone.tap("home")
    phone.shows("home")


def test_when_the_last_packet_is_gone_the_next_one_is_told(phones: NewPhone, opened: Stack) -> None:
    first, second = member(phones, opened), member(phones, opened)
    second.expects(409)
    for phone in (first, second):
        phone.tap("start")
        phone.answer_all()
    second.page.wait_for_timeout(PACE_MS)
    for phone in (first, second):
        phone.tap("submit")
        phone.tap("claim")
    first.tap("open")
    expect(first.page.locator(".amount")).to_have_attribute("data-amount", "188")
    second.tap("open")

    expect(second.problem("prizes_exhausted")).to_be_visible()
    expect(second.button("open")).to_be_disabled()
    second.problem("prizes_exhausted").get_by_role("button").click()
    second.shows("home")
    expect(second.page.locator("[data-standing]")).to_have_attribute("data-standing", "gone")
    second.page.reload()
    expect(second.page.locator("[data-standing]")).to_have_attribute("data-standing", "gone")
    expect(second.page.locator(".pool")).to_have_attribute("data-pool", "none")
    expect(second.button("claim")).to_have_count(0)


def test_one_on_hold_answers_but_does_not_claim(phone: Phone) -> None:
    phone.expects(403)
    phone.take_quiz()
    operate(phone.stack, "hold", phone.person["openid"], "--reason", "r")
    phone.tap("claim")
    phone.tap("open")
    expect(phone.problem("on_hold")).to_be_visible()
    expect(phone.page.locator(".hint")).to_have_count(0)
    phone.problem("on_hold").get_by_role("button").click()
    phone.shows("home")
    expect(phone.page.locator("[data-standing]")).to_have_attribute("data-standing", "hold")

    phone.take_quiz()
    expect(phone.button("claim")).to_have_count(0)
    operate(phone.stack, "release", phone.person["openid"], "--reason", "r")
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    phone.open_packet()


def test_one_who_leaves_in_the_middle_goes_on_after_coming_back(phone: Phone) -> None:
    phone.expects(403)
    phone.tap("start")
    phone.answer_all()
    phone.act("unfollow")
    phone.tap("submit")

    expect(phone.problem("not_following")).to_be_visible()
    phone.problem("not_following").get_by_role("button").click()
    phone.shows("notfollowing")
    phone.follow_as_told()
    expect(phone.button("start")).to_have_text("继续答题（已答 10/10）")
    phone.tap("start")
    phone.tap("submit")
    phone.shows("result")


def test_one_who_leaves_with_a_passed_attempt_cannot_open_it(phone: Phone) -> None:
    phone.expects(403)
    phone.take_quiz()
    phone.act("unfollow")
    phone.tap("claim")
    phone.tap("open")
    expect(phone.problem("not_following")).to_be_visible()
    assert phone.payments() == []


def test_a_session_that_is_gone_leads_back_to_signing_in(phone: Phone) -> None:
    phone.expects(401)
    phone.tap("start")
    phone.answer_all()
    phone.page.context.clear_cookies(name="contest_session")
    phone.tap("submit")
    phone.problem("not_signed_in").get_by_role("button").click()
    phone.shows("home")
    phone.tap("start")
    phone.tap("submit")
    phone.shows("result")
    expect(phone.page.locator(".ring")).to_have_text("10/ 10")
