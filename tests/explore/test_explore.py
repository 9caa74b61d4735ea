"""Every schedule of every scenario keeps the invariants, and a broken mechanism is found."""

import logging
from collections.abc import Iterator
from itertools import islice

import pytest

from infra.project import ROOT
from tests.explore.explorer import SCENARIOS, Run, explore
from tests.explore.mutations import MUTATIONS, Mutation, broken

SCHEDULES = 50
"""Of each scenario, in every run of the tests; `make soak` runs them all."""


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of runs log their faults."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_schedule_breaks_an_invariant(name: str) -> None:
    for run in islice(explore(SCENARIOS[name]), SCHEDULES):
        assert not run.found, f"python -m tests.explore --scenario {name} --replay {run.number}"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_it_finds_a_broken_mechanism(mutation: Mutation) -> None:
    with broken(mutation):
        assert any(run.found for run in explore(SCENARIOS[mutation.scenario]))


def test_a_schedule_is_repeated_by_its_number() -> None:
    def last() -> Run:
        return next(islice(explore(SCENARIOS["two_workers"]), 29, None))

    assert last().number == 30
    assert repr(last().stage.events) == repr(last().stage.events)


def test_the_document_names_every_mutation() -> None:
    text = (ROOT / "docs" / "invariants.md").read_text(encoding="utf-8")
    for mutation in MUTATIONS:
        assert f"| {mutation.what} | `{mutation.scenario}` |" in text
