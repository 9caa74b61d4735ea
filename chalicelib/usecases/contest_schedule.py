"""What the scheduled functions do: record once that the contest opened and closed. The answering goes by the clock."""

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
        """When it was opened, the menu published; None when the run came outside the window and did nothing."""
        now = self.clock()
        if self.contest.window.phase(now) is not Phase.OPEN:
            log.error("the opening ran outside the contest's window and did nothing")
            return None
        opened_at = self.control.mark_opened(now)
        self.menus.publish_contest_menu()
        return opened_at

    def close_contest(self) -> datetime | None:
        """When it was closed; the account's menu comes back. None when the run came before the end and did nothing."""
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
