"""The account's own code, for visitors who do not follow yet (R3, R11)."""

from dataclasses import dataclass

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import NotFound
from chalicelib.domain.units import FOLLOW_SCENE
from chalicelib.ports import Clock, Codes, Control


@dataclass(frozen=True, slots=True)
class FollowCode:
    contest: Contest
    control: Control
    codes: Codes
    clock: Clock

    def follow_code_address(self) -> str:
        """Returns the address in the code: the contest file's, else that of one permanent scene, made at first use and
        kept. Raises NotFound before the opening, and TryAgain."""
        if self.contest.window.phase(self.clock()) is Phase.ANNOUNCED:
            raise NotFound
        if given := self.contest.account.code_url:
            return given
        kept = self.control.follow_code()
        return kept or self.control.keep_follow_code(self.codes.create_code(FOLLOW_SCENE, permanent=True))
