"""A participant's own share link and code (R9, R11, R14)."""

from dataclasses import dataclass

from chalicelib.domain.contest import ReferralPolicy
from chalicelib.domain.errors import SharingOff
from chalicelib.ports import Codes, Participants, ShareCodes
from chalicelib.usecases.gate import Gate


def _enter(gate: Gate) -> None:
    if gate.contest.referral.policy is ReferralPolicy.OFF:
        raise SharingOff
    gate.enter()


@dataclass(frozen=True, slots=True)
class ShareLink:
    gate: Gate
    share_codes: ShareCodes
    public_base_url: str

    def __call__(self, openid: str) -> str:
        """Raises SharingOff under that policy, and what the gate raises: nothing is given out before opening."""
        _enter(self.gate)
        return f"{self.public_base_url}/s/{self.share_codes.of(openid)}"


@dataclass(frozen=True, slots=True)
class ShareCode:
    """The address in a participant's QR code: scanned, it follows the account with the share code as its scene."""

    gate: Gate
    share_codes: ShareCodes
    participants: Participants
    codes: Codes

    def __call__(self, openid: str) -> str:
        """Made once a participant: WeChat allows 100,000 a day. Raises as ShareLink does, and TryAgain."""
        _enter(self.gate)
        known = self.participants.code_url(openid)
        if known:
            return known
        made = self.codes.code(self.share_codes.of(openid), permanent=False)
        return self.participants.set_code_url(openid, made)
