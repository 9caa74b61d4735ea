"""Checking that WeChat answers this machine: each check uses fresh credentials and reports each call separately."""

from typing import Any

import pytest

from chalicelib.ports import PlatformAnswers
from chalicelib.usecases.check_wechat import WeChatCheck
from tests.support.clock import FakeClock
from tests.support.examples import NOON
from tests.support.wechat import Call, FakeWeChat
from tests.support.world import Trouble, World

MENU: dict[str, Any] = {"button": [{"type": "view", "name": "官网", "url": "https://own.example/"}]}
ALL = [Call.TOKEN, Call.TICKET, Call.CURRENT_MENU]


def platform() -> FakeWeChat:
    made = FakeWeChat(World(), FakeClock(NOON))
    made.shown_menu = MENU
    return made


def test_the_answer_is_a_code_for_each_call_and_the_menu() -> None:
    wechat = platform()
    assert WeChatCheck(lambda: wechat).check_platform() == PlatformAnswers(0, 0, 0, MENU)
    assert wechat.asked == ALL, "a check changes nothing"


@pytest.mark.parametrize(("failure", "code"), [(40164, 40164), (Trouble.BUSY, None)])
def test_without_a_token_nothing_else_is_asked(failure: int | Trouble, code: int | None) -> None:
    wechat = platform()
    wechat.will_fail(Call.TOKEN, failure)
    assert WeChatCheck(lambda: wechat).check_platform() == PlatformAnswers(code, code, code)
    assert wechat.asked == [Call.TOKEN]


@pytest.mark.parametrize(
    ("failures", "answers"),
    [
        ({Call.TICKET: 48001}, PlatformAnswers(0, 48001, 0, MENU)),
        ({Call.TICKET: Trouble.BUSY}, PlatformAnswers(0, None, 0, MENU)),
        ({Call.CURRENT_MENU: -1}, PlatformAnswers(0, 0, -1)),
        ({Call.TICKET: Trouble.BUSY, Call.CURRENT_MENU: Trouble.BUSY}, PlatformAnswers(0, None, None)),
    ],
)
def test_each_call_has_an_answer_of_its_own(failures: dict[Call, int | Trouble], answers: PlatformAnswers) -> None:
    wechat = platform()
    for call, failure in failures.items():
        wechat.will_fail(call, failure)
    assert WeChatCheck(lambda: wechat).check_platform() == answers


def test_each_check_has_credentials_of_its_own() -> None:
    made: list[FakeWeChat] = []

    def fresh() -> FakeWeChat:
        made.append(platform())
        return made[-1]

    check = WeChatCheck(fresh)
    check.check_platform()
    check.check_platform()
    assert [wechat.asked for wechat in made] == [ALL, ALL]
