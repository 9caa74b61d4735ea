"""`make bench-page`: the first view on a slow phone: its requests, bytes, first paint and the time until it is usable.

python -m tests.bench.page [RUNS]

Fails over the bounds of tests/browser/page_bounds.py. DevTools throttle the phone: 400 ms a round trip, 400 kbit/s, a
processor four times slower. Usable: the home screen is drawn and the browser has shown it.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, BrowserContext, Page

from infra.local.local_stack import Stack
from tests.browser.page_bounds import MOST_BYTES, MOST_BYTES_LATER, MOST_REQUESTS, USABLE_MS
from tests.browser.phone import SCREEN, SDK, SDK_ADDRESS, WECHAT, chromium, new_phone
from tests.browser.stacks import open_stack

RUNS = 7
LATENCY_MS = 400
BYTES_PER_SECOND = 400_000 // 8
CPU_RATE = 4
LATER_MS = 10_000
"""The page's own delays are up to a minute, at random; here they are the shortest."""
SHORTEST_DELAYS = "Math.random = () => 0"
WATCH = """addEventListener('DOMContentLoaded', () => {
  const main = document.querySelector('main');
  new MutationObserver((_, watch) => {
    if (main.getAttribute('aria-busy') !== 'false') return;
    watch.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.usable = performance.now(); }));
  }).observe(main, { attributes: true });
});"""
TIMES = "[performance.getEntriesByName('first-contentful-paint')[0].startTime, window.usable]"
SIZES = """['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
  .filter((one) => one.name.startsWith(location.origin) && one.transferSize).map((one) => one.transferSize - 300)"""
"""Of the answers that came over the network; the specification counts 300 bytes of headers for each."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One loading: requests to us, bytes of their bodies, milliseconds from the start."""

    requests: int
    bytes: int
    paint: float
    usable: float


def main(runs: int = RUNS) -> int:
    """Returns the exit code."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as home, open_stack(Path(home)) as stack, chromium() as browser:
        cookies = _signed_in(browser, stack)
        for who, known in (("signed in", cookies), ("signed out", [])):
            cold, warm = zip(*(_cold_and_warm(browser, stack, known) for _ in range(runs)), strict=True)
            later = _with_all_later(browser, stack, known)
            first = _middle(cold)
            print(_line(f"{who}, cold", first, [one.usable for one in cold]))
            print(_line(f"{who}, warm", _middle(warm), [one.usable for one in warm]))
            print(f"{who}, with all that loads later by itself: {later.requests} requests, {later.bytes} bytes")
            faults += [f"{who}: {fault}" for fault in _faults(first, later)]
    print(*faults or ["within the bounds"], sep="\n")
    return 1 if faults else 0


def _signed_in(browser: Browser, stack: Stack) -> list[dict[str, object]]:
    """Returns a follower's cookies."""
    phone = new_phone(browser, stack)
    phone.act("follow")
    phone.page.request.get(phone.entry())
    cookies = [dict(one) for one in phone.page.context.cookies()]
    phone.page.context.close()
    return cookies


def _cold_and_warm(browser: Browser, stack: Stack, cookies: list[dict[str, object]]) -> tuple[Loaded, Loaded]:
    with _context(browser, cookies) as context:
        return _load(context, stack), _load(context, stack)


def _with_all_later(browser: Browser, stack: Stack, cookies: list[dict[str, object]]) -> Loaded:
    with _context(browser, cookies) as context:
        context.add_init_script(SHORTEST_DELAYS)
        context.route(SDK_ADDRESS, lambda route: route.fulfill(body=SDK, content_type="text/javascript"))
        return _load(context, stack, LATER_MS)


@contextmanager
def _context(browser: Browser, cookies: list[dict[str, object]]) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SCREEN, locale="zh-CN", user_agent=WECHAT)
    context.add_cookies(cookies)  # type: ignore[arg-type]  # as the browser gave them
    context.add_init_script(WATCH)
    try:
        yield context
    finally:
        context.close()


def _load(context: BrowserContext, stack: Stack, patience: int = 0) -> Loaded:
    page = context.new_page()
    _throttle(page)
    # With a query, the page signs nobody in by itself.
    page.goto(f"{stack.url}/?in=1")
    while not page.evaluate("window.usable"):
        page.wait_for_timeout(50)
    page.wait_for_timeout(patience)
    paint, usable = page.evaluate(TIMES)
    sizes = page.evaluate(SIZES)
    page.close()
    return Loaded(len(sizes), sum(sizes), paint, usable)


def _throttle(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    speed = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})
    session.send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})


def _middle(loaded: tuple[Loaded, ...]) -> Loaded:
    """The most requests and bytes, the medians of the times."""
    return Loaded(
        max(one.requests for one in loaded),
        max(one.bytes for one in loaded),
        median(one.paint for one in loaded),
        median(one.usable for one in loaded),
    )


def _line(name: str, one: Loaded, times: list[float]) -> str:
    sizes = f"{one.requests} requests, {one.bytes} bytes"
    usable = f"usable {one.usable:.0f} ms ({min(times):.0f}–{max(times):.0f})"
    return f"{name}: {sizes}, first paint {one.paint:.0f} ms, {usable}"


def _faults(first: Loaded, later: Loaded) -> Iterator[str]:
    for what, is_, most in (
        ("requests", first.requests, MOST_REQUESTS),
        ("bytes", first.bytes, MOST_BYTES),
        ("bytes with what loads later", later.bytes, MOST_BYTES_LATER),
        ("ms until usable", round(first.usable), USABLE_MS),
    ):
        if is_ > most:
            yield f"{is_} {what}, at most {most}"


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
