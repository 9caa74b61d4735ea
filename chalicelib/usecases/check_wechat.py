"""Checks that WeChat's platform answers this machine: WeChat's IP whitelist is per address, not per application."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.domain.errors import TryAgain, WeChatRefused
from chalicelib.ports import Platform, PlatformAnswers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WeChatCheck:
    """`fresh` makes a client of WeChat for each check, without stored or shared credentials.

    A shared token would hide that WeChat refuses this machine a token.
    """

    fresh: Callable[[], Platform]

    def check_platform(self) -> PlatformAnswers:
        platform = self.fresh()
        token, _ = _asked(platform.get_access_token)
        if token != 0:
            return PlatformAnswers(token, token, token)
        ticket, _ = _asked(platform.get_js_ticket)
        menu, shown = _asked(platform.read_menu)
        return PlatformAnswers(token, ticket, menu, shown)


def _asked(call: Callable[[], T]) -> tuple[int | None, T | None]:
    """Returns WeChat's error code (0 for success, None for no answer) and the result."""
    try:
        return 0, call()
    except WeChatRefused as refused:
        return refused.errcode, None
    except TryAgain:
        return None, None
