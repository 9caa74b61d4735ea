"""Signing in through WeChat's web authorization."""

import logging
from dataclasses import dataclass

from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Clock, Followers, WeChat

log = logging.getLogger(__name__)


class SignInFailed(Exception):
    """`code` goes into the page's address: authorization_failed or snapshot."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SignIn:
    wechat: WeChat
    followers: Followers
    clock: Clock

    def __call__(self, code: str) -> str:
        """The visitor's openid. Raises SignInFailed, or TryAgain when WeChat is silent."""
        visitor = self.wechat.visitor(code)
        if visitor is None:
            raise SignInFailed("authorization_failed")
        if visitor.snapshot:
            raise SignInFailed("snapshot")
        if self.followers.find(visitor.openid) is None:
            self._ask(visitor.openid)
        return visitor.openid

    def _ask(self, openid: str) -> None:
        """Asks WeChat about somebody unknown, once a person.

        When it is silent they are signed in all the same, as not following, and asked about the next time.
        """
        try:
            subscribed = self.wechat.is_following(openid)
        except TryAgain:
            log.warning("user/info is silent: a visitor's following is not known yet")
            return
        self.followers.note(openid, subscribed, self.clock())
