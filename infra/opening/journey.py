"""The page's calls in their order, with the waits before them and after a refusal.

The page's own waits are `chalicelib/web/src/waits.json`, the server's are `RETRY_AFTER`, people's are assumptions in
`measured.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.adapters.http.error_answers import RETRY_AFTER
from infra.opening.limits import CALLBACK_REPEATS, CALLBACK_SECONDS
from infra.page_waits import AGAIN_AT_ONCE, Span, page_waits

MEASURED = tomllib.loads(Path(__file__).with_name("measured.toml").read_text(encoding="utf-8"))
TICK = 1.0
"""The page looks once a second whether a wait is over."""


class Kind(Enum):
    """Who repeats a refused call."""

    CALLBACK = "WeChat's server, a few times"
    NAVIGATION = "the person, by reloading"
    PAGE = "the page"
    SIDE = "the page, once, and nobody waits for it"


class Refusal(Enum):
    """API Gateway's 429, and a 503 of Lambda or of a table."""

    TOO_MANY = "too_many_requests"
    TRY_AGAIN = "try_again"


@dataclass(frozen=True, slots=True)
class Call:
    """`method`: as in API Gateway's settings; empty for what the edge can serve. `seconds`: how long a warm environment
    takes. `pause`: before the call. `again`: before a repeat, beside the page's own wait. `takes_packet`: its
    transaction may find the packet gone, and is not made when none is left."""

    name: str
    kind: Kind
    method: str
    seconds: float
    pause: Span = (0.0, 0.0)
    again: Span = (0.0, 0.0)
    takes_packet: bool = False

    @property
    def cost(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = MEASURED["calls"][self.name]
        return found

    @property
    def writes(self) -> Mapping[str, float]:
        """Units by table and index."""
        found: Mapping[str, float] = self.cost.get("writes", {})
        return found

    @property
    def reads(self) -> Mapping[str, float]:
        """Units by table, each of a call of its own."""
        found: Mapping[str, float] = self.cost.get("reads", {})
        return found

    @property
    def is_for_the_edge(self) -> bool:
        return not self.method


@dataclass(frozen=True, slots=True)
class Try:
    """Where a call stands: `again` is the page's one silent repeat, `refusals` those that the person has seen, at most
    two."""

    again: bool = False
    refusals: int = 0


FIRST = Try()
TRIES = tuple(Try(again, refusals) for again in (False, True) for refusals in range(3))


@dataclass(frozen=True, slots=True)
class Journey:
    """What a person does: the calls of the way, one after another. `shares`: after the page, when it asks for the link
    to share; `looks`: when it asks whether the money has come; both in seconds. `network`: from the phone and back."""

    way: tuple[Call, ...]
    shares: tuple[Span, ...]
    looks: tuple[float, ...]
    network: float


def people(name: str) -> Span:
    least, most = MEASURED["people"][name]
    return float(least), float(most)


@cache
def calls() -> tuple[Call, ...]:
    """A newcomer's whole way. One who waits with the page open begins at `quiz_script`."""
    page = Kind.PAGE
    return (
        _call("follow", Kind.CALLBACK, "/wechat/POST", again=(CALLBACK_SECONDS, CALLBACK_SECONDS)),
        _navigation("oauth_start", "/~1oauth~1start/GET", people("reads_home")),
        _navigation("oauth_callback", "/~1oauth~1callback/GET", (0.2, 1.0)),
        _navigation("page", "/GET"),
        _navigation("script", ""),
        _call("me", page, "/api/me/GET"),
        _call("quiz_script", page, "", people("reads_home")),
        _call("draw", page, "/api/attempts/POST"),
        _call("submit", page, "/submission/POST", people("answers")),
        _call("claim", page, "/api/claims/POST", people("opens_packet"), takes_packet=True),
    )


def _call(
    name: str, kind: Kind, method: str, pause: Span = (0.0, 0.0), again: Span = (0.0, TICK), takes_packet: bool = False
) -> Call:
    per, cost = MEASURED["lambda"], MEASURED["calls"][name]
    waited = sum(cost.get("reads", {}).values()) * per["read_seconds"]
    waited += cost.get("transactions", 0) * per["transaction_seconds"] + cost.get("wechat", 0) * per["wechat_seconds"]
    seconds = float(cost["cpu_ms"] * per["cpu_factor"] / 1_000 + waited)
    return Call(name, kind, method, seconds, pause, again, takes_packet)


def _navigation(name: str, method: str, pause: Span = (0.0, 0.0)) -> Call:
    return _call(name, Kind.NAVIGATION, method, pause, people("reloads"))


@cache
def newcomer() -> Journey:
    """The whole way on AWS."""
    return Journey(calls(), (share_span(),), page_waits().looks, float(MEASURED["lambda"]["network_seconds"]))


SHARE, LOOK = _call("share", Kind.SIDE, "/api/share/GET"), _call("look", Kind.SIDE, "/api/claims/GET")
OPEN_PAGE = "quiz_script"
"""The first call of a person who waits with the page open."""


def share_span() -> Span:
    waits = page_waits()
    return waits.share_soonest, waits.share_soonest + waits.share_spread


def after(call: Call, tried: Try, refusal: Refusal) -> tuple[Try, Span] | None:
    """Returns the next try and the wait before it; None if nobody tries again."""
    match call.kind:
        case Kind.CALLBACK:
            more = tried.refusals + tried.again < CALLBACK_REPEATS
            following = Try(tried.refusals == 2, min(2, tried.refusals + 1))
            return (following, call.again) if more else None
        case Kind.NAVIGATION:
            return tried, call.again
    asked, waits = float(RETRY_AFTER[refusal.value]), page_waits()
    if refusal.value in AGAIN_AT_ONCE and not tried.again:
        return Try(True, tried.refusals), waits.repeat_span(asked)
    span = waits.again_span(refusal.value, asked, tried.refusals)
    if call.kind is Kind.SIDE or span is None:
        return None
    return Try(False, min(2, tried.refusals + 1)), (span[0] + call.again[0], span[1] + call.again[1])
