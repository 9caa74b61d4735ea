"""A participant's own share link and code (R9, R11, R14)."""

from dataclasses import dataclass

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.errors import SharingOff
from chalicelib.ports import Codes, Participants, ShareCodes
from chalicelib.usecases.gate import Gate


@dataclass(frozen=True, slots=True)
class Sharing:
    """Gives out no link or code before opening, or under the policy `off`."""

    gate: Gate
    share_codes: ShareCodes
    participants: Participants
    codes: Codes
    public_base_url: str

    def share_link(self, openid: str) -> str:
        """Raises SharingOff, and the gate's errors."""
        self._enter()
        return f"{self.public_base_url}/s/{self.share_codes.make_share_code(openid)}"

    def share_code_address(self, openid: str) -> str:
        """Returns the address in a participant's QR code. Its scan leads to a follow with the share code as scene.

        Made once per participant: WeChat allows 100,000 a day. Raises SharingOff, the gate's errors, and TryAgain.
        """
        self._enter()
        known = self.participants.code_url(openid)
        if known:
            return known
        made = self.codes.create_code(self.share_codes.make_share_code(openid), permanent=False)
        return self.participants.set_code_url(openid, made)

    def _enter(self) -> None:
        if self.gate.contest.referral.policy is ReferralPolicy.OFF:
            raise SharingOff
        self.gate.enter()
