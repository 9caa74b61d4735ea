"""Publishes the contest's menu, and restores the account's saved menu after the contest (R15)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import MenuRefused
from chalicelib.domain.menu import (
    contest_menu,
    is_contest_menu,
    restorable,
    with_closing_notice,
    without_closing_notice,
)
from chalicelib.domain.menu_preview import MenuPreview, preview
from chalicelib.ports import Clock, LogEntry, Menus, SavedMenu

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ContestMenus:
    contest: Contest
    menus: Menus
    saved: SavedMenu
    clock: Clock
    quiz_link: str
    log_decision: Callable[[LogEntry], None]

    def publish_contest_menu(self, who: str = "", why: str = "") -> tuple[str, ...]:
        """Saves the account's menu, then publishes the contest's. A second run keeps the saved menu.

        An operator's run, with `who`, is logged first; the schedule's own is not.

        Returns the names of saved buttons that only WeChat's website can recreate. Raises MenuRefused outside the
        window (R11), TryAgain when WeChat is silent.
        """
        if self.contest.window.phase(self.clock()) is not Phase.OPEN:
            raise MenuRefused("not_open")
        if self.saved.read_saved_menu() is None:
            found = self.menus.read_menu()
            # After a crash the contest's menu may already be published. It must never be saved as the account's menu.
            is_own = found is not None and not is_contest_menu(found)
            self.saved.save_menu(without_closing_notice(found) if found and is_own else {"button": []})
        self._log("menu publish", who, why)
        self.menus.publish_menu(contest_menu(self.contest, self.quiz_link))
        return restorable(self.saved.read_saved_menu() or {})[1]

    def preview_menu(self) -> MenuPreview:
        """Compares the contest's menu with the account's, which is the saved one while the contest's is published.

        Changes nothing. Raises TryAgain, WeChatRefused.
        """
        found = self.menus.read_menu()
        if found is not None and is_contest_menu(found):
            found = self.saved.read_saved_menu()
        return preview(self.contest, without_closing_notice(found or {}))

    def restore_account_menu(self, who: str = "", why: str = "") -> tuple[str, ...]:
        """Publishes the saved menu, with the closing notice once the contest has ended. Raises MenuRefused, TryAgain.

        Logged like `publish_contest_menu`.

        Returns the names of the buttons that an operator must recreate on WeChat's website.
        """
        saved = self.saved.read_saved_menu()
        if saved is None:
            raise MenuRefused("no_saved_menu")
        saved, lost = restorable(saved)
        if lost:
            log.error("%d buttons of the saved menu can only be made on WeChat's website", len(lost))
        over = self.contest.window.phase(self.clock()) is Phase.CLOSED
        menu: dict[str, Any] = with_closing_notice(saved, self.contest.menu.closing) if over else saved
        self._log("menu restore", who, why)
        if menu["button"]:
            self.menus.publish_menu(menu)
        else:
            self.menus.remove_menu()
        return lost

    def _log(self, what: str, who: str, why: str) -> None:
        if who:
            self.log_decision(LogEntry(self.clock(), who, what, reason=why))
