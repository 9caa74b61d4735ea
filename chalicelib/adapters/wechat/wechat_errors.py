"""Handles errors of wechatpy and its connections: repeats a read if useful, and raises the domain's errors."""

import logging
from collections.abc import Callable
from typing import TypeVar

import requests
from wechatpy.exceptions import WeChatException

from chalicelib.domain.errors import TryAgain, WeChatRefused

log = logging.getLogger(__name__)
T = TypeVar("T")
HINTS = {
    40164: "the calling address is not on the account's IP whitelist",
    40125: "the AppSecret is wrong",
    40243: "the AppSecret is frozen",
    45009: "the day's quota of this call is used up",
    48001: "the account has no right to this call",
}
"""Error codes that an operator can act on."""


def again_if_reset(read: Callable[[], T]) -> T:
    """Repeats a read once if its connection was reset, as a NAT does to connections that were idle for minutes."""
    try:
        return read()
    except requests.ConnectionError as error:
        if not _was_reset(error):
            raise
    return read()


def _was_reset(error: BaseException) -> bool:
    """Returns whether the connection was reset: requests and urllib3 wrap the socket's error."""
    inner = [one for one in error.args if isinstance(one, BaseException)]
    return isinstance(error, ConnectionResetError) or any(_was_reset(one) for one in inner)


def quietly(call: Callable[[], T]) -> T:
    """Raises WeChatRefused, or TryAgain for silence, without the cause, which may contain the AppSecret."""
    try:
        return call()
    except (WeChatException, requests.RequestException, ValueError, LookupError, TypeError, AttributeError) as error:
        code, kind = getattr(error, "errcode", None), type(error).__name__
    if not isinstance(code, int):  # wechatpy raises its own exception without a code for an HTTP error status as well
        log.warning("no answer from WeChat: %s", kind)
        raise TryAgain
    log.warning("WeChat answered %s %s", code, HINTS.get(code, ""))
    raise WeChatRefused(code)
