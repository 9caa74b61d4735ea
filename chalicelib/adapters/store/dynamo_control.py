"""The contest's switches on DynamoDB."""

import json
from collections.abc import Set
from datetime import datetime

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.dynamo_notes import Note
from chalicelib.adapters.store.models import SWITCHES, SwitchesRow
from chalicelib.adapters.store.row_values import from_ms, moment_or_none, to_ms
from chalicelib.adapters.store.transaction import Refused, Transaction, store_errors, updated
from chalicelib.adapters.store.versions import known
from chalicelib.domain.count_round import CountRound
from chalicelib.domain.deployed_contest import DeployedContest, as_text, from_text
from chalicelib.domain.last_totals import LastTotals, totals_of, totals_text
from chalicelib.domain.prizes import SHARDS, PlanFacts
from chalicelib.domain.purge import PurgeState
from chalicelib.domain.switches import Switches
from chalicelib.ports import LogEntry

DEPLOYMENT = "#deployment"
"""Takes the place of a contest's id: a deployment runs one contest at a time. No contest's id has a `#`."""


class DynamoControl:
    def __init__(self, contest_id: str, connection: Connection) -> None:
        self._contest_id, self._connection = contest_id, connection
        self._counts, self._unfinished = Note(contest_id, "counts"), Note(contest_id, "unfinished-count")
        self._follow_code = Note(contest_id, "follow-code")
        self._totals = Note(contest_id, "totals")
        self._deployed = Note(DEPLOYMENT, "contest")

    def read_switches(self) -> Switches:
        with store_errors():
            try:
                return _switches(SwitchesRow.get(self._contest_id, SWITCHES, consistent_read=True))
            except DoesNotExist:
                return Switches()

    def set_paused(self, paused: bool, entry: LogEntry) -> None:
        self._decide([SwitchesRow.paused.set(paused)], entry)

    def set_payouts_stopped(self, stopped: bool, entry: LogEntry) -> None:
        self._decide([SwitchesRow.payouts_stopped.set(stopped)], entry)

    def change_withdrawn(self, before: Set[str], question_id: str, withdrawn: bool, entry: LogEntry) -> bool:
        listed = SwitchesRow.withdrawn
        change = (listed.add if withdrawn else listed.delete)({question_id})
        as_read = (listed == set(before)) if before else listed.does_not_exist()
        return self._decide([change], entry, as_read)

    def hold_payouts(self, until: datetime, reason: str) -> None:
        held = SwitchesRow.held_until
        later = held.does_not_exist() | (held < to_ms(until))
        self._update([held.set(to_ms(until)), SwitchesRow.held_reason.set(reason)], later)

    def count_refused(self, person: str, now: datetime, since: datetime) -> int:
        """`refused` is a set of times and people: adding to it is one atomic update, which may be repeated."""
        row = self._update([SwitchesRow.refused.add({f"{to_ms(now)} {person}"})])
        noted = {one: one.split() for one in row.refused}
        past = {one for one, (at, _) in noted.items() if int(at) < to_ms(since)}
        if past:
            self._update([SwitchesRow.refused.delete(past)])
        return len({who for one, (_, who) in noted.items() if one not in past})

    def forget_refused(self) -> None:
        self._update([SwitchesRow.refused.remove()])

    def note_code(self, code: str) -> None:
        self._update([SwitchesRow.unknown_codes.add({code})])

    def release_payouts(self, entry: LogEntry) -> None:
        held = (SwitchesRow.held_until, SwitchesRow.held_reason, SwitchesRow.refused, SwitchesRow.unknown_codes)
        self._decide([attribute.remove() for attribute in held], entry)

    def set_exhausted(self, plan_id: str) -> None:
        self._update([SwitchesRow.exhausted.set(True)], SwitchesRow.active_plan == plan_id)

    def set_free_packets(self, plan_id: str, free: int, again: bool = False) -> None:
        actions: list[Action] = [SwitchesRow.free_packets.set(free)]
        if again:
            actions.append(SwitchesRow.exhausted.set(False))
        self._update(actions, SwitchesRow.active_plan == plan_id)

    def stored_counts(self) -> dict[str, int]:
        return self.dated_counts()[0]

    def dated_counts(self) -> tuple[dict[str, int], datetime | None]:
        text, at = self._counts.read_with_time()
        return dict(json.loads(text or "{}")), at

    def store_counts(self, counts: dict[str, int], at: datetime) -> None:
        self._counts.write_later(json.dumps(counts, ensure_ascii=False), at)

    def unfinished_count(self) -> CountRound | None:
        text, begun_at = self._unfinished.read_with_time()
        return CountRound(begun_at, **json.loads(text)) if text and begun_at else None

    def keep_unfinished(self, found: CountRound | None) -> None:
        if found is None:
            self._unfinished.write("")
            return
        kept = {"shards": found.shards, "people": dict(found.people)}
        self._unfinished.write(json.dumps(kept, ensure_ascii=False), found.begun_at)

    def follow_code(self) -> str:
        return self._follow_code.read() or ""

    def keep_follow_code(self, address: str) -> str:
        return self._follow_code.keep_first(address)

    def last_totals(self) -> LastTotals | None:
        text = self._totals.read()
        return totals_of(text) if text else None

    def store_totals(self, found: LastTotals) -> None:
        self._totals.write(totals_text(found))

    def deployed_contest(self) -> DeployedContest | None:
        text = self._deployed.read()
        return from_text(text) if text else None

    def report_contest(self, found: DeployedContest) -> None:
        self._deployed.write(as_text(found))

    def mark_opened(self, at: datetime) -> datetime:
        row = self._update([SwitchesRow.opened_at.set(SwitchesRow.opened_at | to_ms(at))])
        return from_ms(row.opened_at)

    def mark_closed(self, at: datetime) -> datetime:
        row = self._update([SwitchesRow.closed_at.set(SwitchesRow.closed_at | to_ms(at))])
        return from_ms(row.closed_at)

    def _decide(self, actions: list[Action], entry: LogEntry, condition: Condition | None = None) -> bool:
        """Returns False where the condition failed. If this very decision is in the log, it was done before."""
        transaction = Transaction(self._connection)
        put_log(transaction, self._contest_id, entry)
        transaction.update(SWITCHES, SwitchesRow(self._contest_id, SWITCHES), actions, condition)
        try:
            transaction.commit()
        except Refused as refused:
            return refused.failed != {SWITCHES}
        return True

    def _update(self, actions: list[Action], condition: Condition | None = None) -> SwitchesRow:
        """Returns the row after the update. A failed condition is no error: the plan is no longer active, or a longer
        hold is in force."""
        row = SwitchesRow(self._contest_id, SWITCHES)
        updated(row, actions, condition)
        return row


def _facts(row: SwitchesRow) -> PlanFacts:
    return PlanFacts(row.plan_packets, row.plan_budget_fen, row.plan_min_fen, row.plan_max_fen)


def _switches(row: SwitchesRow) -> Switches:
    return Switches(
        paused=bool(row.paused),
        payouts_stopped=bool(row.payouts_stopped),
        plan_id=row.active_plan or "",
        commitment=row.commitment or "",
        plan_facts=_facts(row) if row.plan_packets else None,
        shards=row.plan_shards or SHARDS,
        exhausted=bool(row.exhausted),
        free_packets=row.free_packets,
        held_until=moment_or_none(row.held_until),
        held_reason=row.held_reason or "",
        anyone_refused=bool(row.refused),
        unknown_codes=frozenset(row.unknown_codes or ()),
        withdrawn=frozenset(row.withdrawn or ()),
        opened_at=moment_or_none(row.opened_at),
        closed_at=moment_or_none(row.closed_at),
        purge=known(PurgeState, row.purge) if row.purge else PurgeState.NONE,
    )
