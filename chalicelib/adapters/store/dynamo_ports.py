"""The ports on DynamoDB, each made at first use."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from chalicelib.adapters.cached_switches import CachedSwitches
from chalicelib.adapters.store.dynamo_baseline import DynamoBaseline
from chalicelib.adapters.store.dynamo_control import DynamoControl
from chalicelib.adapters.store.dynamo_credentials import DynamoCredentials
from chalicelib.adapters.store.dynamo_earlier_smoke import DynamoEarlierSmokePayments
from chalicelib.adapters.store.dynamo_followers import DynamoFollowers
from chalicelib.adapters.store.dynamo_former import DynamoFormer
from chalicelib.adapters.store.dynamo_ledger import DynamoLedger
from chalicelib.adapters.store.dynamo_log import append_log
from chalicelib.adapters.store.dynamo_notes import DynamoSavedMenu
from chalicelib.adapters.store.dynamo_participants import DynamoParticipants
from chalicelib.adapters.store.dynamo_payouts import DynamoPayouts
from chalicelib.adapters.store.dynamo_plans import DynamoPlans
from chalicelib.adapters.store.dynamo_pool import DynamoPool
from chalicelib.adapters.store.dynamo_proof import DynamoProofs
from chalicelib.adapters.store.dynamo_referrals import DynamoReferrals
from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.contest import Contest
from chalicelib.ports import (
    Baseline,
    Clock,
    Control,
    CredentialStore,
    CurrentSwitches,
    DayScan,
    EarlierSmokePayments,
    Followers,
    Ledger,
    LogEntry,
    OfficeRecords,
    Participants,
    Payouts,
    PersonalData,
    Plans,
    Pool,
    Proofs,
    Referrals,
    SavedMenu,
)
from chalicelib.settings import Settings


@dataclass
class DynamoPorts:
    """The ports for one contest, on one deployment's tables."""

    contest: Contest
    settings: Settings
    clock: Clock
    _active_shards: int = field(default=0, init=False)

    @cached_property
    def rng(self) -> random.Random:
        """Seeded by the system. It draws questions and positions in the pool, but never ids or keys."""
        return random.Random()

    @cached_property
    def monotonic(self) -> Callable[[], float]:
        return time.monotonic

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.settings.prefix)

    @cached_property
    def followers(self) -> Followers:
        return DynamoFollowers(self.tables)

    def active_shards(self) -> int:
        """Returns the active plan's number of shards, from the instance's copy of the switches; before the activation
        the least. A plan stays active, so its number is asked for once."""
        if not self._active_shards:
            switches = self.switches()
            if not switches.plan_id:
                return switches.shards
            self._active_shards = switches.shards
        return self._active_shards

    @cached_property
    def participants(self) -> Participants:
        tables = self.tables
        return DynamoParticipants(self.contest.id, tables.connection, self.active_shards, tables.commit_connection)

    @cached_property
    def callback_participants(self) -> Participants:
        return DynamoParticipants(self.contest.id, self.tables.callback_connection, self.active_shards)

    @cached_property
    def referrals(self) -> Referrals:
        former = DynamoFormer() if self.contest.privacy.keeps_former else None
        return DynamoReferrals(self.contest.id, self.tables.callback_connection, former)

    @cached_property
    def baseline(self) -> Baseline:
        return DynamoBaseline(self.contest.id, self.tables.connection)

    @cached_property
    def ledger(self) -> Ledger:
        return DynamoLedger(self.contest.id, self.tables)

    @cached_property
    def personal_data(self) -> PersonalData:
        from chalicelib.adapters.store.dynamo_personal import DynamoPersonalData  # only operators need it

        return DynamoPersonalData(self.contest.id, self.tables)

    @cached_property
    def pool(self) -> Pool:
        return self._pool

    @cached_property
    def _pool(self) -> DynamoPool:
        return DynamoPool(self.contest.id, self.contest.prizes.packets, self.rng, self.active_shards, self.tables)

    @cached_property
    def plans(self) -> Plans:
        return DynamoPlans(self.contest.id, self.tables.connection, self._pool)

    @cached_property
    def payouts(self) -> Payouts:
        return DynamoPayouts(self.contest.id, self.tables.connection, self.active_shards)

    @cached_property
    def earlier_smoke_payments(self) -> EarlierSmokePayments:
        return DynamoEarlierSmokePayments(self.contest.id, self.tables.connection)

    @cached_property
    def control(self) -> Control:
        return DynamoControl(self.contest.id, self.tables.connection)

    @cached_property
    def switches(self) -> CurrentSwitches:
        return CachedSwitches(self.control.read_switches, self.monotonic, self.clock)

    @cached_property
    def proofs(self) -> Proofs:
        return DynamoProofs(self.contest.id, self.tables)

    @cached_property
    def saved_menu(self) -> SavedMenu:
        return DynamoSavedMenu(self.contest.id, self.tables)

    @cached_property
    def office(self) -> OfficeRecords:
        from chalicelib.adapters.store.dynamo_office import DynamoOffice  # only the desk needs it

        return DynamoOffice(self.contest.id, self.tables.connection)

    @cached_property
    def day_scan(self) -> DayScan:
        from chalicelib.adapters.store.dynamo_day_scan import DynamoDayScan  # only the function `office` needs it

        return DynamoDayScan(self.contest.id, self.tables)

    @cached_property
    def credentials(self) -> CredentialStore:
        return DynamoCredentials(self.settings.app_id, self.tables)

    def log_decision(self, entry: LogEntry) -> None:
        append_log(self.tables.connection, self.contest.id, entry)
