"""Signs visitors in through WeChat's web authorization."""

import logging
from dataclasses import dataclass

from chalicelib.domain.contest import Contest, ReferralPolicy
from chalicelib.domain.errors import SignInFailed, TryAgain
from chalicelib.domain.participation import Follower
from chalicelib.ports import Clock, Followers, ShareCodes, VisitorSignIn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignIns:
    wechat: VisitorSignIn
    followers: Followers
    share_codes: ShareCodes
    contest: Contest
    clock: Clock

    def sign_in_visitor(self, code: str, share_code: str = "") -> str:
        """Returns the visitor's openid. Records the sharer of a visitor who never followed, the first one only (R9).

        Raises SignInFailed, or TryAgain when WeChat or the store is silent.
        """
        visitor = self.wechat.identify_visitor(code)
        if visitor is None:
            raise SignInFailed("authorization_failed")
        if visitor.snapshot:
            raise SignInFailed("snapshot")
        known = self.followers.find_follower(visitor.openid)
        if known is None or not known.known:
            known = self._ask(visitor.openid)
        sharer = self._sharer(share_code)
        if sharer and not (known and known.subscribed):
            self.followers.record_sharer(visitor.openid, sharer, self.clock())
        return visitor.openid

    def _sharer(self, share_code: str) -> str | None:
        on = self.contest.referral.policy is ReferralPolicy.EXTRA_CHANCE
        return self.share_codes.find_sharer(share_code) if on and share_code else None

    def _ask(self, openid: str) -> Follower | None:
        """Asks WeChat about an unknown person, once.

        When WeChat is silent, they are signed in as not following, and WeChat is asked again at the next sign-in.
        """
        asked_at = self.clock()  # a follow before this time is also before WeChat's answer
        try:
            subscribed = self.wechat.is_following(openid)
        except TryAgain:
            log.warning("user/info is silent: a visitor's following is not known yet")
            return None
        return self.followers.record_lookup(openid, subscribed, asked_at)
