"""Operators' switches: the contest is paused, payouts are stopped. Each is written to the log with its change."""

from dataclasses import dataclass

from chalicelib.ports import Clock, Control, LogEntry

RUNNING, PAUSED, STOPPED = "running", "paused", "stopped"
"""Words of the log."""


@dataclass(frozen=True, slots=True)
class SwitchDecisions:
    control: Control
    clock: Clock

    def pause(self, who: str, why: str = "") -> None:
        self._set_paused(True, "pause", who, why)

    def resume(self, who: str, why: str = "") -> None:
        self._set_paused(False, "resume", who, why)

    def stop_payouts(self, who: str, why: str = "") -> None:
        self._set_stopped(True, "payouts stop", who, why)

    def start_payouts(self, who: str, why: str = "") -> None:
        self._set_stopped(False, "payouts start", who, why)

    def _set_paused(self, paused: bool, what: str, who: str, why: str) -> None:
        old, new = (PAUSED if one else RUNNING for one in (self.control.read_switches().paused, paused))
        self.control.set_paused(paused, LogEntry(self.clock(), who, what, old=old, new=new, reason=why))

    def _set_stopped(self, stopped: bool, what: str, who: str, why: str) -> None:
        old, new = (STOPPED if one else RUNNING for one in (self.control.read_switches().payouts_stopped, stopped))
        self.control.set_payouts_stopped(stopped, LogEntry(self.clock(), who, what, old=old, new=new, reason=why))
