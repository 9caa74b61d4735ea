"""Switches, the saved menu and shared credentials in memory."""

import json
from collections.abc import Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.domain.count_round import CountRound
from chalicelib.domain.deployed_contest import DeployedContest
from chalicelib.domain.last_totals import LastTotals
from chalicelib.domain.switches import Switches
from chalicelib.ports import Credential, LogEntry
from tests.support.state import cut, put_log
from tests.support.world import Held, World


class FakeControl:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def read_switches(self) -> Switches:
        with self._world.call("control.read_switches"):
            return replace(self._state.switches, anyone_refused=bool(self._state.refused))

    def set_paused(self, paused: bool, entry: LogEntry) -> None:
        with self._world.call("control.set_paused"):
            if put_log(self._state, entry):
                self._state.switches = replace(self._state.switches, paused=paused)

    def set_payouts_stopped(self, stopped: bool, entry: LogEntry) -> None:
        with self._world.call("control.set_payouts_stopped"):
            if put_log(self._state, entry):
                self._state.switches = replace(self._state.switches, payouts_stopped=stopped)

    def change_withdrawn(self, before: Set[str], question_id: str, withdrawn: bool, entry: LogEntry) -> bool:
        with self._world.call("control.change_withdrawn"):
            held = self._state.switches
            if replace(entry, at=cut(entry.at)) in self._state.log:
                return True
            if held.withdrawn != before:
                return False
            put_log(self._state, entry)
            one = frozenset({question_id})
            after = held.withdrawn | one if withdrawn else held.withdrawn - one
            self._state.switches = replace(held, withdrawn=after)
            return True

    def hold_payouts(self, until: datetime, reason: str) -> None:
        with self._world.call("control.hold_payouts"):
            held = self._state.switches
            if held.held_until is None or held.held_until < cut(until):
                self._state.switches = replace(held, held_until=cut(until), held_reason=reason)

    def count_refused(self, person: str, now: datetime, since: datetime) -> int:
        with self._world.call("control.count_refused"):
            noted = {**self._state.refused, person: cut(now)}
            self._state.refused = {who: at for who, at in noted.items() if at >= cut(since)}
            return len(self._state.refused)

    def forget_refused(self) -> None:
        with self._world.call("control.forget_refused"):
            self._state.refused = {}

    def note_code(self, code: str) -> None:
        with self._world.call("control.note_code"):
            held = self._state.switches
            self._state.switches = replace(held, unknown_codes=held.unknown_codes | {code})

    def release_payouts(self, entry: LogEntry) -> None:
        with self._world.call("control.release_payouts"):
            if put_log(self._state, entry):
                self._state.switches = replace(
                    self._state.switches, held_until=None, held_reason="", unknown_codes=frozenset()
                )
                self._state.refused = {}

    def set_exhausted(self, plan_id: str) -> None:
        with self._world.call("control.set_exhausted"):
            if self._state.switches.plan_id == plan_id:
                self._state.switches = replace(self._state.switches, exhausted=True)

    def set_free_packets(self, plan_id: str, free: int, again: bool = False) -> None:
        with self._world.call("control.set_free_packets"):
            held = self._state.switches
            if held.plan_id == plan_id:
                self._state.switches = replace(held, free_packets=free, exhausted=held.exhausted and not again)

    def stored_counts(self) -> dict[str, int]:
        with self._world.call("control.stored_counts"):
            return dict(self._state.counts)

    def dated_counts(self) -> tuple[dict[str, int], datetime | None]:
        with self._world.call("control.dated_counts"):
            return dict(self._state.counts), self._state.counted_at

    def store_counts(self, counts: dict[str, int], at: datetime) -> None:
        with self._world.call("control.store_counts"):
            if self._state.counted_at is None or self._state.counted_at <= cut(at):
                self._state.counts, self._state.counted_at = dict(counts), cut(at)

    def unfinished_count(self) -> CountRound | None:
        with self._world.call("control.unfinished_count"):
            return self._state.unfinished_count

    def keep_unfinished(self, found: CountRound | None) -> None:
        with self._world.call("control.keep_unfinished"):
            self._state.unfinished_count = replace(found, begun_at=cut(found.begun_at)) if found else None

    def follow_code(self) -> str:
        with self._world.call("control.follow_code"):
            return self._state.follow_code

    def keep_follow_code(self, address: str) -> str:
        with self._world.call("control.keep_follow_code"):
            self._state.follow_code = self._state.follow_code or address
            return self._state.follow_code

    def last_totals(self) -> LastTotals | None:
        with self._world.call("control.last_totals"):
            return self._state.totals

    def store_totals(self, found: LastTotals) -> None:
        with self._world.call("control.store_totals"):
            self._state.totals = found

    def deployed_contest(self) -> DeployedContest | None:
        with self._world.call("control.deployed_contest"):
            return self._world.deployed

    def report_contest(self, found: DeployedContest) -> None:
        with self._world.call("control.report_contest"):
            self._world.deployed = found

    def mark_opened(self, at: datetime) -> datetime:
        with self._world.call("control.mark_opened"):
            opened_at = self._state.switches.opened_at or cut(at)
            self._state.switches = replace(self._state.switches, opened_at=opened_at)
            return opened_at

    def mark_closed(self, at: datetime) -> datetime:
        with self._world.call("control.mark_closed"):
            closed_at = self._state.switches.closed_at or cut(at)
            self._state.switches = replace(self._state.switches, closed_at=closed_at)
            return closed_at


class FakeProofs:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def publish_proof(self, packed: bytes) -> None:
        with self._world.call("proofs.publish_proof"):
            self._state.proof = packed

    def read_proof(self) -> bytes:
        with self._world.call("proofs.read_proof"):
            return self._state.proof


class FakeSavedMenu:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def read_saved_menu(self) -> dict[str, Any] | None:
        with self._world.call("saved_menu.read_saved_menu"):
            text = self._state.saved_menu
            return None if text is None else dict(json.loads(text))

    def save_menu(self, menu: dict[str, Any]) -> None:
        with self._world.call("saved_menu.save_menu"):
            if self._state.saved_menu is None:
                self._state.saved_menu = json.dumps(menu, ensure_ascii=False)


class FakeCredentials:
    def __init__(self, world: World, app_id: str) -> None:
        self._world, self._app_id = world, app_id

    def read_credential(self, name: str) -> Credential | None:
        with self._world.call("credentials.read_credential"):
            return self._held(name).credential

    def lease_refresh(self, name: str, seen: str, now: datetime, until: datetime) -> bool:
        with self._world.call("credentials.lease_refresh"):
            held = self._held(name)
            leased = held.leased_until is not None and held.leased_until > cut(now)
            if leased or (held.credential.value if held.credential else "") != seen:
                return False
            self._world.credentials[self._app_id, name] = replace(held, leased_until=cut(until))
            return True

    def store_credential(self, name: str, credential: Credential) -> None:
        with self._world.call("credentials.store_credential"):
            kept = Credential(credential.value, cut(credential.expires_at))
            self._world.credentials[self._app_id, name] = replace(self._held(name), credential=kept, leased_until=None)

    def count_force(self, name: str, day: str, most: int) -> bool:
        with self._world.call("credentials.count_force"):
            held = self._held(name)
            forces = held.forces + 1 if held.forced_on == day else 1
            if held.forced_on > day or forces > most:
                return False
            self._world.credentials[self._app_id, name] = replace(held, forced_on=day, forces=forces)
            return True

    def _held(self, name: str) -> Held:
        return self._world.credentials.get((self._app_id, name)) or Held()
