"""Counts the desk's figures: each night's, and the latest. One scan serves all that are due."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from chalicelib.domain.contest import Contest
from chalicelib.domain.desk.day_figures import contest_days, figures_body, night_of
from chalicelib.domain.desk.day_tally import DayTally
from chalicelib.domain.desk.desk_errors import ChangedMeanwhile
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.purge import PurgeState
from chalicelib.ports import Clock, Control, DayScan, OfficeRecord, OfficeRecords

LATEST, DAY = "figures", "day#"
"""The record of the latest figures, and the beginning of each night's."""
SETTLED = timedelta(minutes=1)
"""By then every request that was judged before the night's moment has written or failed: none takes so long."""
PAUSE, TIMES = timedelta(minutes=5), 60
"""The pause between two scans: at least `PAUSE`, and so many times what the last one took, for the sake of its cost."""
COUNTED_AFTER = timedelta(hours=1)
"""After closing, only payouts and followers change: from then on once a day is enough."""
COUNTED_FOR = timedelta(days=60)
"""So long after closing the payouts' states are still counted; all payouts have ended by then."""


@dataclass(frozen=True, slots=True)
class DayCounting:
    contest: Contest
    scan: DayScan
    office: OfficeRecords
    control: Control
    clock: Clock
    monotonic: Callable[[], float]

    def count_due(self) -> tuple[str, ...]:
        """Returns the names of the records that were due. A run that dies is repeated by the next.

        A night that was missed is counted later, from the times of attempts and claims; units, payout states and
        followers are then those of the later moment.
        """
        now, latest = self.clock(), self.office.read_record(LATEST)
        nights = [day for day in contest_days(self.contest.window) if self._is_due(day, latest.body, now)]
        if not (nights or self._is_latest_due(latest.body, now)):
            return ()
        if self.control.read_switches().purge is not PurgeState.NONE:
            return ()
        return self._count(nights, latest, now)

    def _count(self, nights: list[date], latest: OfficeRecord, now: datetime) -> tuple[str, ...]:
        began, tally = self.monotonic(), DayTally(now)
        tallies = {day: DayTally(night_of(day)) for day in nights}
        every = [*tallies.values(), tally]
        for seen in self.scan.scan_people():
            for one in every:
                one.take(seen)
        followed = self.scan.count_followers()
        for day, night in tallies.items():
            self._write(self.office.read_record(f"{DAY}{day}"), figures_body(night.figures(followed)))
        fixed = [*latest.body.get("nights", ()), *map(str, nights)]
        took = self.monotonic() - began
        found = tally.figures(followed)
        self._write(latest, {"figures": figures_body(found), "nights": fixed, "took_seconds": round(took, 1)})
        by_state = {state: number for state, (number, _) in found.payouts.items()}
        self.control.store_totals(LastTotals(now, found.attempts, by_state, found.fen))
        return (*(f"{DAY}{day}" for day in nights), LATEST)

    def _write(self, record: OfficeRecord, body: Mapping[str, Any]) -> None:
        """A night that is stored stays as it is."""
        if record.revision and record.name != LATEST:
            return
        with suppress(ChangedMeanwhile):  # another run was faster
            self.office.write_record(record, body)

    def _is_due(self, day: date, body: Mapping[str, Any], now: datetime) -> bool:
        return night_of(day) + SETTLED <= now and str(day) not in body.get("nights", ())

    def _is_latest_due(self, body: Mapping[str, Any], now: datetime) -> bool:
        window = self.contest.window
        if not window.opens_at <= now < window.closes_at + COUNTED_FOR:
            return False
        if not body:
            return True
        pause = max(PAUSE, TIMES * timedelta(seconds=body["took_seconds"]))
        if now >= window.closes_at + COUNTED_AFTER:
            pause = max(pause, timedelta(days=1))
        return now >= datetime.fromisoformat(body["figures"]["at"]) + pause
