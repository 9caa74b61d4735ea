"""A participant's own share link and code (R9, R11, R14)."""

from dataclasses import dataclass

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.errors import NotFollowing, SharingOff
from chalicelib.ports import Codes, Followers, Participants, ShareCodes
from chalicelib.usecases.gate import Gate


@dataclass(frozen=True, slots=True)
class Sharing:
    """Gives out no link or code before opening, or under the policy `off`."""

    gate: Gate
    share_codes: ShareCodes
    participants: Participants
    codes: Codes
    followers: Followers
    public_base_url: str

    def share_link(self, openid: str) -> str:
        """Raises SharingOff, the gate's errors, and NotFollowing."""
        self.require_sharing()
        self._require_has_followed(openid)
        return f"{self.public_base_url}/s/{self.share_codes.make_share_code(openid)}"

    def share_code_address(self, openid: str) -> str:
        """Returns the address in a participant's QR code. Its scan leads to a follow with the share code as scene.

        Made once per participant: WeChat allows 100,000 a day. Raises SharingOff, the gate's errors, NotFollowing,
        and TryAgain.
        """
        self.require_sharing()
        known = self.participants.code_url(openid)
        if known:
            return known
        self._require_has_followed(openid)
        made = self.codes.create_code(self.share_codes.make_share_code(openid), permanent=False)
        return self.participants.set_code_url(openid, made)

    def require_sharing(self) -> None:
        """Raises SharingOff, and the gate's errors."""
        if self.gate.contest.referral.policy is ReferralPolicy.OFF:
            raise SharingOff
        self.gate.enter()

    def _require_has_followed(self, openid: str) -> None:
        """Raises NotFollowing: a sharer's link or code counts only if they have followed (R9)."""
        follower = self.followers.find_follower(openid)
        if follower is None or not follower.has_followed:
            raise NotFollowing
