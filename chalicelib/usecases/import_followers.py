"""Imports the account's followers as the baseline, before opening (R9). The callback is live meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import ImportRefused
from chalicelib.ports import Baseline, Clock, FollowerPages


@dataclass(frozen=True, slots=True)
class FollowerImport:
    contest: Contest
    pages: FollowerPages
    baseline: Baseline
    clock: Clock

    def import_followers(self, progress: Callable[[int], None], again: bool = False) -> int:
        """Imports page by page and saves its position. Returns how many openids this run imported.

        After a crash, the next run continues from the saved position. After a complete import, it takes new followers
        only, or all with `again`. Safe to repeat: facts recorded from events are kept. Raises ImportRefused once the
        contest is open, also during a run; TryAgain when WeChat or the store is silent.
        """
        self._refuse_once_open()
        count, after = 0, "" if again else self.baseline.import_position()
        while True:
            openids, following = self.pages.followers_page(after)
            if not openids:
                return count
            self._refuse_once_open()  # the page may list people who followed after the opening
            self.baseline.import_openids(openids)
            after = following or openids[-1]
            self.baseline.move_import(after)
            count += len(openids)
            progress(count)

    def _refuse_once_open(self) -> None:
        if self.contest.window.phase(self.clock()) is not Phase.ANNOUNCED:
            raise ImportRefused("already_open")
