"""The whole life of a contest as a stateful machine: Hypothesis chooses the steps, and shrinks what breaks."""

import logging
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.proof import payout_steps
from tests.proof.life import Life
from tests.proof.rules import REACH, RULES, Rule, begin, take
from tests.proof.stores import life_in_memory
from tests.proof.trouble import Kind

BLOWS = st.one_of(
    st.just(()),
    st.just(()),
    st.lists(st.tuples(st.integers(0, REACH - 1), st.integers(0, len(Kind) - 1)), max_size=3).map(tuple),
)
"""Trouble in one step of three."""


class ContestMachine(RuleBasedStateMachine):
    """Each rule of `rules.RULES` is a rule of the machine; all that is judged is judged inside the step."""

    def __init__(self) -> None:
        super().__init__()
        self.life: Life | None = None
        logging.disable(logging.CRITICAL)

    @initialize(seed=st.integers(0, 999), early=st.sets(st.integers(0, 5), max_size=3), at_once=st.booleans())
    def start(self, seed: int, early: set[int], at_once: bool) -> None:
        self.life = life_in_memory(seed)
        begin(self.life, sorted(early), at_once)

    def teardown(self) -> None:
        logging.disable(logging.NOTSET)
        if self.life is not None:
            payout_steps.finish(self.life)


def _method(chosen: Rule) -> Callable[..., None]:
    numbers = st.tuples(*(st.integers(0, bound - 1) for bound in chosen.bounds))
    blows = BLOWS if chosen.troubled else st.just(())

    def step(self: ContestMachine, numbers: tuple[int, ...], blows: tuple[tuple[int, int], ...]) -> None:
        assert self.life is not None
        take(self.life, chosen, numbers, blows)

    step.__name__ = chosen.name
    decorated: Any = rule(numbers=numbers, blows=blows)(step)
    return decorated  # type: ignore[no-any-return]


for _index, _rule in enumerate(RULES):
    setattr(ContestMachine, f"{_rule.name}_{_index}", _method(_rule))
