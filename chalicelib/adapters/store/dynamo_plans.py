"""Laying out and activating a plan of packets on DynamoDB."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.adapters.store.dynamo_log import put_log
from chalicelib.adapters.store.dynamo_pool import DynamoPool, packet_key
from chalicelib.adapters.store.models import SWITCHES, EarlierPlanRow, PacketRow, PlanRow, SwitchesRow
from chalicelib.adapters.store.transaction import Transaction, store_errors
from chalicelib.adapters.store.versions import UNVERSIONED, known, require
from chalicelib.domain.claim import Packet
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.prizes import SHARDS, Plan, PlanState

BATCH = 98
"""A transaction has at most 100 items; two are the checks that the header is the plan's and no plan is active."""
HEADER = "plan"
VERSION = 3
"""The newest understood: of a plan's header, and of how packets follow from its seed. Version 1 is in `control`;
version 3 has more than SHARDS shards."""
FORMER_VERSION = 2
"""The version of any other plan, and of the marker in `control`: it keeps away versions that know no table `books`."""
NO_EARLIER_PLAN = EarlierPlanRow.version.exists() & (EarlierPlanRow.version > UNVERSIONED)
NO_EARLIER_PLAN |= EarlierPlanRow.contest_id.does_not_exist()
NONE_ACTIVE = SwitchesRow.active_plan.does_not_exist()


class DynamoPlans:
    def __init__(self, contest_id: str, connection: Connection, pool: DynamoPool) -> None:
        self._contest_id, self._connection, self._pool = contest_id, connection, pool

    def current_plan(self) -> Plan | None:
        with store_errors():
            row = self._header()
        return _plan(row) if row else None

    def begin_plan(self, plan: Plan, entry: LogEntry) -> Plan | None:
        transaction = self._while(NONE_ACTIVE, entry)
        transaction.put("plan", self._row(plan), PlanRow.contest_id.does_not_exist())
        marker = EarlierPlanRow(self._contest_id, HEADER, version=FORMER_VERSION)
        transaction.update("marker", marker, [EarlierPlanRow.version.set(FORMER_VERSION)], NO_EARLIER_PLAN)
        return plan if transaction.committed() else self.current_plan()

    def discard_plan(self, plan: Plan, entry: LogEntry) -> bool:
        """Deletes the header; the packets under its plan id become unreachable."""
        transaction = self._while(NONE_ACTIVE | (SwitchesRow.active_plan != plan.plan_id), entry)
        transaction.delete("plan", self._model()(self._contest_id, HEADER), _is_laying(plan))
        return transaction.committed()

    def lay_packets(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        return self._change_pool(plan, packets, Transaction.put)

    def remove_packets(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        return self._change_pool(plan, packets, Transaction.delete)

    def laid_packets(self, plan: Plan) -> Iterable[Packet]:
        return self._pool.all(plan.plan_id, plan.shards)

    def activate_plan(self, plan: Plan, commitment: str, entry: LogEntry) -> bool:
        transaction = Transaction(self._connection)
        put_log(transaction, self._contest_id, entry)
        header = self._model()(self._contest_id, HEADER)
        transaction.update("plan", header, [PlanRow.state.set(PlanState.ACTIVE.value)], _is(plan))
        free = NONE_ACTIVE
        if plan.state is PlanState.LAYING:
            free |= SwitchesRow.active_plan == plan.plan_id
        switches = SwitchesRow(self._contest_id, SWITCHES)
        actions: list[Action] = [
            SwitchesRow.active_plan.set(plan.plan_id),
            SwitchesRow.commitment.set(commitment),
            *_facts(plan.rules),
            _shards_stored(plan),
            SwitchesRow.free_packets.set(plan.rules.packets),
            SwitchesRow.exhausted.set(False),
        ]
        transaction.update("switches", switches, actions, free)
        return transaction.committed()

    def record_facts(self, plan: Plan, entry: LogEntry) -> bool:
        lacking = (SwitchesRow.active_plan == plan.plan_id) & SwitchesRow.plan_packets.does_not_exist()
        transaction = Transaction(self._connection)
        put_log(transaction, self._contest_id, entry)
        transaction.update("switches", SwitchesRow(self._contest_id, SWITCHES), _facts(plan.rules), lacking)
        return transaction.committed()

    def _change_pool(self, plan: Plan, packets: Sequence[Packet], change: Callable[..., None]) -> bool:
        model = self._model()
        for start in range(0, len(packets), BATCH):
            transaction = self._while(NONE_ACTIVE)
            transaction.check("plan", model, self._contest_id, HEADER, PlanRow.plan_id == plan.plan_id)
            for packet in packets[start : start + BATCH]:
                row = PacketRow(*packet_key(self._contest_id, packet, plan.shards), amount_fen=packet.amount_fen)
                change(transaction, "packet", row)
            if not transaction.committed():
                return False
        return True

    def _header(self) -> PlanRow | None:
        for model in (PlanRow, EarlierPlanRow):
            try:
                row = model.get(self._contest_id, HEADER, consistent_read=True)
            except DoesNotExist:
                continue
            if model is PlanRow or (row.version or UNVERSIONED) == UNVERSIONED:
                return row
        return None

    def _model(self) -> type[PlanRow]:
        """Returns the model of the table that has the header: a header never moves to the other table."""
        with store_errors():
            header = self._header()
        return type(header) if header else PlanRow

    def _while(self, condition: Condition, entry: LogEntry | None = None) -> Transaction:
        """Returns a transaction, with the log entry, that only takes effect while the switches meet the condition."""
        transaction = Transaction(self._connection)
        if entry:
            put_log(transaction, self._contest_id, entry)
        transaction.check("switches", SwitchesRow, self._contest_id, SWITCHES, condition)
        return transaction

    def _row(self, plan: Plan) -> PlanRow:
        rules = plan.rules
        return PlanRow(
            self._contest_id,
            HEADER,
            version=VERSION if plan.shards > SHARDS else FORMER_VERSION,
            plan_id=plan.plan_id,
            seed=plan.seed,
            salt=plan.salt,
            state=plan.state.value,
            budget_fen=rules.budget_fen,
            packets=rules.packets,
            min_fen=rules.min_fen,
            max_fen=rules.max_fen,
            few_percent=rules.few_percent,
            shards=plan.shards if plan.shards > SHARDS else None,
        )


def _facts(rules: PrizeRules) -> list[Action]:
    return [
        SwitchesRow.plan_packets.set(rules.packets),
        SwitchesRow.plan_budget_fen.set(rules.budget_fen),
        SwitchesRow.plan_min_fen.set(rules.min_fen),
        SwitchesRow.plan_max_fen.set(rules.max_fen),
    ]


def _shards_stored(plan: Plan) -> Action:
    stored = SwitchesRow.plan_shards
    return stored.set(plan.shards) if plan.shards > SHARDS else stored.remove()


def _is_laying(plan: Plan) -> Condition:
    return _is(replace(plan, state=PlanState.LAYING))


def _is(plan: Plan) -> Condition:
    condition: Condition = (PlanRow.plan_id == plan.plan_id) & (PlanRow.state == plan.state.value)
    return condition


def _plan(row: PlanRow) -> Plan:
    """Raises NewerVersion: a newer version may compute other packets from the same seed."""
    require(row.version, VERSION)
    rules = PrizeRules(row.budget_fen, row.packets, row.min_fen, row.max_fen, row.few_percent)
    return Plan(row.plan_id, row.seed, row.salt, rules, known(PlanState, row.state), row.shards or SHARDS)
