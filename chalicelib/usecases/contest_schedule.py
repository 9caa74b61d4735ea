"""The scheduled opening and closing, each recorded once. Requests are judged by the clock, not by these records."""

import logging
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import MenuRefused
from chalicelib.ports import Clock, Control
from chalicelib.usecases.contest_menus import ContestMenus

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    contest: Contest
    control: Control
    menus: ContestMenus
    clock: Clock

    def open_contest(self) -> datetime | None:
        """Publishes the menu and returns the opening's time. Does nothing outside the window and returns None."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.OPEN:
            log.error("the opening ran outside the contest's window and did nothing")
            return None
        opened_at = self.control.mark_opened(now)
        self.menus.publish_contest_menu()
        return opened_at

    def close_contest(self) -> datetime | None:
        """Restores the account's menu and returns the closing's time. Does nothing before the end and returns None."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.CLOSED:
            log.error("the closing ran before the contest's end and did nothing")
            return None
        closed_at = self.control.mark_closed(now)
        try:
            self.menus.restore_account_menu()
        except MenuRefused:
            log.error("no menu was saved, so none is brought back")
        return closed_at
