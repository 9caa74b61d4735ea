"""`side`: WeChat as `FakeWeChat`, or as the simulator behind the real adapters; both have the same controls."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from chalicelib.adapters.wechat import wechat_api
from chalicelib.ports import OfficialAccount, VisitorSignIn
from tests.support.clock import FakeClock
from tests.support.examples import NOON
from tests.support.simulated_wechat import Silence, SimulatedWeChat, simulated_wechat
from tests.support.wechat import FakeWeChat
from tests.support.world import World

PAGE = 3
READ_SECONDS = 0.5
"""A time-out long enough for the simulator on a busy machine."""


@dataclass
class Side:
    """`wechat` has the test's controls and the results; the other fields are the ports."""

    clock: FakeClock
    wechat: FakeWeChat | SimulatedWeChat
    sign_in: VisitorSignIn
    account: OfficialAccount
    fresh_account: Callable[[], OfficialAccount]


def fake_side() -> Side:
    clock = FakeClock(NOON)
    wechat = FakeWeChat(World(), clock, PAGE)
    return Side(clock, wechat, wechat, wechat, lambda: wechat)


@contextmanager
def simulator_side() -> Iterator[Side]:
    clock = FakeClock(NOON)
    with simulated_wechat(clock, followers_page=PAGE) as wechat:
        api = wechat.api()
        yield Side(clock, wechat, wechat.sign_in(api), wechat.account(api), wechat.fresh_account)


@pytest.fixture(params=["fake", "simulator"])
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    if request.param == "fake":
        yield fake_side()
        return
    with simulator_side() as made:
        yield made


@pytest.fixture(params=["fake", *Silence], ids=lambda param: param if param == "fake" else param.name.lower())
def failing_side(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    """Each way in which WeChat can leave a call unanswered."""
    if request.param == "fake":
        yield fake_side()
        return
    monkeypatch.setattr(wechat_api, "TIMEOUT", (1.0, READ_SECONDS))
    with simulator_side() as made:
        assert isinstance(made.wechat, SimulatedWeChat)
        made.wechat.silence = request.param
        yield made
