"""Whether WeChat's platform answers the machine that this runs on: its whitelist knows addresses, not applications."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.domain.errors import TryAgain, WeChatRefused
from chalicelib.ports import Platform, PlatformAnswers

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WeChatCheck:
    """`fresh` is a way to WeChat that has no credentials yet and shares none: one for each check.

    A token that somebody else had got would hide that WeChat gives none to this machine.
    """

    fresh: Callable[[], Platform]

    def check_platform(self) -> PlatformAnswers:
        platform = self.fresh()
        token, _ = _asked(platform.token)
        if token != 0:
            return PlatformAnswers(token, token, token)
        ticket, _ = _asked(platform.ticket)
        menu, shown = _asked(platform.menu)
        return PlatformAnswers(token, ticket, menu, shown)


def _asked(call: Callable[[], T]) -> tuple[int | None, T | None]:
    """WeChat's error code, 0 for none and None for silence; and what it gave."""
    try:
        return 0, call()
    except WeChatRefused as refused:
        return refused.errcode, None
    except TryAgain:
        return None, None
