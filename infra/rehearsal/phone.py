"""One person's browser in WeChat: cookies, and the page's own way to ask until there is an answer."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from json import JSONDecodeError
from random import Random
from typing import Any

import aiohttp
from yarl import URL

from infra.opening.journey import people
from infra.page_waits import AGAIN_AT_ONCE, PageWaits
from infra.rehearsal.journal import Journal

AGENT = "Mozilla/5.0 (Linux; Android 12) MicroMessenger/8.0.50"
_SIM_SECONDS = 30.0


class Refused(Exception):
    """The server's refusal. `retry_after`: seconds, 0 if it says nothing. `status` is 0 without an answer."""

    def __init__(self, code: str, status: int = 0, retry_after: float = 0.0) -> None:
        super().__init__(f"{code} {status}")
        self.code, self.status, self.retry_after = code, status, retry_after


@dataclass(frozen=True, slots=True)
class Place:
    """Where the citizens are. Addresses have no trailing slash."""

    app: str
    simulator: str
    connector: aiohttp.BaseConnector
    waits: PageWaits


@dataclass
class Phone:
    """Closed by its owner. `browser` has the person's cookies; connections are shared by all."""

    place: Place
    journal: Journal
    rng: Random
    browser: aiohttp.ClientSession = field(init=False)

    def __post_init__(self) -> None:
        self.browser = aiohttp.ClientSession(
            connector=self.place.connector,
            connector_owner=False,
            cookie_jar=aiohttp.CookieJar(unsafe=True, quote_cookie=False),
            headers={"User-Agent": AGENT},
            timeout=aiohttp.ClientTimeout(total=self.place.waits.timeout),
        )

    async def api(self, step: str, method: str, path: str, body: Any = None) -> Any:
        """Returns the answer's JSON, asking as long as the page would. Raises Refused for a final refusal."""
        return await self._until_answered(step, lambda: self._twice(step, method, path, body))

    async def open(self, step: str, url: str) -> aiohttp.ClientResponse:
        """Navigates, following redirects, and returns the page, read. A person reloads a page that does not come: the
        address that was refused, or the first one if there was no answer or the sign-in failed."""
        began, address = time.monotonic(), url
        while True:
            answer = await self._load(address)
            if answer and answer.status == 200 and "e" not in answer.url.query:
                self.journal.seconds[step].append(time.monotonic() - began)
                return answer
            address = str(answer.url) if answer and answer.status != 200 else url
            self.journal.failures[step, "try_again" if answer else "network"] += 1
            await asyncio.sleep(self.rng.uniform(*people("reloads")))

    async def once(self, step: str, method: str, path: str, body: Any = None) -> Any:
        """One request. Raises Refused, with the code `network` if there was no answer in time."""
        self.journal.requests += 1
        try:
            async with self.browser.request(method, self.place.app + path, json=body) as answer:
                return await _json_of(answer)
        except (aiohttp.ClientError, TimeoutError):
            raise self._noted(step, Refused("network")) from None
        except Refused as refused:
            raise self._noted(step, refused) from None

    async def simulator(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the simulator's controls: what WeChat's own program on the phone does."""
        timeout = aiohttp.ClientTimeout(total=_SIM_SECONDS)
        async with self.browser.request(method, self.place.simulator + path, json=body, timeout=timeout) as answer:
            return await _json_of(answer)

    def become(self, person: str) -> None:
        """Makes this the phone of a person of the simulator."""
        self.browser.cookie_jar.update_cookies({"sim_person": person}, URL(self.place.app))

    async def _until_answered(self, step: str, ask: Callable[[], Any]) -> Any:
        began, tries = time.monotonic(), 0
        while True:
            try:
                answer = await ask()
            except Refused as refused:
                wait = self.place.waits.before_again(refused.code, refused.retry_after, tries, self.rng)
                if wait is None:
                    raise
                tries += 1
                await asyncio.sleep(wait)
            else:
                self.journal.seconds[step].append(time.monotonic() - began)
                return answer

    async def _twice(self, step: str, method: str, path: str, body: Any) -> Any:
        try:
            return await self.once(step, method, path, body)
        except Refused as refused:
            if refused.code not in AGAIN_AT_ONCE:
                raise
            await asyncio.sleep(self.place.waits.before_repeat(refused.retry_after, self.rng))
        return await self.once(step, method, path, body)

    async def _load(self, url: str) -> aiohttp.ClientResponse | None:
        """Returns the last answer, read; None without any in time."""
        self.journal.requests += 1
        try:
            async with self.browser.get(url) as answer:
                await answer.read()
        except (aiohttp.ClientError, TimeoutError):
            return None
        redirected = [*answer.history, answer][1:]
        self.journal.requests += sum(str(one.url).startswith(self.place.app) for one in redirected)
        return answer

    def _noted(self, step: str, refused: Refused) -> Refused:
        self.journal.failures[step, refused.code] += 1
        return refused


async def _json_of(answer: aiohttp.ClientResponse) -> Any:
    """Returns the answer's JSON, or raises the page's reading of a refusal."""
    data: Any = None
    with suppress(JSONDecodeError, aiohttp.ContentTypeError):
        data = await answer.json()
    if answer.ok and data is not None:
        return data
    said = (data or {}).get("error", {})
    own = "too_many_requests" if answer.status == 429 else "try_again" if 502 <= answer.status <= 504 else "internal"
    after = answer.headers.get("Retry-After", "")
    raise Refused(
        said.get("code", own) if isinstance(said, dict) else str(said),
        answer.status,
        float(after) if after.isdecimal() else 0.0,
    )
