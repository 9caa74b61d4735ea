"""People at the desk: an editor looks up the winner of a packet, and decides about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chalicelib.domain.claim import Claim
from chalicelib.domain.desk.decision_reason import stated_reason
from chalicelib.domain.desk.desk_errors import DeskRefused
from chalicelib.domain.operator_refusals import REFUSALS
from chalicelib.domain.participation import Participation
from chalicelib.ports import Followers
from chalicelib.usecases.decide_person import PersonDecisions, PersonRefused
from chalicelib.usecases.find_winner import WinnerSearch


@dataclass(frozen=True, slots=True)
class FoundPerson:
    claim: Claim
    """Of the packet that was named."""
    participation: Participation
    follows: bool


@dataclass(frozen=True, slots=True)
class DeskPeople:
    """A person is named by a packet's number or a bill number, never by openid: pages and requests have none.

    All calls raise DeskRefused and TryAgain.
    """

    winners: WinnerSearch
    followers: Followers
    decisions: PersonDecisions

    def look_up(self, packet: str) -> FoundPerson:
        with _in_words():
            claim = self.winners.find_indexed_claim(packet)
            participation = self.decisions.find_person(claim.openid)
        follower = self.followers.find_follower(claim.openid)
        return FoundPerson(claim, participation, follower is not None and follower.subscribed)

    def set_hold(self, packet: str, on_hold: bool, who: str, why: str) -> None:
        """`who` is the link's name in the log."""
        reason = stated_reason(why)
        with _in_words():
            self.decisions.set_hold(self.winners.find_indexed_claim(packet).openid, on_hold, who, reason)

    def move_unit(self, packet: str, before: str, after: str, who: str, why: str) -> None:
        """Moves the person from the unit `before`, as the page showed it, to `after`; either may be empty."""
        reason = stated_reason(why)
        if before == after:
            raise DeskRefused(400, "单位没有改变。")
        with _in_words():
            self.decisions.move_unit(self.winners.find_indexed_claim(packet).openid, before, after, who, reason)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except PersonRefused as error:
        raise DeskRefused(409, REFUSALS[str(error)] + error.detail) from error
