"""What the scheduled functions do: record once that the contest opened and closed. The answering goes by the clock."""

import logging
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest, Phase
from chalicelib.ports import Clock, Control
from chalicelib.usecases.menu import MenuRefused, PublishMenu, RestoreMenu

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenContest:
    contest: Contest
    control: Control
    publish_menu: PublishMenu
    clock: Clock

    def __call__(self) -> datetime | None:
        """When it was opened, the menu published; None when the run came outside the window and did nothing."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.OPEN:
            log.error("the opening ran outside the contest's window and did nothing")
            return None
        opened_at = self.control.mark_opened(now)
        self.publish_menu()
        return opened_at


@dataclass(frozen=True, slots=True)
class CloseContest:
    contest: Contest
    control: Control
    restore_menu: RestoreMenu
    clock: Clock

    def __call__(self) -> datetime | None:
        """When it was closed; the account's menu comes back. None when the run came before the end and did nothing."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.CLOSED:
            log.error("the closing ran before the contest's end and did nothing")
            return None
        closed_at = self.control.mark_closed(now)
        try:
            self.restore_menu()
        except MenuRefused:
            log.error("no menu was saved, so none is brought back")
        return closed_at
