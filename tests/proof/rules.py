"""The rules of the machine: a step, the bounds of its whole numbers, and how often it is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.proof import payout_steps as pay
from tests.proof import steps
from tests.proof.life import INSTANCES, PEOPLE, Life
from tests.proof.trouble import Blow, Kind

P, A, N = len(PEOPLE), INSTANCES, 24
SHARER = 2 * P
"""A number from P on means nobody."""
REACH = 14
"""How many calls into a step trouble may come."""


@dataclass(frozen=True)
class Rule:
    """`bounds` are exclusive. `troubled` steps take blows as their last argument."""

    step: Callable[..., Any]
    bounds: tuple[int, ...]
    weight: int
    troubled: bool = True

    @property
    def name(self) -> str:
        return self.step.__name__


RULES = (
    Rule(steps.follow, (A, P, SHARER, 4), 50),
    Rule(steps.unfollow, (A, P, 4), 14),
    Rule(steps.unheard, (P, 2, SHARER, 30), 4, troubled=False),
    Rule(steps.again, (A, N), 12),
    Rule(steps.take_later, (A,), 12),
    Rule(steps.visit, (A, P, SHARER), 24),
    Rule(steps.ahead, (A, P, SHARER, 6), 16),
    Rule(steps.draw, (A, 3 * P), 60),
    Rule(steps.submit, (A, N, 11, 1), 80),
    Rule(steps.submit, (A, N, 11, 2), 6),
    Rule(steps.claim, (A, N, 1), 70),
    Rule(steps.claim, (A, N, 2), 6),
    Rule(steps.claim_overtaken, (A, N, 6, 2), 16, troubled=False),
    Rule(steps.wait, (1, 12), 90, troubled=False),
    Rule(steps.wait, (2, 40), 10, troubled=False),
    Rule(steps.wait, (4, 20), 5, troubled=False),
    Rule(steps.wait, (7, 20), 3, troubled=False),
    Rule(steps.pause, (5,), 8),
    Rule(steps.hold, (P, 5), 8),
    Rule(steps.restart, (A,), 6, troubled=False),
    Rule(pay.work, (A, N, 2), 60),
    Rule(pay.overtaken, (A, N, 6, 8), 30, troubled=False),
    Rule(pay.lose, (N,), 4, troubled=False),
    Rule(pay.sweep, (A,), 16),
    Rule(pay.ask_about_all, (A,), 8),
    Rule(pay.reconcile, (A,), 6),
    Rule(pay.send_weather, (60,), 24, troubled=False),
    Rule(pay.query_weather, (8,), 8, troubled=False),
    Rule(pay.money_moves, (N, 6), 24, troubled=False),
    Rule(pay.stop, (3,), 6, troubled=False),
    Rule(pay.resume, (A,), 8),
    Rule(pay.retry, (A, N), 10),
    Rule(pay.renew, (A, N), 10),
    Rule(pay.settle, (A, N, 2), 4),
    Rule(pay.smoke, (A, P, 3), 12),
)
COMING = ("follow", "unfollow", "unheard", "again", "take_later", "visit", "ahead", "wait")
WHO_FOLLOWS = tuple({rule.name: replace(rule, weight=1) for rule in reversed(RULES) if rule.name in COMING}.values())
"""Only what decides who follows and who brought them, within minutes: many events are met late and out of order."""


def take(life: Life, rule: Rule, numbers: tuple[int, ...], blows: tuple[tuple[int, int], ...]) -> None:
    """One step. `blows` are pairs of a call's place and a kind of trouble."""
    life.doing = rule.name
    life.steps += 1
    if rule.troubled:
        rule.step(life, *numbers, [Blow(after, Kind(kind)) for after, kind in blows])
    else:
        rule.step(life, *numbers)


def drive(life: Life, rng: Random, count: int, trouble: float = 0.15, rules: Sequence[Rule] = RULES) -> None:
    """So many steps by plain chance, then the end of it all."""
    early = [number for number in range(P) if rng.random() < 0.2]
    begin(life, early, at_once=rng.random() < 0.9)
    for rule in rng.choices(rules, [rule.weight for rule in rules], k=count):
        numbers = tuple(rng.randrange(bound) for bound in rule.bounds)
        blows: list[tuple[int, int]] = []
        while rng.random() < trouble:
            blows.append((rng.randrange(REACH), rng.randrange(len(Kind))))
        take(life, rule, numbers, tuple(blows))
    life.doing = "finish"
    pay.finish(life)


def begin(life: Life, early: Sequence[int], at_once: bool) -> None:
    """Some came before the opening: the first by the import, the others by following. `at_once` then opens."""
    life.ports.baseline.import_openids([PEOPLE[number] for number in early[:1]])
    life.model = life.watch.read()
    for number in early[1:]:
        steps.follow(life, 0, number, SHARER, 0, ())
    if at_once:
        steps.wait(life, 4, 1)
