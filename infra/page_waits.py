"""The page's own waits, read from the file that the page is built with."""

import json
from dataclasses import dataclass
from functools import cache
from random import Random

from infra.project import ROOT

WAITS = ROOT / "chalicelib" / "web" / "src" / "waits.json"
AGAIN_AT_ONCE = frozenset({"network", "try_again"})
"""The page repeats such a request once by itself (`api.js`)."""
AGAIN_LATER = frozenset({"network", "try_again", "internal", "too_many_requests", "contest_paused", "contest_not_open"})
"""The page shows such a refusal, and repeats the action when its time has come (`refusals.js`)."""

Span = tuple[float, float]
"""The least and the most seconds; each wait between them is as likely."""


@dataclass(frozen=True, slots=True)
class PageWaits:
    """All in seconds."""

    timeout: float
    retry_after: float
    jitter: float
    most_patience: float
    spread: tuple[tuple[float, float], ...]
    pause: tuple[float, float]
    looks: tuple[float, ...]
    share_soonest: float
    share_spread: float

    def repeat_span(self, asked: float) -> Span:
        """Returns how long the page waits before it repeats a request at once; the server asked for `asked`."""
        least = min(asked, self.most_patience) + self.retry_after
        return least, least + self.jitter

    def again_span(self, code: str, asked: float, tries: int) -> Span | None:
        """Returns how long the page waits after a refusal that it showed; None if it does not ask again by itself.

        `tries` is the number of earlier refusals in a row.
        """
        if code not in AGAIN_LATER:
            return None
        least, most = self.pause if code == "contest_paused" else self.spread[min(tries, len(self.spread) - 1)]
        begin = max(least, min(asked, self.most_patience))
        return begin, begin + most - least

    def before_repeat(self, asked: float, rng: Random) -> float:
        """Draws from `repeat_span`."""
        return _drawn(self.repeat_span(asked), rng)

    def before_again(self, code: str, asked: float, tries: int, rng: Random) -> float | None:
        """Draws from `again_span`."""
        span = self.again_span(code, asked, tries)
        return span and _drawn(span, rng)


def _drawn(span: Span, rng: Random) -> float:
    least, most = span
    return least + rng.random() * (most - least)


@cache
def page_waits() -> PageWaits:
    found = json.loads(WAITS.read_text(encoding="utf-8"))
    return PageWaits(
        timeout=found["TIMEOUT_MS"] / 1000,
        retry_after=found["RETRY_AFTER_MS"] / 1000,
        jitter=found["JITTER_MS"] / 1000,
        most_patience=found["MOST_PATIENCE_MS"] / 1000,
        spread=tuple((least, most) for least, most in found["SPREAD"]),
        pause=(found["PAUSE"][0], found["PAUSE"][1]),
        looks=tuple(one / 1000 for one in found["LOOKS_MS"]),
        share_soonest=found["SHARE_SOONEST_MS"] / 1000,
        share_spread=found["SHARE_SPREAD_MS"] / 1000,
    )
