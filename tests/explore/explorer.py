"""Runs every schedule of a scenario and checks each."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from unittest.mock import patch

from chalicelib.domain.contest import Contest
from chalicelib.domain.deployed_contest import DeployedContest, described
from chalicelib.domain.errors import ContestError, OperatorRefused
from chalicelib.usecases import lay_plan, sweep
from tests.explore.checks import violations
from tests.explore.desk_scenarios import DESK
from tests.explore.operator_scenarios import DECISIONS
from tests.explore.payout_scenarios import PAYOUTS
from tests.explore.people_scenarios import PEOPLE
from tests.explore.plan_scenarios import PLANS
from tests.explore.scenario import Scenario
from tests.explore.schedules import schedules
from tests.explore.stage import Stage
from tests.explore.transfer_scenarios import TRANSFERS

SCENARIOS: dict[str, Scenario] = {**PEOPLE, **PAYOUTS, **DECISIONS, **TRANSFERS, **PLANS, **DESK}
SHOWN = 3
"""The number of violations that are printed for a scenario; the others are only counted."""


@dataclass(frozen=True)
class Run:
    number: int
    stage: Stage
    found: tuple[str, ...]


def explore(scenario: Scenario, full: bool = False) -> Iterator[Run]:
    """Yields every schedule's run, numbered from 1. The order depends on nothing but the code."""
    every = (scheduler for bounds in scenario.bounds(full) for scheduler in schedules(bounds))
    contest = scenario.contest
    deployed = described(contest)
    for number, scheduler in enumerate(every, start=1):
        yield _run(number, scenario, Stage(scheduler, contest, scenario.slow), deployed)


def _run(number: int, scenario: Scenario, stage: Stage, deployed: DeployedContest) -> Run:
    """Raises any unexpected error, with the schedule's number."""

    def described_once(contest: Contest) -> DeployedContest:
        """Every sweep asks for it, and its digests would take two thirds of a run."""
        assert contest is stage.contest
        return deployed

    try:
        with (
            patch.object(lay_plan, "CHUNK", 1),  # so that other actors can act between two packets
            patch.object(sweep, "described", described_once),
        ):
            found = tuple(_judge(stage, scenario))
    except (ContestError, OperatorRefused) as refusal:
        found = (f"I5 recovery fails: {type(refusal).__name__} {refusal}",)
    except Exception as error:
        error.add_note(f"in schedule {number}")
        raise
    return Run(number, stage, found)


def _judge(stage: Stage, scenario: Scenario) -> Iterator[str]:
    scenario.start(stage)
    stage.play(scenario.actors)
    stage.finish(scenario.actors)
    scenario.recover(stage, stage.instance("the operator"))
    if scenario.audited:
        yield from violations(stage)
    yield from scenario.check(stage)


def survey(name: str, full: bool) -> tuple[str, bool]:
    """Explores one scenario. Returns the line about it, and whether there was no violation."""
    logging.disable(logging.CRITICAL)
    began, count, wrong = time.monotonic(), 0, []
    for run in explore(SCENARIOS[name], full):
        count += 1
        wrong += [(run.number, found) for found in run.found]
    line = f"{name:18} {count:6} schedules, {len(wrong)} violations, {time.monotonic() - began:.0f} s"
    shown = "".join(f"\n  --replay {number}: {found}" for number, found in wrong[:SHOWN])
    return line + shown, not wrong
