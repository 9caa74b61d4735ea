"""The size of the first view, and the files that are loaded after it."""

import re

import pytest
from playwright.sync_api import Request, Route, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.page_bounds import MOST_BYTES, MOST_REQUESTS
from tests.browser.phone import LOST, SDK, SDK_ADDRESS, Phone

FETCHED = """() => Object.fromEntries(performance.getEntriesByType('resource')
  .filter((one) => one.name.startsWith(location.origin))
  .map((one) => [new URL(one.name).pathname, one.transferSize]))"""
"""Path -> bytes that came over the network, 0 from the cache; the page itself aside."""
PARTS = re.compile(r"/static/(quiz|more)-[0-9a-f]{12}\.js(\?\d+)?$")


@pytest.mark.parametrize("who", ["a follower", "a stranger"])
def test_the_first_view_takes_four_requests_and_14_kb(phones: NewPhone, contest: Stack, who: str) -> None:
    phone = phones(contest)
    phone.page.route(SDK_ADDRESS, lambda route: route.fulfill(body=SDK, content_type="text/javascript"))
    if who == "a follower":
        phone.act("follow")
        # Signed in, but the page was never opened: nothing is in the browser's cache.
        phone.page.request.get(phone.entry())
    else:
        phone.expects(401)
    sent: dict[str, int] = {}
    phone.page.on("requestfinished", lambda request: sent.update({request.url: _bytes(request)}))
    if who == "a follower":
        phone.page.goto(contest.url)
    else:
        phone.open_signed_out()
    phone.shows("home" if who == "a follower" else "signin")
    phone.page.wait_for_timeout(2_000)

    ours = {url: size for url, size in sent.items() if url.startswith(contest.url)}
    print(f"first view of {who}: {len(ours)} requests, {sum(ours.values())} bytes, {ours}")
    assert len(phone.asked) == len(ours) <= MOST_REQUESTS
    assert min(ours.values()) > 0
    assert sum(ours.values()) <= MOST_BYTES
    assert not phone.page.evaluate("window.wx")


def _bytes(request: Request) -> int:
    """The bytes of the body as sent, compressed."""
    return request.sizes()["responseBodySize"]


def test_on_returning_only_the_page_and_the_person_are_asked_for(phone: Phone) -> None:
    for action, screen in (("rules", "rules"), ("home", "home")):
        phone.tap(action)
        phone.shows(screen)
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    phone.tap("rules")
    phone.shows("rules")
    sent = phone.page.evaluate(FETCHED)
    assert len(sent) == 4
    assert [path for path, size in sent.items() if size] == ["/api/me", "/api/contest"]


def test_the_notice_on_personal_data_stands_beside_the_first_button(phone: Phone) -> None:
    """And leads to whom to ask (R17)."""
    first = phone.page.locator(".card", has=phone.page.locator("[data-action=start]"))
    expect(first).to_contain_text("洪泽区信用办为组织答题和发放红包")
    phone.tap("privacy")
    phone.shows("privacy")
    expect(phone.page.locator("main")).to_contain_text("工作日 9:00")
    expect(phone.page.locator("main")).not_to_contain_text("电话：")


def test_screens_that_cannot_be_loaded_are_said_and_repeated(phone: Phone) -> None:
    phone.expects(LOST)
    phone.page.route(PARTS, lambda route: route.abort())
    for action in ("rules", "start"):
        phone.tap(action)
        expect(phone.problem("network")).to_be_visible()
        phone.shows("home")
    assert phone.me()["attempts"] == 0
    phone.page.unroute(PARTS)
    phone.problem("network").get_by_role("button").click()
    phone.shows("question")
    asked = len(phone.asked)
    phone.answer_all()
    phone.tap("submit")
    phone.shows("result")
    phone.tap("claim")
    phone.shows("packet")
    assert not [path for path in phone.asked[asked:] if PARTS.search(path)]


def test_a_screen_that_is_opened_by_its_address_falls_back_to_home(phone: Phone) -> None:
    phone.expects(LOST)
    phone.page.route(PARTS, lambda route: route.abort())
    phone.page.goto("about:blank")
    phone.page.goto(phone.stack.url + "/#rules")
    phone.shows("home")
    expect(phone.page.locator(".problem")).to_have_count(0)


def test_a_page_loaded_before_a_deployment_goes_on_with_the_files_from_after_it(phone: Phone) -> None:
    def earlier(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=re.sub(r"quiz-[0-9a-f]{12}", "quiz-0123456789ab", answer.text()))

    # Playwright's routes bypass the cache.
    phone.page.route(re.compile(r"/static/app-"), earlier)
    phone.page.goto(phone.stack.url)
    phone.shows("home")
    phone.take_quiz()
    assert "/static/quiz-0123456789ab.js" in phone.asked
    phone.open_packet()
