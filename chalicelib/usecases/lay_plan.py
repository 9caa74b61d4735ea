"""The operator's plan of packets: laid before opening, activated by one final write (R8)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace

from chalicelib.domain.claim import Claim, Packet
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import PlanRefused
from chalicelib.domain.prizes import Plan, PlanState, commitment, facts_of, shards_for
from chalicelib.domain.proof import amount_faults
from chalicelib.ports import Clock, Control, Ledger, LogEntry, NewId, Plans

CHUNK = 990
"""Packets between two reports of progress."""
PLAN_ID = 12
"""Length of a plan's random id; a bill number is the id and eight digits."""
SHOWN = 20
"""Numbers of missing or surplus packets in a message."""


@dataclass(frozen=True, slots=True)
class PlanSetup:
    """A contest has one budget: while another plan is active or has claims, none is laid or activated.

    A table restored to an earlier moment may lack the header or the switches; the claims show what was handed out.
    """

    plans: Plans
    control: Control
    ledger: Ledger
    rules: PrizeRules
    new_id: NewId
    clock: Clock
    log_decision: Callable[[LogEntry], None]

    def lay_plan(self, progress: Callable[[int, int], None], who: str, why: str = "") -> Plan:
        """Lays all packets that nobody claimed, and removes others; a second run changes nothing. Raises PlanRefused.

        A plan whose header says "active" is laid too while the switches name none: they and the pool may be lost.
        """
        plan, active = self.plans.current_plan(), self.control.read_switches().plan_id
        claims = self._claims(plan, active)
        fresh = self._fresh()
        plan = plan or self.plans.begin_plan(fresh, self._entry("lay", fresh, who, why))
        if active or plan is None:
            raise PlanRefused("plan_active")
        if plan.rules != self.rules:
            raise PlanRefused("plan_differs")
        if plan.plan_id != fresh.plan_id:
            self.log_decision(self._entry("lay", plan, who, why))
        self._lay(plan, plan.unclaimed(claims), progress)
        return plan

    def activate_plan(self, who: str, why: str = "") -> Plan:
        """Compares the pool with the plan and activates it. A second run returns the same. Raises PlanRefused.

        For a plan that an earlier version activated, a second run records the facts that functions need.
        """
        plan, switches = self.plans.current_plan(), self.control.read_switches()
        active = switches.plan_id
        claims = self._claims(plan, active)
        if plan is None:
            raise PlanRefused("no_plan")
        if plan.state is PlanState.ACTIVE and active:
            self.plans.record_facts(plan, self._entry("activate", plan, who, why, switches.commitment))
            return plan
        laid, free = set(self.plans.laid_packets(plan)), set(plan.unclaimed(claims))
        if laid != free:
            raise PlanRefused("plan_incomplete", _differences(free - laid, laid - free))
        amounts = plan.amounts()
        if faults := list(amount_faults(amounts, asdict(facts_of(plan.rules)))):
            raise PlanRefused("plan_faulty", f"（{'；'.join(faults)}）")
        published = commitment(plan.plan_id, amounts, plan.salt)
        if not self.plans.activate_plan(plan, published, self._entry("activate", plan, who, why, published)):
            raise PlanRefused("plan_changed")
        return replace(plan, state=PlanState.ACTIVE)

    def discard_plan(self, who: str, why: str = "") -> None:
        """Discards a plan that was never active, so that another can be laid. Raises PlanRefused.

        The log keeps what it was, so that nobody can try plans until one pleases and leave no trace.
        """
        plan = self.plans.current_plan()
        if plan is None:
            raise PlanRefused("no_plan")
        if any(claim.packet.plan_id == plan.plan_id for claim in self.ledger.all_claims()):
            raise PlanRefused("plan_claimed")
        entry = LogEntry(self.clock(), who, "plan discard", plan.plan_id, old=_facts(plan.rules), reason=why)
        if plan.state is PlanState.ACTIVE or not self.plans.discard_plan(plan, entry):
            raise PlanRefused("plan_active")

    def _entry(self, step: str, plan: Plan, who: str, why: str, new: str = "") -> LogEntry:
        return LogEntry(self.clock(), who, f"plan {step}", plan.plan_id, new=new or _facts(plan.rules), reason=why)

    def _fresh(self) -> Plan:
        shards = shards_for(self.rules.packets)
        return Plan(self.new_id()[:PLAN_ID], self.new_id(), self.new_id(), self.rules, shards=shards)

    def _claims(self, plan: Plan | None, active: str) -> Sequence[Claim]:
        """Returns the plan's claims. Raises PlanRefused when another plan is active or has claims."""
        own = plan.plan_id if plan else ""
        if active not in ("", own):
            raise PlanRefused("other_plan")
        claims = [claim for claim in self.ledger.all_claims() if not claim.is_smoke]
        if any(claim.packet.plan_id != own for claim in claims):
            raise PlanRefused("other_claims")
        return claims

    def _lay(self, plan: Plan, packets: Sequence[Packet], progress: Callable[[int, int], None]) -> None:
        free = set(packets)
        surplus = [packet for packet in self.plans.laid_packets(plan) if packet not in free]
        if not self.plans.remove_packets(plan, surplus):
            raise PlanRefused("plan_active")
        for start in range(0, len(packets), CHUNK):
            if not self.plans.lay_packets(plan, packets[start : start + CHUNK]):
                raise PlanRefused("plan_active")
            progress(min(start + CHUNK, len(packets)), len(packets))


def _facts(rules: PrizeRules) -> str:
    return f"{rules.packets} packets, {rules.budget_fen} fen"


def _differences(missing: Collection[Packet], surplus: Collection[Packet]) -> str:
    found = [
        f"{what} {len(packets)} 个：{_numbers(packets)}"
        for what, packets in (("缺", missing), ("多", surplus))
        if packets
    ]
    return f"（{'；'.join(found)}）"


def _numbers(packets: Collection[Packet]) -> str:
    numbers = sorted(packet.number for packet in packets)
    return "、".join(map(str, numbers[:SHOWN])) + "……" * (len(numbers) > SHOWN)
