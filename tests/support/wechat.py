"""`FakeWeChat`: all of WeChat except its payments, in memory, for one official account.

It provides the ports of the sign-in and of the account. `tests/contract/wechat` tests it and the real adapter on the
simulator with the same suites.
"""

import hashlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import RLock
from typing import Any

from chalicelib.domain.errors import CodeUsed, TryAgain, WeChatRefused
from chalicelib.ports import Clock, Visitor
from infra.simulator.official_account import Account
from infra.simulator.simulator_io import PlatformError
from tests.support.world import Trouble, World

APP_ID = "wxlocal0000000001"
CODE_LIFE = timedelta(minutes=5)
AFTER_TEXT = (5, timedelta(hours=48))
"""The number of customer messages that WeChat allows after a person's text, and the time in which it does."""
AFTER_EVENT = (3, timedelta(minutes=1))
"""The same after a follow, a scan or a menu click."""


class Call(StrEnum):
    """WeChat's calls, by their paths."""

    AUTHORIZATION = "sns/oauth2/access_token"
    TOKEN = "stable_token"
    TICKET = "ticket/getticket"
    USER_INFO = "user/info"
    FOLLOWERS = "user/get"
    CODE = "qrcode/create"
    MESSAGE = "message/custom/send"
    CURRENT_MENU = "get_current_selfmenu_info"
    CREATE_MENU = "menu/create"
    DELETE_MENU = "menu/delete"


@dataclass
class _Person:
    follows: bool = False
    messages_left: int = 0
    messages_until: datetime | None = None


@dataclass
class _Code:
    visitor: Visitor
    ends_at: datetime
    used: bool = False


class FakeWeChat:
    """WeChat knows the people who authorized, follow or followed. The attributes may be read and changed by a test."""

    def __init__(self, world: World, clock: Clock, page: int = 10_000) -> None:
        self._world, self._clock = world, clock
        self.page = page
        """Openids on one page of followers."""
        self.asked: list[Call] = []
        self.silent: set[Call] = set()
        """Calls that are not answered, until they are removed."""
        self.meanwhile: dict[Call, Callable[[], object]] = {}
        """Functions to call before WeChat answers such a call."""
        self.scenes: list[tuple[str, bool]] = []
        """Scene and permanence of each QR code."""
        self.messages: list[tuple[str, str]] = []
        """Openid and text of each customer message that arrived."""
        self.shown_menu: dict[str, Any] | None = None
        """The menu in the format of `publish_menu`; it may have been made on WeChat's website."""
        self.access_token, self.jsapi_ticket = "the-access-token-of-the-account", "the-jsapi-ticket-of-the-account"
        self._people: dict[str, _Person] = {}
        self._codes: dict[str, _Code] = {}
        self._refusals: dict[Call, deque[int]] = {}

    # Controls

    def will_fail(self, call: Call, *failures: int | Trouble) -> None:
        """Makes the next calls fail, one after the other: an int is WeChat's error code, a Trouble its silence."""
        for failure in failures:
            if isinstance(failure, Trouble):
                self._world.will_fail(f"wechat.{call}", failure)
            else:
                self._refusals.setdefault(call, deque()).append(failure)

    def authorize(self, openid: str, snapshot: bool = False, code: str = "") -> str:
        """The person agrees to the web authorization. Returns the code that their browser brings back."""
        self._people.setdefault(openid, _Person())
        code = code or f"code-{len(self._codes) + 1}-{openid}"
        self._codes[code] = _Code(Visitor(openid, snapshot), self._clock() + CODE_LIFE)
        return code

    def follow(self, *openids: str) -> None:
        for openid in openids:
            self._people.setdefault(openid, _Person()).follows = True
            self.acts(openid)

    def unfollow(self, *openids: str) -> None:
        for openid in openids:
            person = self._people.setdefault(openid, _Person())
            person.follows, person.messages_left = False, 0

    @property
    def following(self) -> frozenset[str]:
        return frozenset(openid for openid, person in self._people.items() if person.follows)

    def acts(self, openid: str, text: bool = False) -> None:
        """The person sends a text or does something that causes an event. Afterwards WeChat allows messages to them."""
        person, (count, span) = self._people.setdefault(openid, _Person()), AFTER_TEXT if text else AFTER_EVENT
        until = self._clock() + span
        if person.messages_left <= 0 or person.messages_until is None or until >= person.messages_until:
            person.messages_left, person.messages_until = count, until

    # The sign-in's port

    def identify_visitor(self, code: str) -> Visitor | None:
        try:
            with self._called(Call.AUTHORIZATION):
                return self._redeemed(code)
        except WeChatRefused as refused:
            if refused.errcode == 40163:
                raise CodeUsed from None
            if refused.errcode == 40029:
                return None
            raise

    def _redeemed(self, code: str) -> Visitor:
        if not code:
            raise WeChatRefused(41008)
        found = self._codes.get(code)
        if found is None or self._clock() >= found.ends_at:
            raise WeChatRefused(40029)
        if found.used:
            raise WeChatRefused(40163)
        found.used = True
        return found.visitor

    def is_following(self, openid: str) -> bool:
        with self._called(Call.USER_INFO):
            return openid in self.following

    # The account's port

    def get_access_token(self) -> str:
        with self._called(Call.TOKEN):
            return self.access_token

    def get_js_ticket(self) -> str:
        with self._called(Call.TICKET):
            return self.jsapi_ticket

    def sign_page(self, url: str, timestamp: int, nonce: str) -> dict[str, Any]:
        signed = f"jsapi_ticket={self.get_js_ticket()}&noncestr={nonce}&timestamp={timestamp}&url={url.split('#')[0]}"
        signature = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
        return {"appId": APP_ID, "timestamp": timestamp, "nonceStr": nonce, "signature": signature}

    def followers_page(self, after: str) -> tuple[list[str], str]:
        with self._called(Call.FOLLOWERS):
            if after:
                self._person(after)
            openids = list(self._people)
            rest = openids[openids.index(after) + 1 :] if after else openids
            page = [openid for openid in rest if self._people[openid].follows][: self.page]
            return page, page[-1] if page else ""

    def create_code(self, scene: str, permanent: bool) -> str:
        with self._called(Call.CODE):
            if not 1 <= len(scene) <= 64:
                raise WeChatRefused(40053)
            self.scenes.append((scene, permanent))
            return f"http://weixin.qq.com/q/{len(self.scenes)}"

    def send_text(self, openid: str, text: str) -> None:
        with self._called(Call.MESSAGE):
            if not 0 < len(text.encode()) <= 2048:
                raise WeChatRefused(45002)
            person = self._person(openid)
            if not person.follows:
                raise WeChatRefused(43004)
            if person.messages_until is None or self._clock() >= person.messages_until:
                raise WeChatRefused(45015)
            if person.messages_left <= 0:
                raise WeChatRefused(45047)
            person.messages_left -= 1
            self.messages.append((openid, text))

    def read_menu(self) -> dict[str, Any] | None:
        with self._called(Call.CURRENT_MENU):
            return self.shown_menu

    def publish_menu(self, menu: dict[str, Any]) -> None:
        with self._called(Call.CREATE_MENU):
            try:
                Account(RLock()).set_menu(menu)  # the simulator has WeChat's limits
            except PlatformError as error:
                raise WeChatRefused(error.errcode) from None
            self.shown_menu = menu

    def remove_menu(self) -> None:
        try:
            with self._called(Call.DELETE_MENU):
                self.shown_menu = None
        except WeChatRefused as refused:
            if refused.errcode != 46003:  # there was no menu
                raise

    def _called(self, call: Call) -> Any:
        """The context of one call. Raises the failure that the test has set."""
        self.asked.append(call)
        if call in self.meanwhile:
            self.meanwhile[call]()
        if call in self.silent:
            raise TryAgain
        if self._refusals.get(call):
            raise WeChatRefused(self._refusals[call].popleft())
        return self._world.call(f"wechat.{call}")

    def _person(self, openid: str) -> _Person:
        if openid not in self._people:
            raise WeChatRefused(40003)
        return self._people[openid]
