"""Ports for the contest's switches, and for what is stored beside them."""

from collections.abc import Set
from datetime import datetime
from typing import Protocol

from chalicelib.domain.count_round import CountRound
from chalicelib.domain.deployed_contest import DeployedContest
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.switches import Switches


class Control(Protocol):
    """The contest's switches."""

    def read_switches(self) -> Switches: ...

    def set_paused(self, paused: bool, entry: LogEntry) -> None:
        """Writes it with its log entry, in one transaction. So do the other methods that take an entry."""
        ...

    def set_payouts_stopped(self, stopped: bool, entry: LogEntry) -> None: ...

    def change_withdrawn(self, before: Set[str], question_id: str, withdrawn: bool, entry: LogEntry) -> bool:
        """Adds a question to the withdrawn ones, or takes it out, if they are still those in `before`. False if they
        are not; True also where this very decision was made before."""
        ...

    def hold_payouts(self, until: datetime, reason: str) -> None:
        """Holds all payouts until `until`, unless they are held for as long or longer."""
        ...

    def count_refused(self, person: str, now: datetime, since: datetime) -> int:
        """Records a person whom risk control refused. Returns the number of different people recorded since `since`."""
        ...

    def forget_refused(self) -> None:
        """Forgets refused people after a payment: it shows that WeChat Pay knows the calling address, so each refusal
        concerned only its person."""
        ...

    def note_code(self, code: str) -> None:
        """Adds to the payment product's unknown codes."""
        ...

    def release_payouts(self, entry: LogEntry) -> None:
        """Lifts the hold, forgets refused people and unknown codes, and logs the operator's decision."""
        ...

    def set_exhausted(self, plan_id: str) -> None: ...

    def set_free_packets(self, plan_id: str, free: int, again: bool = False) -> None:
        """With `again`, also clears the pool's `exhausted` mark."""
        ...

    def stored_counts(self) -> dict[str, int]:
        """Returns the participants by unit, as of the last complete count."""
        ...

    def dated_counts(self) -> tuple[dict[str, int], datetime | None]:
        """Returns the same with the time when that count was begun; None before the first or by an earlier version."""
        ...

    def store_counts(self, counts: dict[str, int], at: datetime) -> None:
        """Stores a complete count that was begun at `at`, unless a later one is stored."""
        ...

    def unfinished_count(self) -> CountRound | None:
        """Returns the count that the next sweep continues."""
        ...

    def keep_unfinished(self, found: CountRound | None) -> None: ...

    def follow_code(self) -> str:
        """Returns the address in the account's code to press; empty before it is made."""
        ...

    def keep_follow_code(self, address: str) -> str:
        """Keeps the first address. Returns the kept one."""
        ...

    def last_totals(self) -> LastTotals | None:
        """Returns the totals of the last audit or count of the desk; None before the first."""
        ...

    def store_totals(self, found: LastTotals) -> None: ...

    def deployed_contest(self) -> DeployedContest | None:
        """Returns the contest that this deployment last reported, whichever it is; None before its first sweep."""
        ...

    def report_contest(self, found: DeployedContest) -> None: ...

    def mark_opened(self, at: datetime) -> datetime:
        """Records the opening once. Returns its time."""
        ...

    def mark_closed(self, at: datetime) -> datetime: ...


class CurrentSwitches(Protocol):
    """An instance's copy of the switches, at most a few seconds old."""

    def __call__(self) -> Switches: ...

    def fresh(self) -> Switches:
        """Reads the store now, and copies what it has."""
        ...

    def forget(self) -> None:
        """Drops the copy; the next call reads the store."""
        ...
