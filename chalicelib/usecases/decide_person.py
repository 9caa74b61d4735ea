"""Operators' decisions about one participant. Each is written to the log together with the change it makes."""

from dataclasses import dataclass
from difflib import get_close_matches

from chalicelib.domain.contest import Contest
from chalicelib.domain.errors import OperatorRefused
from chalicelib.domain.operator_log import person_digest
from chalicelib.domain.participation import Me, Participation
from chalicelib.domain.purge import PurgeState
from chalicelib.ports import Clock, Control, Followers, LogEntry, Participants

NOTHING = Participation(Me(), (), ())
"""The stored data of a person who never took part."""
HOLD, RELEASE, MOVE = "hold", "release", "move"


class PersonRefused(OperatorRefused):
    """No person has this name, or their unit is another one. The text is a key of `operator_refusals.REFUSALS`."""


@dataclass(frozen=True, slots=True)
class PersonDecisions:
    contest: Contest
    followers: Followers
    participants: Participants
    control: Control
    clock: Clock

    def find_person(self, openid: str) -> Participation:
        """Raises PersonRefused for an unknown openid, since a hold on a mistyped one would have no effect, and once the
        purge has begun, since a decision would store the person again."""
        if self.control.read_switches().purge is not PurgeState.NONE:
            raise PersonRefused("purged")
        found = self.participants.read_participation(openid)
        if found == NOTHING and self.followers.find_follower(openid) is None:
            raise PersonRefused("no_such_person")
        return found

    def set_hold(self, openid: str, on_hold: bool, who: str, why: str) -> None:
        """Raises PersonRefused."""
        was = self.find_person(openid).me.on_hold
        entry = self._entry(openid, who, HOLD if on_hold else RELEASE, _held(was), _held(on_hold), why)
        self.participants.set_hold(openid, on_hold, entry)

    def move_unit(self, openid: str, before: str, after: str, who: str, why: str) -> None:
        """Puts the person into the unit `after`, or none (""), if they are still in `before`. A repeat changes nothing.
        Raises PersonRefused."""
        self.require_unit(after)
        entry = self._entry(openid, who, MOVE, before, after, why)
        moved = self.participants.move_unit(openid, before, after, entry)
        if not moved and (self.participants.read_participation(openid).me.unit or "") != after:
            raise PersonRefused("moved_meanwhile")

    def require_unit(self, name: str) -> None:
        """Raises PersonRefused, with the units of similar names, for a unit that the contest file does not have."""
        names = self.contest.unit_names
        if name and name not in names:
            near = get_close_matches(name, names)
            raise PersonRefused("no_such_unit", f"：{name}。" + f"是不是{'、'.join(near)}？" * bool(near))

    def _entry(self, openid: str, who: str, what: str, old: str, new: str, why: str) -> LogEntry:
        return LogEntry(self.clock(), who, what, person_digest(self.contest.id, openid), old, new, why)


def _held(on_hold: bool) -> str:
    return "on_hold" if on_hold else ""
