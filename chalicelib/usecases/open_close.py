"""What the scheduled functions do: record once that the contest opened and closed. The answering goes by the clock."""

import logging
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest, Phase
from chalicelib.ports import Clock, Control

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenContest:
    contest: Contest
    control: Control
    clock: Clock

    def __call__(self) -> datetime | None:
        """When it was opened; None when the run came outside the window and did nothing."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.OPEN:
            log.error("the opening ran outside the contest's window and did nothing")
            return None
        return self.control.mark_opened(now)


@dataclass(frozen=True, slots=True)
class CloseContest:
    contest: Contest
    control: Control
    clock: Clock

    def __call__(self) -> datetime | None:
        """When it was closed; None when the run came before the end and did nothing."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.CLOSED:
            log.error("the closing ran before the contest's end and did nothing")
            return None
        return self.control.mark_closed(now)
