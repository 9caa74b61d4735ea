"""Answers that never arrive: each action is done only once, and a repeated request gets the same answer."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from infra.local.local_stack import Stack
from tests.browser.conftest import NewPhone
from tests.browser.phone import LOST, Phone, digits

SUBMISSION = "**/api/attempts/*/submission"
CLAIMS = "**/api/claims"
BY_ITSELF = 2
"""How often the page repeats a request before it asks the participant."""


def lose(bodies: list[object]) -> Callable[[Route], None]:
    """The server gets the request and answers; the answer is noted in `bodies` and lost."""

    def handle(route: Route) -> None:
        bodies.append(route.fetch().json())
        route.abort()

    return handle


@pytest.fixture
def passing(phone: Phone) -> Phone:
    """All questions are answered right, but not yet submitted."""
    phone.expects(LOST)
    phone.tap("start")
    phone.answer_all()
    return phone


def test_a_lost_result_is_asked_for_again_and_is_the_same(passing: Phone) -> None:
    lost: list[object] = []
    page = passing.page
    page.route(SUBMISSION, lose(lost), times=BY_ITSELF)
    passing.tap("submit")

    expect(passing.problem("network")).to_be_visible()
    assert len(lost) == BY_ITSELF
    expect(page.locator(".cell").first).to_be_disabled()
    page.reload()
    passing.shows("question")
    expect(passing.button("submit")).to_have_text("重新交卷")
    with page.expect_response(SUBMISSION) as again:
        passing.tap("submit")

    passing.shows("result")
    assert lost == [again.value.json()] * BY_ITSELF
    expect(page.locator(".ring")).to_have_text("10/ 10")
    assert passing.me()["attempts"] == 1


def test_retrying_from_the_notice_gives_the_result_too(passing: Phone) -> None:
    passing.page.route(SUBMISSION, lose([]), times=BY_ITSELF)
    passing.tap("submit")
    passing.problem("network").get_by_role("button", name="重试").click()
    passing.shows("result")
    assert passing.me()["attempts"] == 1


def test_one_lost_answer_is_not_even_noticed(passing: Phone) -> None:
    passing.page.route(SUBMISSION, lose([]), times=1)
    passing.tap("submit")
    passing.shows("result")
    expect(passing.page.locator(".problem")).to_have_count(0)
    assert passing.me()["attempts"] == 1


def test_a_lost_claim_is_asked_for_again_and_there_is_one(phone: Phone) -> None:
    lost: list[object] = []
    phone.expects(LOST)
    phone.take_quiz()
    phone.tap("claim")
    phone.page.route(CLAIMS, lose(lost), times=BY_ITSELF)
    phone.tap("open")

    expect(phone.page.locator(".hint")).to_have_text("红包已为您保留，正在确认")
    phone.problem("network").get_by_role("button", name="重试").click()

    amount = phone.page.locator(".amount")
    expect(amount).to_be_visible()
    assert len(lost) == BY_ITSELF
    claim = phone.wait_for_claim("sent")
    assert {(body["claim_id"], body["amount_fen"]) for body in lost if isinstance(body, dict)} == {
        (claim["claim_id"], claim["amount_fen"])
    }
    assert amount.get_attribute("data-amount") == str(claim["amount_fen"])
    assert [payment["amount_fen"] for payment in phone.payments()] == [claim["amount_fen"]]


def test_one_who_never_saw_the_claim_finds_it_later(phone: Phone) -> None:
    phone.expects(LOST)
    phone.take_quiz()
    phone.tap("claim")
    phone.page.route(CLAIMS, lose([]), times=BY_ITSELF)
    phone.tap("open")
    expect(phone.problem("network")).to_be_visible()

    phone.page.goto(phone.stack.url)

    phone.shows("home")
    expect(phone.page.locator("[data-standing]")).to_have_attribute("data-standing", "done")
    phone.tap("record")
    expect(phone.page.locator(".claims li")).to_have_count(1)


def test_one_who_goes_back_while_it_opens_can_retry_from_there(phone: Phone) -> None:
    page = phone.page
    waiting: list[Route] = []
    phone.expects(LOST)
    phone.take_quiz()
    phone.tap("claim")
    # The newer claim comes first.
    page.route(CLAIMS, lambda route: route.abort(), times=1)
    page.route(CLAIMS, lambda route: waiting.append(route), times=1)
    phone.tap("open")
    page.go_back()
    phone.shows("result")
    waiting[0].abort()

    phone.problem("network").get_by_role("button", name="重试").click()

    phone.shows("packet")
    expect(page.locator(".amount")).to_be_visible()


def test_a_slow_draw_says_so_lets_other_taps_through_and_is_repeated_by_itself(
    phones: NewPhone, contest: Stack
) -> None:
    phone = phones(contest)
    phone.expects(503)
    phone.page.clock.install()
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    waiting: list[Route] = []
    phone.page.route("**/api/attempts", lambda route: waiting.append(route))
    phone.tap("start")
    phone.page.clock.fast_forward(400)
    expect(phone.button("start")).to_have_text("正在抽题…")
    phone.page.clock.fast_forward(3_000)
    expect(phone.button("start")).to_have_text("网络较慢，请别离开")
    phone.tap("rules")
    phone.shows("rules")
    phone.tap("home")
    phone.shows("home")
    for at in range(BY_ITSELF):
        while len(waiting) <= at:
            phone.page.clock.fast_forward(1_000)
        waiting[at].fulfill(status=503, json={}, headers={"Retry-After": "9"})

    expect(phone.problem("try_again")).to_contain_text("秒后自动重试")
    assert 9 <= digits(phone.problem("try_again").locator("b")) <= 16
    phone.page.unroute("**/api/attempts")
    phone.page.clock.fast_forward(16_000)
    phone.shows("question")
    assert len(waiting) == BY_ITSELF


def test_a_page_that_did_not_open_opens_by_itself(phones: NewPhone, contest: Stack) -> None:
    phone = phones(contest)
    phone.expects(503)
    phone.page.clock.install()
    phone.act("follow")
    phone.page.route("**/api/me", lambda route: route.fulfill(status=503, json={}), times=BY_ITSELF)
    phone.page.request.get(phone.entry())
    phone.page.goto(f"{contest.url}/#record")
    phone.shows("error")
    expect(phone.page.locator("main")).to_contain_text("秒后自动重试")
    # A page that nobody sees asks for nothing.
    phone.page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    asked = phone.calls()
    phone.page.clock.run_for(9_000)
    phone.page.wait_for_timeout(200)
    assert phone.calls() == asked
    phone.page.evaluate("delete document.hidden")
    phone.page.clock.run_for(1_000)
    phone.shows("record")


def test_without_a_network_the_page_says_so_and_goes_on(phone: Phone) -> None:
    phone.expects("net::ERR_INTERNET_DISCONNECTED")
    phone.page.context.set_offline(True)
    phone.tap("start")
    expect(phone.problem("network")).to_be_visible()
    phone.page.context.set_offline(False)
    phone.problem("network").get_by_role("button", name="重试").click()
    phone.shows("question")
