"""Imports the account's followers as the baseline, before opening (R9). The callback is live meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from chalicelib.domain.contest import Contest, Phase
from chalicelib.domain.errors import ImportRefused
from chalicelib.ports import Baseline, Clock, FollowerPages, LogEntry


@dataclass(frozen=True, slots=True)
class FollowerImport:
    contest: Contest
    pages: FollowerPages
    baseline: Baseline
    clock: Clock
    log_decision: Callable[[LogEntry], None]

    def import_followers(self, progress: Callable[[int], None], who: str, again: bool = False, why: str = "") -> int:
        """Imports page by page and saves its position. Returns how many openids this run imported.

        Its beginning and its end are logged.

        After a crash, the next run continues from the saved position. After a complete import, it takes new followers
        only, or all with `again`. Safe to repeat: facts recorded from events are kept. Raises ImportRefused once the
        contest is open, also during a run; TryAgain when WeChat or the store is silent.
        """
        self._refuse_once_open()
        begun = LogEntry(self.clock(), who, "import-followers", new="begun again" if again else "begun", reason=why)
        self.log_decision(begun)
        count = self._import(progress, "" if again else self.baseline.import_position())
        self.log_decision(replace(begun, at=self.clock(), new=f"{count} imported"))
        return count

    def _import(self, progress: Callable[[int], None], after: str) -> int:
        count = 0
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
