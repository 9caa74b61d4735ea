"""The contest's switches on DynamoDB, and their copy that an instance keeps for a few seconds."""

from collections.abc import Callable
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.dynamodb.models import SwitchesRow
from chalicelib.adapters.dynamodb.rows import from_ms, int_or_none, moment_or_none, to_ms
from chalicelib.adapters.dynamodb.transaction import condition_failed, store_errors
from chalicelib.domain.switches import Switches

NAME = "switches"


class DynamoControl:
    def __init__(self, contest_id: str) -> None:
        self._contest_id = contest_id

    def read(self) -> Switches:
        with store_errors():
            try:
                return _switches(SwitchesRow.get(self._contest_id, NAME, consistent_read=True))
            except DoesNotExist:
                return Switches()

    def set_paused(self, paused: bool) -> None:
        self._update([SwitchesRow.paused.set(paused)])

    def set_payouts_stopped(self, stopped: bool) -> None:
        self._update([SwitchesRow.payouts_stopped.set(stopped)])

    def set_exhausted(self, plan_id: str) -> None:
        self._update([SwitchesRow.exhausted.set(True)], SwitchesRow.active_plan == plan_id)

    def set_free_packets(self, plan_id: str, free: int) -> None:
        self._update([SwitchesRow.free_packets.set(free)], SwitchesRow.active_plan == plan_id)

    def mark_opened(self, at: datetime) -> datetime:
        row = self._update([SwitchesRow.opened_at.set(SwitchesRow.opened_at | to_ms(at))])
        return from_ms(row.opened_at)

    def mark_closed(self, at: datetime) -> datetime:
        row = self._update([SwitchesRow.closed_at.set(SwitchesRow.closed_at | to_ms(at))])
        return from_ms(row.closed_at)

    def _update(self, actions: list[Action], condition: Condition | None = None) -> SwitchesRow:
        """A failed condition is no error: the plan that was meant is no longer the active one."""
        row = SwitchesRow(self._contest_id, NAME)
        with store_errors():
            try:
                row.update(actions, condition=condition)
            except UpdateError as error:
                if not condition_failed(error):
                    raise
        return row


class CachedSwitches:
    """Reads the switches at most once in `seconds`: a pause must be in force on every instance within 5 s."""

    def __init__(self, read: Callable[[], Switches], monotonic: Callable[[], float], seconds: float = 4.0) -> None:
        self._read, self._monotonic, self._seconds = read, monotonic, seconds
        self._value: Switches | None = None
        self._read_at = 0.0

    def __call__(self) -> Switches:
        now = self._monotonic()
        if self._value is None or now - self._read_at >= self._seconds:
            self._value = self._read()
            self._read_at = now
        return self._value

    def forget(self) -> None:
        self._value = None


def _switches(row: SwitchesRow) -> Switches:
    return Switches(
        paused=bool(row.paused),
        payouts_stopped=bool(row.payouts_stopped),
        plan_id=row.active_plan or "",
        commitment=row.commitment or "",
        exhausted=bool(row.exhausted),
        free_packets=int_or_none(row.free_packets),
        opened_at=moment_or_none(row.opened_at),
        closed_at=moment_or_none(row.closed_at),
    )
