"""What a person sees when the page's script does not draw."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infra.local.local_stack import Stack

APP = re.compile(r"/static/app-")
ENGLISH = re.compile(r"[A-Za-z]{3}")
NO_MODULES = "delete HTMLScriptElement.prototype.noModule"
NO_DRAWING = "Element.prototype.append = () => { throw new Error('Failure of the page'); }"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Not a `Phone`, which would fail the test for the errors that it makes."""
    page = browser.new_page(locale="zh-CN")
    yield page
    page.close()


def test_a_lost_script_is_said_and_asked_for_again(page: Page, contest: Stack) -> None:
    page.route(APP, lambda route: route.abort())
    page.goto(contest.url)
    expect(page.get_by_role("alert")).to_have_text("没有打开点此重试")
    page.unroute(APP)
    page.get_by_role("button", name="点此重试").click()
    expect(page.locator("main")).to_have_attribute("data-screen", "signin")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_script_that_does_not_come_is_said_after_eight_seconds(page: Page, contest: Stack) -> None:
    page.clock.install()
    page.route(APP, lambda route: None)
    page.goto(contest.url, wait_until="commit")
    page.clock.run_for(5_000)
    expect(page.get_by_role("alert")).to_have_text("正在打开…")
    page.clock.run_for(3_500)
    expect(page.get_by_role("alert")).to_contain_text("没有打开")


@pytest.mark.parametrize(
    ("script", "body", "told"),
    [
        (NO_MODULES, "", "请升级微信"),
        ("", "let = const", "请升级微信"),
        ("", "throw new Error('A lost module')", "没有打开"),
        (NO_DRAWING, None, "没有打开"),
    ],
)
def test_a_script_that_fails_is_said_in_chinese(
    page: Page, contest: Stack, script: str, body: str | None, told: str
) -> None:
    page.add_init_script(script)
    if body is not None:
        page.route(APP, lambda route: route.fulfill(body=body, content_type="text/javascript"))
    page.goto(contest.url)
    expect(page.locator("main")).to_contain_text(told)
    expect(page.locator("main")).not_to_contain_text(ENGLISH)
    expect(page.get_by_role("button")).to_be_enabled()


def test_a_fault_of_the_page_is_said_in_chinese_and_can_be_tried_again(page: Page, contest: Stack) -> None:
    page.route("**/api/me", lambda route: route.fulfill(json={"contest": None}))
    page.goto(contest.url)
    expect(page.get_by_role("alert")).to_contain_text("页面出错了，请重试。")
    # It asks again by itself, but not at once: it is no help to ask every second.
    expect(page.get_by_role("alert")).to_contain_text(re.compile("约 [2-8] 秒后自动重试"))
    page.unroute("**/api/me")
    page.get_by_role("button", name="重试").click()
    expect(page.locator("main")).to_have_attribute("data-screen", "signin")


def test_a_stranger_s_script_that_fails_says_nothing(page: Page, contest: Stack) -> None:
    """WeChat's browser adds scripts of its own."""
    page.add_init_script("setTimeout(() => { throw new Error('Not of this page'); })")
    page.route(APP, lambda route: None)
    with page.expect_event("pageerror"):
        page.goto(contest.url, wait_until="commit")
    expect(page.get_by_role("alert")).to_have_text("正在打开…")
