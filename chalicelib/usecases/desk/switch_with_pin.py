"""The switches at the desk: an editor pauses the contest or stops the payouts, with PIN and reason."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.desk.decision_reason import stated_reason
from chalicelib.domain.switches import Switches
from chalicelib.usecases.decide_switches import SwitchDecisions


class SwitchAct(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    STOP_PAYOUTS = "stop_payouts"
    START_PAYOUTS = "start_payouts"


@dataclass(frozen=True, slots=True)
class DeskSwitches:
    read_switches: Callable[[], Switches]
    """As they are stored, not this instance's copy."""
    decisions: SwitchDecisions
    require_pin: Callable[[str, str], None]
    """Takes a link's id and the PIN that was entered. Raises DeskRefused."""

    def decide(self, act: SwitchAct, link_id: str, pin: str, who: str, why: str) -> None:
        """`who` is the link's name in the log. Raises DeskRefused for a wrong PIN or a missing reason, and TryAgain."""
        reason = stated_reason(why)
        self.require_pin(link_id, pin)
        apply = {
            SwitchAct.PAUSE: self.decisions.pause,
            SwitchAct.RESUME: self.decisions.resume,
            SwitchAct.STOP_PAYOUTS: self.decisions.stop_payouts,
            SwitchAct.START_PAYOUTS: self.decisions.start_payouts,
        }[act]
        apply(who, reason)
