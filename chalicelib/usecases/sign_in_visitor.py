"""Signs visitors in through WeChat's web authorization."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain import referral
from chalicelib.domain.contest import Contest, Phase, ReferralPolicy
from chalicelib.domain.errors import SignInFailed, TryAgain
from chalicelib.domain.participation import Follower
from chalicelib.ports import Clock, Followers, ShareCodes, VisitorSignIn

log = logging.getLogger(__name__)
ASK_AGAIN = timedelta(minutes=1)
"""For this time user/info is not asked again about the same person."""


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
        if known is None or not known.subscribed:
            known = self._look_up(visitor.openid, known)
        if share_code and (known is None or not known.has_followed):
            self._record_sharer(visitor.openid, known, share_code)
        return visitor.openid

    def _look_up(self, openid: str, known: Follower | None) -> Follower | None:
        """Asks WeChat about a person who is not known to follow, at most once a minute.

        When WeChat is silent, they are signed in as not following, and WeChat is asked again at a later sign-in.
        """
        asked_at = self.clock()  # every follow before this time is in WeChat's answer
        last = known.asked_at if known else None
        recently = last is not None and asked_at.timestamp() - last < ASK_AGAIN.total_seconds()
        if recently or not self.followers.begin_lookup(openid, asked_at, ASK_AGAIN):
            return known
        try:
            subscribed = self.wechat.is_following(openid)
        except TryAgain:
            log.warning("user/info is silent: a visitor's following is not known yet")
            return known
        return self.followers.record_lookup(openid, subscribed, asked_at)

    def _record_sharer(self, openid: str, known: Follower | None, share_code: str) -> None:
        """Records the sharer. A link counts only in its contest's window, and only if the sharer has followed."""
        now, contest = self.clock(), self.contest
        on = contest.referral.policy is ReferralPolicy.EXTRA_CHANCE and contest.window.phase(now) is Phase.OPEN
        sharer = self.share_codes.find_sharer(share_code) if on else None
        if not sharer or sharer == openid or (known and referral.inviter(contest, known)):
            return
        found = self.followers.find_follower(sharer)
        if found and found.has_followed:
            self.followers.record_sharer(openid, sharer, contest.id, now, known)
