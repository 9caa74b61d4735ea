"""Every state of the page fits phones, thumbs and large type, and passes axe."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from infra.build.esbuild import MODULES
from tests.browser.fit import misfits
from tests.browser.states import THEMES, every_state, named
from tests.browser.states.made import ANSWERS, NEVER, OPENS, me, refused
from tests.browser.states.player import Player, as_answer
from tests.browser.states.state import State, Theme
from tests.http.openapi_check import check_answer

_AXE = (MODULES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RUN_AXE = f"() => {{ {_AXE}; return axe.run(document, {{ resultTypes: ['violations'], preload: false }}); }}"
_SHAPE = """() => {
  const named = (one) => [one.tagName, ...one.attributes].map((part) => part.name || part).join() + one.className;
  const every = document.querySelectorAll('main, main *');
  return [...new Set([...every].map((one) => `${named(one.parentElement)} > ${named(one)}`))];
}"""


class Judge:
    """Keeps the elements, and what they were in, that axe has judged already: it takes longer than the rest, and texts
    do not matter to it. It judges a state that has a new one."""

    def __init__(self, browser: Browser) -> None:
        self.player = Player(browser)
        self._judged: set[str] = set()

    def problems(self, state: State) -> list[str]:
        try:
            page = self.player.show(state)
        except AssertionError as error:
            return [str(error), *self.player.problems]
        return [*misfits(page), *self._violations(page), *self.player.problems]

    def _violations(self, page: Page) -> list[str]:
        shape = set(page.evaluate(_SHAPE))
        if shape <= self._judged:
            return []
        self._judged |= shape
        found = page.evaluate(_RUN_AXE)["violations"]
        return [f"axe {one['id']}: {one['nodes'][0]['target']}" for one in found]


@pytest.fixture(scope="module")
def judge(browser: Browser) -> Judge:
    return Judge(browser)


@pytest.mark.parametrize("theme", THEMES, ids=[theme.slug for theme in THEMES])
def test_every_state_is_right(judge: Judge, theme: Theme) -> None:
    found = {state.name: problems for state in theme.states if (problems := judge.problems(state))}
    assert found == {}


def test_a_refusal_that_is_not_repeated_says_nothing_more(judge: Judge) -> None:
    page = judge.player.show(named("交卷，超时"))
    told = page.locator(".problem p").text_content()
    assert told == as_answer(refused("attempt_expired")).body["error"]["message"]


def test_a_contest_paused_since_before_the_opening_is_not_asked_about_at_the_opening(judge: Judge) -> None:
    """All waiting phones turn to the paused screen in the same second."""
    asked: list[bool] = []

    def entry() -> dict[str, Any]:
        asked.append(True)
        return me(OPENS - timedelta(seconds=40), about={"paused": True})

    judge.player.show(State("", entry, shows="[data-screen=paused]", later=60))
    assert len(asked) == 1


def test_a_paused_page_whose_answer_is_slow_asks_once(judge: Judge) -> None:
    paused = State("", [me(about={"paused": True}), NEVER], shows="[data-screen=paused]")
    asked: list[str] = []
    page = judge.player.show(paused)
    page.on("request", lambda request: asked.append(request.url))
    judge.player.show(replace(paused, later=36))
    assert len([url for url in asked if url.endswith("/api/me")]) == 2


def test_every_made_answer_is_one_that_the_server_may_give() -> None:
    for call, made in _made_answers():
        answer = as_answer(made)
        if answer.body is None:
            continue
        method, path = call.split(" ")
        is_picture = isinstance(answer.body, bytes)
        body = answer.body if is_picture else json.dumps(answer.body).encode()
        kind = "image/png" if is_picture else "application/json"
        check_answer(method, path.replace("*", "x"), answer.status, kind, body)


def _made_answers() -> Iterator[tuple[str, object]]:
    states = [{"GET /api/me": state.me, **state.api} for state in every_state()]
    for call, made in chain.from_iterable(answers.items() for answers in (ANSWERS, *states)):
        yield from ((call, one) for one in (made if isinstance(made, list) else [made]))


def test_a_name_stands_for_one_state_of_a_theme() -> None:
    for theme in THEMES:
        names = [state.name for state in theme.states]
        assert len(names) == len(set(names))
