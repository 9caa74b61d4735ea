"""Shows a state: loads the page once, with answers made here instead of a server's."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Route

from chalicelib.adapters.http.error_answers import retry_after
from chalicelib.adapters.http.page_document import page_document
from chalicelib.adapters.http.page_files import PageFile, inline_sources, page_file
from functions.page import POLICY
from tests.browser.phone import SCREEN, SDK_ADDRESS
from tests.browser.receipts import RECEIPT_SDK
from tests.browser.states.made import ANSWERS, CONTEST, HOST, LOST, NEVER, NOW, Answer
from tests.browser.states.state import State

_PRESS = """async ([wanted, patience]) => {
  for (let waited = 0; waited < patience; waited += 10) {
    const found = document.querySelector(wanted);
    if (found && !found.disabled && !document.querySelector('.busy')) {
      found.click();
      return true;
    }
    await new Promise((done) => setTimeout(done, 10));
  }
  return false;
}"""
_STORE = "kept => { localStorage.clear(); sessionStorage.clear(); Object.assign(localStorage, kept); }"
_SEEN = """async ([wanted, patience]) => {
  for (let waited = 0; waited < patience; waited += 10) {
    // The first drawing, and what is said without one, take the place of `opening`.
    const found = !document.getElementById('opening') && document.querySelector(wanted);
    if (found && found.getClientRects().length) return true;
    await new Promise((done) => setTimeout(done, 10));
  }
  return false;
}"""
_PASS = """async (seconds) => {
  const clock = __pwClock.controller;
  clock.setSystemTime(Date.now());
  for (let passed = 0; passed < seconds; passed += 1) {
    await fetch('/nothing');
    await clock.runFor(1000);
  }
  clock.setFixedTime(Date.now());
}"""
"""Second by second: answers that the page awaits come in between. Playwright's own call would keep each second for all
pages to come, which slows them down."""
_PATIENCE_MS = 5_000


class Player:
    """Shows one state after another. Each kind of phone has one page, which is loaded anew for each state."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[str, Page] = {}
        self._state = State("")
        self._calls: dict[str, int] = {}
        self._shown = 0
        self.problems: list[str] = []
        """Errors of the page in the state shown last."""

    def show(self, state: State) -> Page:
        """Raises AssertionError if the state is not reached."""
        page = self._page(state.agent)
        self._state, self._calls, self.problems = state, {}, []
        self._shown += 1
        page.evaluate(_STORE, _texts(state.stored))
        page.goto(_address(state.path, self._shown), wait_until="commit")
        for at, step in enumerate(state.steps):
            self._do(page, step, by_hand=at == 0)
        if state.later:
            page.evaluate(_PASS, state.later)
        assert page.evaluate(_SEEN, [state.shows, _PATIENCE_MS]), f"{state.name}: no {state.shows}"
        return page

    def _do(self, page: Page, step: str, by_hand: bool) -> None:
        """`by_hand`: as a finger does. Browsers ring what scripts focus until something was pressed in earnest."""
        wanted = step if set(step) & set(".[#: ") else f"[data-action={step}]"
        if "(" in step:
            page.evaluate(step)
        elif by_hand:
            page.locator(wanted).first.click()
        else:
            assert page.evaluate(_PRESS, [wanted, _PATIENCE_MS]), f"{self._state.name}: nothing to press for {step}"

    def _page(self, agent: str) -> Page:
        if agent not in self._pages:
            context = self._browser.new_context(
                viewport=SCREEN, locale="zh-CN", has_touch=True, reduced_motion="reduce", user_agent=agent
            )
            page = self._pages[agent] = context.new_page()
            page.route("**/*", self._answer)
            page.add_init_script("Math.random = () => 0.5")
            page.clock.set_fixed_time(NOW)
            page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
            page.on("console", self._hear)
            page.goto(f"{HOST}/nothing")
        return self._pages[agent]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text}")

    def _answer(self, route: Route) -> None:
        request = route.request
        path = urlsplit(request.url).path
        if fnmatchcase(request.url, SDK_ADDRESS):
            route.fulfill(body=RECEIPT_SDK, content_type="text/javascript")
        elif path.startswith("/api/"):
            self._answer_call(route, self._made(request, path))
        elif path == "/":
            _send(route, page_document(CONTEST))
        elif self._is_lost(f"GET {path}"):
            route.abort()
        elif file := page_file(path.removeprefix("/static/")):
            _send(route, file)
        else:
            route.fulfill(body="nothing", content_type="text/plain")

    def _is_lost(self, call: str) -> bool:
        return any(made is LOST and fnmatchcase(call, pattern) for pattern, made in self._state.api.items())

    def _made(self, request: Request, path: str) -> Answer:
        call = f"{request.method} {path}"
        known = {**ANSWERS, "GET /api/me": self._state.me, **self._state.api}
        pattern = next((one for one in reversed(known) if fnmatchcase(call, one)), None)
        if pattern is None:
            self.problems.append(f"no answer is made for {call}")
            return LOST
        made = known[pattern] if isinstance(known[pattern], list) else [known[pattern]]
        at = self._calls.get(pattern, 0)
        self._calls[pattern] = at + 1
        return as_answer(made[min(at, len(made) - 1)])

    def _answer_call(self, route: Route, made: Answer) -> None:
        if made is LOST:
            route.abort()
        elif isinstance(made.body, bytes):
            route.fulfill(status=made.status, body=made.body, content_type="image/png")
        elif made is not NEVER:
            code = made.body.get("error", {}).get("code", "")
            route.fulfill(status=made.status, json=made.body, headers=_headers(code))


def _headers(code: str) -> dict[str, str]:
    return {name: str(value) for name, value in retry_after(code).items()}


def as_answer(made: Any) -> Answer:
    if callable(made):
        return Answer(made())
    return made if isinstance(made, Answer) else Answer(made)


def _texts(stored: Mapping[str, Any]) -> dict[str, str]:
    dump = json.dumps
    return {key: one if isinstance(one, str) else dump(one, ensure_ascii=False) for key, one in stored.items()}


def _address(path: str, number: int) -> str:
    """Differs from the last one in more than its hash, so that the page is loaded."""
    before, mark, after = path.partition("#")
    return f"{HOST}{before}{'&' if '?' in before else '?'}shown={number}{mark}{after}"


def _send(route: Route, file: PageFile) -> None:
    policy = POLICY.format(framing="'none'", **inline_sources())
    route.fulfill(body=file.body, content_type=file.content_type, headers={"Content-Security-Policy": policy})
