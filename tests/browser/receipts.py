"""The phone of a winner whose claim is a transfer. The server's answers and WeChat's part are simulated."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Route, expect

from tests.browser.phone import SDK, SDK_ADDRESS, WECHAT, Phone

OLD_WECHAT = WECHAT.replace("8.0.50", "8.0.40")
"""Without receipts of transfers."""
UNTIL = "2020-07-22T00:00:00.000+08:00"
UNTIL_TEXT = "7月21日 24:00"
PACKAGE = "affffddafdfafddffda+/AbC=="
RECEIPT = {"mch_id": "1900000109", "app_id": "wxlocal", "package": PACKAGE}
RECEIPT_SDK = (
    SDK
    + """
window.sheet = Object.assign({ said: 'requestMerchantTransfer:ok', knows: true, given: [] }, window.sheet);
wx.checkJsApi = ({ jsApiList, success }) =>
  success({ checkResult: Object.fromEntries(jsApiList.map((name) => [name, sheet.knows])) });
window.WeixinJSBridge = { invoke(name, given, then) {
  sheet.given.push([name, given]);
  setTimeout(() => then({ err_msg: sheet.said }), 50);
} };"""
)
"""A fake JS-SDK and bridge; `sheet` is the fake receipt sheet, which a test may set before the SDK is loaded."""
QUICK = """(() => { const set = window.setTimeout;
  window.setTimeout = (then, pause) => set(() => then(), pause === 8000 ? pause : pause / 20); })()"""
"""Shortens the page's pauses, but not its time-out of a request."""
READY: dict[str, Any] = {"status": "sent", "receipt": RECEIPT}
SENDING: dict[str, Any] = {"status": "sending", "receipt": None}
RECEIVED: dict[str, Any] = {"status": "received", "receipt": None}


@dataclass
class Transfer:
    """The server's answers about the phone's only claim. `looks` has the answer to each query in turn; the last one is
    repeated."""

    phone: Phone
    now: dict[str, Any] = field(default_factory=lambda: {"status": "owed", "receipt": None})
    looks: list[dict[str, Any]] = field(default_factory=list)
    taps: int = 0

    def play(self) -> None:
        page = self.phone.page
        page.add_init_script(QUICK)
        # The local stack's own bridge, for a browser whose User-Agent is not WeChat's.
        page.route("**/static/bridge.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.route(SDK_ADDRESS, lambda route: route.fulfill(body=RECEIPT_SDK, content_type="text/javascript"))
        page.route("**/api/me", self._me)
        page.route("**/api/claims", self._claims)
        page.route("**/api/claims/*/receipt", self._tap)

    def sheet(self) -> list[Any]:
        """The parameters of each call to WeChat's sheet."""
        return list(self.phone.page.evaluate("sheet.given"))

    def _claim(self, claim: dict[str, Any]) -> dict[str, Any]:
        return claim | {"number": 7, "note": None, "claimable_until": UNTIL} | self.now

    def _me(self, route: Route) -> None:
        answer = route.fetch()
        if answer.status != 200:
            route.fulfill(response=answer)
            return
        body = answer.json()
        route.fulfill(response=answer, json=body | {"claims": [self._claim(one) for one in body["claims"]]})

    def _claims(self, route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        if route.request.method == "POST":
            route.fulfill(response=answer, json=self._claim(body))
            return
        if self.looks:
            self.now = self.looks.pop(0)
        route.fulfill(response=answer, json={"claims": [self._claim(one) for one in body["claims"]]})

    def _tap(self, route: Route) -> None:
        self.taps += 1
        (claim,) = self.phone.me()["claims"]
        route.fulfill(status=202, json=self._claim(claim))


def winner(phone: Phone) -> Transfer:
    """The owner of an unused phone follows and passes; the page shows the result."""
    transfer = Transfer(phone)
    transfer.play()
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    phone.take_quiz()
    return transfer


def open_packet(phone: Phone) -> None:
    phone.open_packet()
    phone.button("receive").wait_for()


def step(phone: Phone, name: str) -> Locator:
    """Waits until the receipt's card is at this step, and returns it."""
    card = phone.page.locator(f"[data-step={name}]")
    expect(card).to_be_visible()
    return card
