"""A citizen's phone: the person in the simulator, the page in Chromium, and its errors."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    Route,
    ViewportSize,
    expect,
    sync_playwright,
)

from infra.local.local_stack import Stack
from tests.browser.stacks import bank

CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
"""The shell has the same engine without the browser's own windows, and takes a third of the CPU."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--no-first-run",
    "--disable-component-update",
)
WECHAT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile MicroMessenger/8.0.50 Language/zh_CN"
"""The User-Agent of WeChat's browser."""
SDK = """window.wx = { told: {}, config(given) { this.given = given; }, ready(then) { then(); },
  updateAppMessageShareData(data) { this.told.friend = data; },
  updateTimelineShareData(data) { this.told.timeline = data; } };"""
"""The part of WeChat's JS-SDK that the tests use."""
SDK_HOSTS = ("https://res.wx.qq.com/", "https://res2.wx.qq.com/")
SDK_ADDRESS = SDK_HOSTS[0] + "**"
UNASKED = ("/api/share?", "/static/menu-")
"""What the page requests without a tap."""
SCREEN = ViewportSize(width=390, height=844)
LOST = "net::ERR_FAILED"
"""The error of a request whose answer a test drops."""

_HTTP_SECONDS = 10
RIGHT = {question.stem: question.options[question.answer] for question in bank().questions}
"""The right option of each stem."""

expect.set_options(timeout=10_000)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Phone:
    """`page` shows the contest of `stack`; `person` is the simulator's view of its owner."""

    stack: Stack
    page: Page
    person: dict[str, Any]
    asked: list[str] = field(default_factory=list)
    """Paths of every request to the application, in order."""
    problems: list[str] = field(default_factory=list)
    _expected: set[str] = field(default_factory=set)

    # in WeChat

    def act(self, action: str, **body: object) -> Any:
        """Makes the simulator act for the person: `follow`, `unfollow`, `text`."""
        return simulate(self.stack, "POST", f"/sim/people/{self.person['id']}/{action}", json=body)

    def enter(self, path: str = "/") -> None:
        """Opens a page of the application from the chat, which signs in."""
        self.page.goto(self.entry(path))

    def open_signed_out(self, url: str = "") -> None:
        """Opens the page as after a sign-in that WeChat refused: with a query, it signs nobody in by itself."""
        self.page.goto(f"{url or self.stack.url}/?in=1")

    def entry(self, path: str = "/") -> str:
        """Returns the address that `enter` opens."""
        return f"{self.stack.simulator_url}/sim/enter?person={self.person['id']}&to={self.stack.url}{path}"

    def be_known(self) -> None:
        """Lets WeChat know whose phone this is, as it does in reality. The application does not know it yet."""
        self.page.context.add_cookies([{"name": "sim_person", "value": self.person["id"], "url": self.stack.url}])

    def payments(self) -> list[dict[str, Any]]:
        """The payments of WeChat Pay to this person."""
        payments = simulate(self.stack, "GET", "/sim/pay/ledger")["payments"]
        return [one for one in payments if one["openid"] == self.person["openid"]]

    # on the page

    def reopen(self) -> Page:
        """Opens a new tab after the page was closed: cookies and local storage stay, the session ends."""
        self.page = self.page.context.new_page()
        self.watch()
        return self.page

    def shows(self, screen: str, seconds: float = 10) -> None:
        """Waits for a screen."""
        expect(self.page.locator("main")).to_have_attribute("data-screen", screen, timeout=seconds * 1000)

    def button(self, action: str) -> Locator:
        return self.page.locator(f"[data-action={action}]")

    def tap(self, action: str) -> None:
        """Those under a question are pressed with a key: a finger's quick second tap counts as a double tap."""
        button = self.button(action).first
        if action in ("next", "prev", "submit"):
            button.press("Enter")
        else:
            button.click()

    def problem(self, code: str) -> Locator:
        """Returns the notice about a refusal."""
        return self.page.locator(f".problem[data-code={code}]")

    def choose(self, right: bool) -> str:
        """Answers the question on the screen, without moving on; returns the text of the option."""
        # Reading many elements at once does not wait for them, as a click does.
        self.shows("question")
        stem, *texts = self.page.locator("#stem, .option span").all_text_contents()
        chosen = next(text for text in texts if (text == RIGHT[stem]) is right)
        self.page.locator(".option", has=self.page.get_by_text(chosen, exact=True)).locator("input").press("Space")
        return chosen

    def answer_all(self, right: bool = True) -> None:
        """From the first question to the overview."""
        self.shows("question")
        while self.page.locator("#stem").count():
            self.choose(right)
            self.tap("next")

    def take_quiz(self, right: bool = True) -> None:
        """From home to the result."""
        self.tap("start")
        self.answer_all(right)
        self.tap("submit")
        self.shows("result")

    def open_packet(self) -> None:
        """From where a packet is offered to its amount."""
        self.tap("claim")
        self.tap("open")
        expect(self.page.locator(".amount")).to_be_visible()

    def me(self) -> Any:
        """`GET /api/me` with the phone's session, without the page."""
        return self.page.request.get(f"{self.stack.url}/api/me").json()

    def wait_for_claim(self, status: str) -> Any:
        """Waits until the person's only claim has the status, and returns it."""
        deadline = time.monotonic() + 20
        while (claims := self.me()["claims"])[0]["status"] != status:
            assert time.monotonic() < deadline, claims
            time.sleep(0.1)
        (claim,) = claims
        return claim

    def until(self, expression: str) -> None:
        """Waits until the condition holds on the page. The page's policy forbids Playwright's own way of waiting."""
        deadline = time.monotonic() + 10
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, expression
            time.sleep(0.1)

    def returns(self, seconds: float = 3.1) -> None:
        """Returns to the page from another one in WeChat, some seconds later."""
        self.page.wait_for_timeout(1000 * seconds)
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def follow_as_told(self) -> None:
        """From the home screen of one who does not follow, over the account's code, to a follower's home screen."""
        self.tap("follow")
        self.follow_from_here()

    def follow_from_here(self) -> None:
        """From the screen with the account's code."""
        self.shows("follow")
        self.act("follow")
        self.returns(0)
        self.shows("home")

    def is_told(self, **facts: object) -> None:
        """Replaces the contest's fields in answers of `/api/me` from now on."""

        def altered(route: Route) -> None:
            answer = route.fetch()
            body = answer.json()
            route.fulfill(response=answer, json=body | {"contest": body["contest"] | facts})

        self.page.route("**/api/me", altered)

    def calls(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/api/")]

    # errors

    def expects(self, *mishaps: int | str) -> None:
        """Sets the statuses or network failures that the test expects; any other one fails it."""
        self._expected |= {str(mishap) for mishap in mishaps}

    def watch(self) -> None:
        page = self.page
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("console", self._on_console)
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfailed", self._on_failure)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A failed request is judged by its status, elsewhere, where its address is known.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if request.url.startswith(self.stack.url):
            self.asked.append(urlsplit(request.url).path)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and str(response.status) not in self._expected:
            self.problems.append(f"{response.status} {response.url}")

    def _on_failure(self, request: Request) -> None:
        # WeChat's JS-SDK is on a host that no test reaches, unless it plays it. What the page asks for by itself may be
        # under way when a test leaves the page.
        by_itself = request.failure == "net::ERR_ABORTED" and any(part in request.url for part in UNASKED)
        if request.failure not in self._expected and not request.url.startswith(SDK_HOSTS) and not by_itself:
            self.problems.append(f"{request.failure} {request.url}")


def new_phone(browser: Browser, stack: Stack, calm: bool = True, agent: str | None = WECHAT) -> Phone:
    """Makes a new person with a phone. `calm`: their system asks for reduced motion. `agent`: User-Agent; None for
    Chromium's own, outside WeChat."""
    context = browser.new_context(
        viewport=SCREEN,
        locale="zh-CN",
        has_touch=True,
        reduced_motion="reduce" if calm else "no-preference",
        user_agent=agent,
    )
    # The longest jitter: the page's own repeats do not overtake a test.
    context.add_init_script("Math.random = () => 0.99")
    person = simulate(stack, "POST", "/sim/people", json={"name": "市民"})
    phone = Phone(stack, context.new_page(), person)
    phone.watch()
    return phone


def simulate(stack: Stack, method: str, path: str, json: object = None) -> Any:
    """The simulator's control API."""
    answer = requests.request(method, f"{stack.simulator_url}{path}", json=json, timeout=_HTTP_SECONDS)
    answer.raise_for_status()
    return answer.json()


def digits(locator: Locator) -> int:
    """The number in a text."""
    return int(re.sub(r"\D", "", locator.text_content() or ""))
