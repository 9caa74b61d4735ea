"""A participant's own profile, and the choice of a reporting unit."""

from dataclasses import dataclass, replace

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import ContestClosed, UnitAlreadySet, UnknownUnit
from chalicelib.domain.participation import Participation
from chalicelib.ports import Clock, Followers, Participants


@dataclass(frozen=True, slots=True)
class Profiles:
    contest: Contest
    followers: Followers
    participants: Participants
    clock: Clock

    def read_profile(self, openid: str) -> tuple[bool, Participation]:
        """Returns whether they follow, and their participation. Two reads."""
        follower = self.followers.find_follower(openid)
        participation = self.participants.read_participation(openid)
        unit = self.contest.reporting.present_name(participation.me.unit or "")
        if unit != (participation.me.unit or ""):
            participation = replace(participation, me=replace(participation.me, unit=unit))
        return follower is not None and follower.subscribed, participation

    def choose_unit(self, openid: str, unit: str) -> str:
        """Sets the unit once (R13). Returns its present name, also for a former one.

        Raises ContestClosed, UnknownUnit, NotFollowing, UnitAlreadySet.
        """
        present = self.contest.reporting.present_name
        unit = present(unit)
        if self.contest.window.phase(self.clock()) is Phase.CLOSED:
            return self._again(openid, unit)
        if unit not in self.contest.unit_names:
            raise UnknownUnit
        if present(self.participants.set_unit(openid, unit)) != unit:
            raise UnitAlreadySet
        return unit

    def _again(self, openid: str, unit: str) -> str:
        """Answers a repeat from the stored unit, also after closing. Raises ContestClosed for anything else."""
        stored = self.participants.read_participation(openid).me.unit
        if self.contest.reporting.present_name(stored or "") != unit:
            raise ContestClosed
        return unit
