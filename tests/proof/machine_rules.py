"""The rules of the machine: each has a step, the bounds of its integers, and its frequency."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.proof import participant_steps as steps
from tests.proof import payout_steps as pay
from tests.proof import receipt_steps as receipts
from tests.proof.port_faults import FaultKind, PortFault
from tests.proof.simulated_contest import INSTANCES, PEOPLE, SimulatedContest

P, A, N = len(PEOPLE), INSTANCES, 24
SHARER = 2 * P
"""A number from P on means nobody."""
REACH = 14
"""Faults occur only in this many first calls of a step."""


@dataclass(frozen=True)
class Rule:
    """`bounds` are exclusive. A step that `can_fail` takes its faults as the last argument."""

    step: Callable[..., Any]
    bounds: tuple[int, ...]
    weight: int
    can_fail: bool = True

    @property
    def name(self) -> str:
        return self.step.__name__


RULES = (
    Rule(steps.follow, (A, P, SHARER, 4), 50),
    Rule(steps.unfollow, (A, P, 4), 14),
    Rule(steps.delay_event, (P, 2, SHARER, 30), 4, can_fail=False),
    Rule(steps.repeat_event, (A, N), 12),
    Rule(steps.take_later, (A,), 12),
    Rule(steps.visit, (A, P, SHARER), 24),
    Rule(steps.visit_before_event, (A, P, SHARER, 6), 16),
    Rule(steps.draw, (A, 3 * P), 60),
    Rule(steps.submit, (A, N, 11, 1), 80),
    Rule(steps.submit, (A, N, 11, 2), 6),
    Rule(steps.claim, (A, N, 1), 70),
    Rule(steps.claim, (A, N, 2), 6),
    Rule(steps.claim_interrupted, (A, N, 6, 2), 16, can_fail=False),
    Rule(steps.wait, (1, 12), 90, can_fail=False),
    Rule(steps.wait, (2, 40), 10, can_fail=False),
    Rule(steps.wait, (4, 20), 5, can_fail=False),
    Rule(steps.wait, (7, 20), 3, can_fail=False),
    Rule(steps.pause, (5,), 8),
    Rule(steps.withdraw, (15, 1), 4),
    Rule(steps.withdraw, (15, 2), 4),
    Rule(steps.hold, (P, 3), 8),
    Rule(steps.restart, (A,), 6, can_fail=False),
    Rule(pay.run_job, (A, N, 2), 60),
    Rule(pay.run_job_interrupted, (A, N, 6, 9), 30, can_fail=False),
    Rule(receipts.tap, (A, N, 8), 50),
    Rule(receipts.notify, (A, N, 5), 10),
    Rule(receipts.reword, (9,), 2, can_fail=False),
    Rule(pay.lose_job, (N,), 4, can_fail=False),
    Rule(pay.sweep, (A,), 16),
    Rule(pay.queue_queries, (A,), 8),
    Rule(pay.reconcile, (A,), 6),
    Rule(pay.plan_send_answer, (60,), 24, can_fail=False),
    Rule(pay.plan_query_answer, (8,), 8, can_fail=False),
    Rule(pay.move_money, (N, 6), 24, can_fail=False),
    Rule(pay.stop_payouts, (3,), 6, can_fail=False),
    Rule(pay.resume, (A,), 8),
    Rule(pay.retry, (A, N), 10),
    Rule(pay.renew, (A, N), 16),
    Rule(pay.settle, (A, N, 2), 8),
    Rule(pay.smoke, (A, P, 3), 12),
)
EVENT_STEPS = ("follow", "unfollow", "delay_event", "repeat_event", "take_later", "visit", "visit_before_event", "wait")
FOLLOW_RULES = tuple(
    {rule.name: replace(rule, weight=1) for rule in reversed(RULES) if rule.name in EVENT_STEPS}.values()
)
"""Only steps that decide about following and sharers, within minutes: many events arrive late and out of order."""

RECEIPT_STEPS = (
    "follow draw submit claim wait run_job run_job_interrupted sweep queue_queries move_money reconcile".split()
)
RECEIPT_STEPS += ["tap", "notify", "reword", "plan_send_answer"]
RECEIPT_RULES = tuple(rule for rule in RULES if rule.name in RECEIPT_STEPS)
"""Only steps between a packet and its money: many taps, jobs and notifications about each claim."""


def take_step(sim: SimulatedContest, rule: Rule, numbers: tuple[int, ...], faults: tuple[tuple[int, int], ...]) -> None:
    """One step. `faults` are pairs of a call's number and a kind of fault."""
    sim.step_name = rule.name
    sim.steps += 1
    if rule.can_fail:
        rule.step(sim, *numbers, [PortFault(after, FaultKind(kind)) for after, kind in faults])
    else:
        rule.step(sim, *numbers)


def drive(
    sim: SimulatedContest, rng: Random, count: int, fault_rate: float = 0.15, rules: Sequence[Rule] = RULES
) -> None:
    """Takes `count` random steps, then completes the contest."""
    early = [number for number in range(P) if rng.random() < 0.2]
    begin(sim, early, at_once=rng.random() < 0.9)
    for rule in rng.choices(rules, [rule.weight for rule in rules], k=count):
        numbers = tuple(rng.randrange(bound) for bound in rule.bounds)
        faults: list[tuple[int, int]] = []
        while rng.random() < fault_rate:
            faults.append((rng.randrange(REACH), rng.randrange(len(FaultKind))))
        take_step(sim, rule, numbers, tuple(faults))
    sim.step_name = "finish"
    pay.finish(sim)


def begin(sim: SimulatedContest, early: Sequence[int], at_once: bool) -> None:
    """Adds followers from before the opening: the first by import, the others by events. `at_once` then opens."""
    sim.ports.baseline.import_openids([PEOPLE[number] for number in early[:1]])
    sim.model = sim.checker.read()
    for number in early[1:]:
        steps.follow(sim, 0, number, SHARER, 0, ())
    if at_once:
        steps.wait(sim, 4, 1)
