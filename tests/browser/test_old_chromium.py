"""The whole way in Chromium 64: from a stranger's first view to the money."""

import platform
from pathlib import Path

import pytest

from infra.local.local_stack import Stack
from tests.browser.old_chromium import OldPage, old_page
from tests.browser.phone import RIGHT, simulate

AGENT = "Mozilla/5.0 (Linux; Android 8.0) AppleWebKit/537.36 Chrome/64.0.3264.0 Mobile MicroMessenger/6.6.3"
QUESTION = """[document.querySelector('#stem').textContent,
  ...[...document.querySelectorAll('.option span')].map((one) => one.textContent)]"""
AFTER_A_DOUBLE_TAP = "new Promise((done) => setTimeout(done, 450))"
"""The page takes an earlier press for the second half of a double tap."""
RED = "rgb(181, 18, 27)"
LAST_UNDER_TABS = """(() => {
  scrollTo(0, document.body.scrollHeight);
  const [tabs] = document.querySelectorAll('.tabs');
  return tabs.previousElementSibling.getBoundingClientRect().bottom - tabs.getBoundingClientRect().top;
})()"""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="an x86-64 program")
def test_chromium_64_plays_the_whole_way(contest: Stack, tmp_path: Path) -> None:
    person = simulate(contest, "POST", "/sim/people", json={"name": "市民"})
    simulate(contest, "POST", f"/sim/people/{person['id']}/follow")
    with old_page(tmp_path) as page:
        page.call("Network.setUserAgentOverride", userAgent=AGENT)
        page.call("Network.setBlockedURLs", urls=["https://*"])
        page.call("Network.setCookie", name="sim_person", value=person["id"], url=contest.url)
        page.goto(f"{contest.url}/?in=1")
        page.shows("signin")
        assert page.evaluate(LAST_UNDER_TABS) <= 0
        page.press("[data-action=signin]")
        page.shows("home")
        page.press("[data-action=start]")
        answer_all(page)
        page.evaluate(AFTER_A_DOUBLE_TAP)
        page.press("[data-action=submit]")
        page.shows("result")
        # No conic gradient: the ring is whole.
        assert page.style(".ring", "backgroundImage").startswith("radial-gradient")
        assert page.style(".ring", "backgroundColor") == RED
        assert page.style(".bar", "padding") == "4px 12px"
        page.press("[data-action=claim]")
        page.shows("packet")
        page.press("[data-action=open]")
        page.until("document.querySelector('.amount')")
        assert page.faults == []


def answer_all(page: OldPage) -> None:
    page.shows("question")
    assert page.style(".steps", "padding") == "10px 16px"
    while page.evaluate("!!document.querySelector('#stem')"):
        stem, *texts = page.evaluate(QUESTION)
        page.press(".option", at=texts.index(RIGHT[stem]))
        # The chosen option has the focus, and shows it by its colour alone.
        page.until("document.querySelector('.option:focus, .option :focus')")
        assert page.style(":focus", "outlineStyle") == "none"
        # The tap moves on.
        page.until(f"!document.querySelector('#stem') || document.querySelector('#stem').textContent !== {stem!r}")
