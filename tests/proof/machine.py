"""The simulated contest as a stateful machine: Hypothesis chooses the steps, and shrinks what fails."""

import logging
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.proof import payout_steps
from tests.proof.contest_stores import contest_in_memory
from tests.proof.machine_rules import REACH, RULES, Rule, begin, take_step
from tests.proof.port_faults import FaultKind
from tests.proof.simulated_contest import SimulatedContest

FAULTS = st.one_of(
    st.just(()),
    st.just(()),
    st.lists(st.tuples(st.integers(0, REACH - 1), st.integers(0, len(FaultKind) - 1)), max_size=3).map(tuple),
)
"""Faults in one step of three."""


class ContestMachine(RuleBasedStateMachine):
    """Each rule of `machine_rules.RULES` is a rule of the machine; each step checks its own outcome."""

    def __init__(self) -> None:
        super().__init__()
        self.sim: SimulatedContest | None = None
        logging.disable(logging.CRITICAL)

    @initialize(seed=st.integers(0, 999), early=st.sets(st.integers(0, 5), max_size=3), at_once=st.booleans())
    def start(self, seed: int, early: set[int], at_once: bool) -> None:
        self.sim = contest_in_memory(seed)
        begin(self.sim, sorted(early), at_once)

    def teardown(self) -> None:
        logging.disable(logging.NOTSET)
        if self.sim is not None:
            payout_steps.finish(self.sim)


def _method(chosen: Rule) -> Callable[..., None]:
    numbers = st.tuples(*(st.integers(0, bound - 1) for bound in chosen.bounds))
    faults = FAULTS if chosen.can_fail else st.just(())

    def step(self: ContestMachine, numbers: tuple[int, ...], faults: tuple[tuple[int, int], ...]) -> None:
        assert self.sim is not None
        take_step(self.sim, chosen, numbers, faults)

    step.__name__ = chosen.name
    decorated: Any = rule(numbers=numbers, faults=faults)(step)
    return decorated  # type: ignore[no-any-return]


for _index, _rule in enumerate(RULES):
    setattr(ContestMachine, f"{_rule.name}_{_index}", _method(_rule))
