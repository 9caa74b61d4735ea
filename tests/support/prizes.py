"""Pool and plans in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from random import Random

from chalicelib.domain.claim import Packet
from chalicelib.domain.operator_log import LogEntry
from chalicelib.domain.prizes import Plan, PlanState, facts_of
from tests.support.state import put_log
from tests.support.world import World

WINDOW = 40
BATCH = 98
"""Packets per write of a plan."""


class FakePool:
    """`stale` is the next window's content, even if other packets are free: a read that is out of date."""

    def __init__(self, world: World, contest_id: str, rng: Random) -> None:
        self._world, self._state, self._rng = world, world.contest(contest_id), rng
        self.stale: Sequence[Packet] | None = None

    def free_window(self, plan_id: str) -> Sequence[Packet]:
        with self._world.call("pool.free_window"):
            if self.stale is not None:
                shown, self.stale = self.stale, None
                return shown
            return self._some(plan_id)

    def search_free(self, plan_id: str) -> Sequence[Packet]:
        with self._world.call("pool.search_free"):
            return self._some(plan_id)

    def count_free(self, plan_id: str, shards: int) -> int:
        with self._world.call("pool.count_free"):
            return len(self._state.pool.get(plan_id, ()))

    def is_free(self, plan_id: str, number: int) -> bool:
        with self._world.call("pool.is_free"):
            return number in self._state.pool.get(plan_id, ())

    def _some(self, plan_id: str) -> Sequence[Packet]:
        free = self._state.pool.get(plan_id)
        if not free:
            return []
        start = self._rng.randrange(max(1, len(free) - WINDOW + 1))
        some = list(islice(free.values(), start, start + WINDOW))
        self._rng.shuffle(some)
        return some


class FakePlans:
    def __init__(self, world: World, contest_id: str) -> None:
        self._world, self._state = world, world.contest(contest_id)

    def current_plan(self) -> Plan | None:
        with self._world.call("plans.current_plan"):
            return self._state.plan

    def begin_plan(self, plan: Plan, entry: LogEntry) -> Plan | None:
        with self._world.call("plans.begin_plan"):
            if self._state.plan is None and not self._active and put_log(self._state, entry):
                self._state.plan = plan
            return self._state.plan

    def discard_plan(self, plan: Plan, entry: LogEntry) -> bool:
        with self._world.call("plans.discard_plan"):
            if not self._is_laying(plan) or self._active == plan.plan_id or not put_log(self._state, entry):
                return False
            self._state.plan = None
            return True

    def lay_packets(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        for start in range(0, len(packets), BATCH):
            with self._world.call("plans.lay_packets"):
                if not self._may_change_pool(plan):
                    return False
                pool = self._state.pool.setdefault(plan.plan_id, {})
                pool.update((packet.number, packet) for packet in packets[start : start + BATCH])
        return True

    def remove_packets(self, plan: Plan, packets: Sequence[Packet]) -> bool:
        for start in range(0, len(packets), BATCH):
            with self._world.call("plans.remove_packets"):
                if not self._may_change_pool(plan):
                    return False
                for packet in packets[start : start + BATCH]:
                    self._state.pool.get(plan.plan_id, {}).pop(packet.number, None)
        return True

    def laid_packets(self, plan: Plan) -> Iterable[Packet]:
        with self._world.call("plans.laid_packets"):
            return list(self._state.pool.get(plan.plan_id, {}).values())

    def activate_plan(self, plan: Plan, commitment: str, entry: LogEntry) -> bool:
        with self._world.call("plans.activate_plan"):
            held = self._state.plan
            may_be_active = ("", plan.plan_id) if plan.state is PlanState.LAYING else ("",)
            if held is None or (held.plan_id, held.state) != (plan.plan_id, plan.state):
                return False
            if self._active not in may_be_active or not put_log(self._state, entry):
                return False
            self._state.plan = replace(plan, state=PlanState.ACTIVE)
            self._state.switches = replace(
                self._state.switches,
                plan_id=plan.plan_id,
                commitment=commitment,
                plan_facts=facts_of(plan.rules),
                free_packets=plan.rules.packets,
                shards=plan.shards,
                exhausted=False,
            )
            return True

    def record_facts(self, plan: Plan, entry: LogEntry) -> bool:
        with self._world.call("plans.record_facts"):
            switches = self._state.switches
            lacks = switches.plan_id == plan.plan_id and switches.plan_facts is None
            if not lacks or not put_log(self._state, entry):
                return False
            self._state.switches = replace(switches, plan_facts=facts_of(plan.rules))
            return True

    @property
    def _active(self) -> str:
        return self._state.switches.plan_id

    def _may_change_pool(self, plan: Plan) -> bool:
        held = self._state.plan
        return held is not None and held.plan_id == plan.plan_id and not self._active

    def _is_laying(self, plan: Plan) -> bool:
        held = self._state.plan
        return held is not None and held.plan_id == plan.plan_id and held.state is PlanState.LAYING
