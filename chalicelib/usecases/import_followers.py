"""Taking the account's followers as the baseline, before opening (R9). The callback is live while this runs."""

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
        """Imports page after page and remembers where it was. Returns how many openids this run took in.

        A run after a crash goes on where the last one was; after a finished one it takes what is new, or with `again`
        everything once more. Safe to repeat: what an event has told meanwhile stays. Raises ImportRefused once the
        contest is open, also in the midst of a run, TryAgain when WeChat or the store is silent.
        """
        self._refuse_once_open()
        count, after = 0, "" if again else self.baseline.position()
        while True:
            openids, following = self.pages.followers(after)
            if not openids:
                return count
            self._refuse_once_open()  # the page may list who followed after the opening
            self.baseline.take(openids)
            after = following or openids[-1]
            self.baseline.move(after)
            count += len(openids)
            progress(count)

    def _refuse_once_open(self) -> None:
        if self.contest.window.phase(self.clock()) is not Phase.ANNOUNCED:
            raise ImportRefused("already_open")
