"""A citizen with a phone: goes through the contest over HTTP alone, one step at a time."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from chalicelib.domain.bank import Bank

Step = tuple[str, Callable[[], str]]
Steps = Sequence[Step]
"""Steps with their Chinese names; each returns its summary."""
HTTP_SECONDS = 15
_PAYOUT_SECONDS = 60


class WalkError(Exception):
    """A step failed; the text says how."""


@dataclass
class Walker:
    """The citizen's phone: a browser with cookies, and the person it belongs to in the simulator."""

    app: str
    simulator: str
    bank: Bank
    name: str = "市民甲"
    browser: requests.Session = field(default_factory=requests.Session)
    person: Mapping[str, Any] = field(default_factory=dict)
    link: str = ""
    draw: Mapping[str, Any] = field(default_factory=dict)
    drawn_at: float = 0.0
    min_seconds: int = 0
    claim: Mapping[str, Any] = field(default_factory=dict)
    won: list[int] = field(default_factory=list)
    """The amounts of all packets opened so far, in fen."""

    def __post_init__(self) -> None:
        self.browser.trust_env = False

    def take_phone(self) -> None:
        self.person = self._ask("POST", f"{self.simulator}/sim/people", 201, json={"name": self.name})
        self.browser.cookies.set("sim_person", self.person["id"])

    def follow(self, scene: str = "") -> str:
        """`scene` is that of the scanned QR code; without one the person finds the account by search."""
        if not self.person:
            self.take_phone()
        return _reply(self._act("follow", {"scene": scene} if scene else {}))

    def ask_for_the_quiz(self) -> str:
        said = _reply(self._act("text", {"content": "答题"}))
        found = re.search(re.escape(self.app) + r"/[^\s\"<>]*", said)
        if found is None:
            raise WalkError(f"回复里没有链接：{said}")
        self.link = found[0]
        return self.link

    def say(self, text: str) -> str:
        """Sends a text. Returns the reply; empty for none. Raises `WalkError` if the text is not accepted."""
        delivery = self._act("text", {"content": text})
        if not delivery["delivered"]:
            raise WalkError(f"公众号没有应答：{delivery}")
        return str(delivery["reply"]["text"]) if delivery["reply"] else ""

    def wait_until(self, moment: datetime) -> str:
        """Sets the stack's clock to a minute after `moment`."""
        now = datetime.fromisoformat(self._ask("GET", f"{self.simulator}/sim/clock")["now"])
        return self.wait(moment + timedelta(minutes=1) - now)

    def wait(self, time: timedelta) -> str:
        """Sets the stack's clock forward. Returns its new time."""
        body = {"seconds": int(time.total_seconds())}
        return str(self._ask("POST", f"{self.simulator}/sim/clock", json=body)["now"][:16])

    def open_the_page(self) -> str:
        page = self.browser.get(self.link, timeout=HTTP_SECONDS)
        if page.status_code != 200 or "text/html" not in page.headers.get("Content-Type", ""):
            raise WalkError(f"GET {self.link} → {page.status_code}")
        return f"{len(page.content)} 字节"

    def sign_in(self) -> str:
        landed = self.browser.get(f"{self.app}/oauth/start", params={"next": "/"}, timeout=HTTP_SECONDS)
        # The client keeps a fragment through redirects, as browsers do.
        if landed.status_code != 200 or landed.url.partition("#")[0] != f"{self.app}/":
            raise WalkError(f"授权后到了 {landed.url}（{landed.status_code}）")
        me = self._api("GET", "/api/me")
        if not me["subscribed"]:
            raise WalkError("/api/me 说没有关注")
        self.min_seconds = me["contest"].get("min_seconds", 5)
        return f"机会 {me['chances']['granted']} 次"

    def share(self) -> str:
        """Sets `link` to the citizen's own."""
        shared = self._api("GET", f"/api/share?url={quote(self.app + '/', safe='')}")
        code = self.browser.get(shared["qr_url"], headers={"Accept": "image/png"}, timeout=HTTP_SECONDS)
        if code.headers.get("Content-Type") != "image/png":
            raise WalkError(f"GET {shared['qr_url']} → {code.status_code} {code.headers.get('Content-Type')}")
        self.link = shared["link"]
        return f"{shared['title']}，二维码 {len(code.content)} 字节"

    def open_the_link(self, link: str) -> str:
        """A person who has not followed opens a friend's link and goes through the authorization to the page."""
        self.take_phone()
        landed = self.browser.get(link, timeout=HTTP_SECONDS)
        if landed.status_code != 200 or landed.url.partition("#")[0] != f"{self.app}/":
            raise WalkError(f"打开链接后到了 {landed.url}（{landed.status_code}）")
        if self._api("GET", "/api/me")["subscribed"]:
            raise WalkError("还没有关注，/api/me 却说已关注")
        return "尚未关注"

    def has(self, **facts: Any) -> str:
        """Raises `WalkError` unless `/api/me` says so."""
        me = self._api("GET", "/api/me")
        if {name: me[name] for name in facts} != facts:
            raise WalkError(f"/api/me 应有 {facts}，实为 {me}")
        return "，".join(str(value) for value in facts.values())

    def hear(self, words: str) -> str:
        """Waits for the account's message with these words."""
        deadline = time.monotonic() + _PAYOUT_SECONDS
        while time.monotonic() < deadline:
            chat = self._ask("GET", f"{self.simulator}/sim/people/{self.person['id']}")["chat"]
            for entry in chat:
                if entry["direction"] == "in" and words in entry["text"]:
                    return str(entry["text"])
            time.sleep(0.3)
        raise WalkError(f"{_PAYOUT_SECONDS} 秒后仍没有收到“{words}”")

    def start_an_attempt(self) -> str:
        self.draw = self._api("POST", "/api/attempts", 201, json={})
        self.drawn_at = time.monotonic()
        return f"{len(self.draw['questions'])} 道题"

    def answer(self) -> str:
        time.sleep(max(0.0, self.min_seconds + 0.5 - (time.monotonic() - self.drawn_at)))
        answers = {question["id"]: self._right_key(question) for question in self.draw["questions"]}
        body = {"attempt": self.draw["attempt"], "answers": answers}
        result = self._api("POST", f"/api/attempts/{self.draw['attempt_id']}/submission", json=body)
        if not (result["passed"] and result["claimable"] and result["score"] == len(answers)):
            raise WalkError(f"全部答对，结果却是 {result['score']} 分")
        return f"{result['score']} 分，通过"

    def open_the_packet(self) -> str:
        self.claim = self._api("POST", "/api/claims", 201, json={"attempt_id": self.draw["attempt_id"]})
        self.won.append(self.claim["amount_fen"])
        return f"{self.claim['amount_fen'] / 100:.2f} 元"

    def receive_the_money(self) -> str:
        deadline = time.monotonic() + _PAYOUT_SECONDS
        while True:
            states = [claim["status"] for claim in self._api("GET", "/api/claims")["claims"]]
            paid = sorted(payment["amount_fen"] for payment in self.payments())
            if states == ["sent"] * len(paid) and len(paid) == len(self.won):
                if paid != sorted(self.won):
                    raise WalkError(f"领到 {self.won} 分，微信支付账上却是 {paid}")
                return f"微信支付账上 {len(paid)} 笔，金额一致"
            if time.monotonic() > deadline:
                raise WalkError(f"{_PAYOUT_SECONDS} 秒后仍是 {states}，账上有 {len(paid)} 笔")
            time.sleep(0.3)

    def _right_key(self, question: Mapping[str, Any]) -> str:
        """Options come in random order, so the right one is known by its text."""
        known = self.bank.get(question["id"])
        right = known.options[known.answer]
        return next(str(option["key"]) for option in question["options"] if option["text"] == right)

    def payments(self) -> list[Mapping[str, Any]]:
        """WeChat Pay's payments to this person."""
        ledger = self._ask("GET", f"{self.simulator}/sim/pay/ledger")
        return [one for one in ledger["payments"] if one["openid"] == self.person["openid"]]

    def _act(self, action: str, body: Mapping[str, str]) -> Any:
        return self._ask("POST", f"{self.simulator}/sim/people/{self.person['id']}/{action}", json=body)

    def _api(self, method: str, path: str, status: int = 200, json: Any = None) -> Any:
        return self._ask(method, self.app + path, status, json)

    def _ask(self, method: str, url: str, status: int = 200, json: Any = None) -> Any:
        """The answer's JSON. Raises `WalkError` on another status than expected."""
        answer = self.browser.request(method, url, json=json, timeout=HTTP_SECONDS)
        if answer.status_code != status:
            raise WalkError(f"{method} {url} → {answer.status_code} {answer.text[:300]}")
        return answer.json()


def _reply(delivery: Mapping[str, Any]) -> str:
    """The account's answer to a message or an event."""
    if not delivery.get("reply"):
        raise WalkError(f"公众号没有回复：{delivery}")
    return str(delivery["reply"]["text"])
