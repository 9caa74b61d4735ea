"""Stacks and browser for the whole package, phones for one test each."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from infra.local.local_stack import Stack
from tests.browser.phone import WECHAT, Phone, chromium, new_phone, simulate
from tests.browser.stacks import CLOSED_AT, open_stack, opening_stack, seconds_left, stack_at, wait_for

NewPhone = Callable[..., Phone]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def contest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The open contest that all tests share; see `open_stack`."""
    with open_stack(tmp_path_factory.mktemp("open")) as stack:
        yield stack


@pytest.fixture(scope="package")
def small(contest: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The small contest of `opening_stack`, an hour before it opens at first; see `opening` and `opened`."""
    with opening_stack(contest, tmp_path_factory.mktemp("small"), 3_600) as small:
        yield small


@pytest.fixture
def opening(small: Stack) -> Stack:
    """The small contest, which opens in 15 s. For one test, which must run before those that use `opened`."""
    _set_clock(small, before_opening=15)
    return small


@pytest.fixture
def opened(small: Stack) -> Stack:
    """The small contest, open."""
    if seconds_left(small) > 0:
        _set_clock(small, before_opening=0)
    wait_for(small, phase="open")
    return small


def _set_clock(small: Stack, before_opening: int) -> None:
    simulate(small, "POST", "/sim/clock", json={"seconds": round(seconds_left(small)) - before_opening})


@pytest.fixture(scope="package")
def closed(contest: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The contest of `contest` after its end."""
    with stack_at(CLOSED_AT, contest, tmp_path_factory.mktemp("closed")) as stack:
        yield stack


@pytest.fixture
def phones(browser: Browser) -> Iterator[NewPhone]:
    """Makes a `new_phone(stack, calm, agent)`; at the end of the test nothing may have gone wrong on any."""
    made: list[Phone] = []

    def new(stack: Stack, calm: bool = True, agent: str | None = WECHAT) -> Phone:
        made.append(new_phone(browser, stack, calm, agent))
        return made[-1]

    yield new
    for phone in made:
        phone.page.context.close()
    assert [problem for phone in made for problem in phone.problems] == []
    for phone in made:
        phone.stack.check()
        assert phone.stack.new_errors() == []


@pytest.fixture
def phone(phones: NewPhone, contest: Stack) -> Phone:
    """A follower's phone, signed in and on the home screen of the open contest."""
    phone = phones(contest)
    phone.act("follow")
    phone.enter()
    phone.shows("home")
    return phone
