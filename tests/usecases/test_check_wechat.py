"""Whether WeChat answers this machine: asked anew each time, each call told apart."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.domain.errors import TryAgain, WeChatRefused
from chalicelib.ports import PlatformAnswers
from chalicelib.usecases.check_wechat import WeChatCheck

MENU: dict[str, Any] = {"button": [{"type": "view", "name": "官网", "url": "https://own.example/"}]}


@dataclass
class FakePlatform:
    """`faults` by call; `asked` in order."""

    faults: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def token(self) -> str:
        return self._gives("token")

    def ticket(self) -> str:
        return self._gives("ticket")

    def menu(self) -> dict[str, Any] | None:
        self._gives("menu")
        return MENU

    def publish_menu(self, menu: dict[str, Any]) -> None:
        raise AssertionError("a check changes nothing")

    def remove_menu(self) -> None:
        raise AssertionError("a check changes nothing")

    def _gives(self, name: str) -> str:
        self.asked.append(name)
        if name in self.faults:
            raise self.faults[name]
        return "secret"


def check(platform: FakePlatform) -> PlatformAnswers:
    return WeChatCheck(lambda: platform).check_platform()


def test_all_is_given_and_only_the_menu_is_told() -> None:
    assert check(FakePlatform()) == PlatformAnswers(0, 0, 0, MENU)


@pytest.mark.parametrize(("fault", "code"), [(WeChatRefused(40164), 40164), (TryAgain(), None)])
def test_without_a_token_nothing_else_is_asked(fault: Exception, code: int | None) -> None:
    platform = FakePlatform({"token": fault})
    assert check(platform) == PlatformAnswers(code, code, code)
    assert platform.asked == ["token"]


@pytest.mark.parametrize(
    ("faults", "answers"),
    [
        ({"ticket": WeChatRefused(48001)}, PlatformAnswers(0, 48001, 0, MENU)),
        ({"ticket": TryAgain()}, PlatformAnswers(0, None, 0, MENU)),
        ({"menu": WeChatRefused(-1)}, PlatformAnswers(0, 0, -1)),
        ({"ticket": TryAgain(), "menu": TryAgain()}, PlatformAnswers(0, None, None)),
    ],
)
def test_each_call_has_an_answer_of_its_own(faults: dict[str, Exception], answers: PlatformAnswers) -> None:
    assert check(FakePlatform(faults)) == answers


def test_each_check_has_a_way_of_its_own() -> None:
    made: list[FakePlatform] = []

    def fresh() -> FakePlatform:
        made.append(FakePlatform())
        return made[-1]

    checking = WeChatCheck(fresh)
    checking.check_platform()
    checking.check_platform()
    assert [platform.asked for platform in made] == [["token", "ticket", "menu"]] * 2
