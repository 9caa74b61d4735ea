"""Long random runs: `python -m tests.proof.soak [--engine memory|dynamodb] [--steps N] [--seed N] [--processes N]`.

Simulates one contest after another, with the machine's rules chosen at random by the seed. A failure is printed with
its seed, and `--seed S --contests 1` repeats that contest. A run without a failure adds its line to docs/soak.md.
"""

import argparse
import logging
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from random import Random

from infra.project import ROOT
from tests.proof.contest_stores import MakeContest, in_memory, on_dynamodb
from tests.proof.machine_rules import drive
from tests.support.engines import FAKE_ENVIRONMENT, dynamodb_client, dynamodb_local

DOCUMENT = ROOT / "docs" / "soak.md"
HEADER = """# Soak runs

`make soak` adds a line for each run that ended with clean audits and with WeChat Pay's ledger equal to the claims.
Each contest is simulated from before its opening to the last payout. The counts are of what was actually made.

| date | commit | engine | steps | contests | claims | payments | referrals | killed | seconds | steps/s | seeds |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""
STEPS = {"memory": 1_000_000, "dynamodb": 20_000}
BATCH = 20
"""Contests between two reports of a process."""


@dataclass
class Totals:
    steps: int = 0
    contests: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Totals") -> None:
        self.steps, self.contests = self.steps + other.steps, self.contests + other.contests
        self.counts += other.counts


def step_count(rng: Random) -> int:
    """How many steps a contest gets."""
    return rng.randrange(60, 700)


def run_contests(make_contest: MakeContest, seeds: Sequence[int]) -> Totals:
    """Simulates the seeds' contests in turn. Raises AssertionError with the seed in its text."""
    totals = Totals()
    for seed in seeds:
        rng = Random(seed)
        with make_contest(seed) as sim:
            try:
                drive(sim, rng, step_count(rng))
            except Exception as error:
                raise AssertionError(f"seed {seed}, step {sim.steps} ({sim.step_name}): {error}") from error
            totals.steps, totals.contests = totals.steps + sim.steps, totals.contests + 1
            totals.counts += sim.outcomes
            totals.counts["killed"] += sum(n for name, n in sim.outcomes.items() if name.endswith(": killed"))
            totals.counts["claims"] += len(sim.checker.claims)
            totals.counts["payments"] += len(sim.pay.ledger)
            totals.counts["referrals"] += sum(1 for f in sim.model.follows.values() if f.counted_for)
    return totals


def in_this_process(seeds: Sequence[int]) -> Totals:
    logging.disable(logging.CRITICAL)
    return run_contests(in_memory, seeds)


def soak_memory(steps: int, first: int, processes: int) -> Totals:
    totals, seeds, began = Totals(), _batches(first), time.monotonic()
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        running = {pool.submit(in_this_process, next(seeds)) for _ in range(processes)}
        while running:
            done = next(as_completed(running))
            running.remove(done)
            totals.add(done.result())
            _report(totals, began)
            if totals.steps < steps:
                running.add(pool.submit(in_this_process, next(seeds)))
    return totals


def soak_dynamodb(steps: int, first: int) -> Totals:
    totals, began = Totals(), time.monotonic()
    with _dynamodb() as make_contest:
        while totals.steps < steps:
            totals.add(run_contests(make_contest, [first + totals.contests]))
            _report(totals, began)
    return totals


@contextmanager
def _dynamodb() -> Iterator[MakeContest]:
    logging.disable(logging.CRITICAL)
    os.environ.update(FAKE_ENVIRONMENT)
    with dynamodb_local(logs=ROOT / ".local" / "test-log") as endpoint:
        yield on_dynamodb(dynamodb_client(endpoint), endpoint)


def _batches(first: int) -> Iterator[range]:
    while True:
        yield range(first, first + BATCH)
        first += BATCH


def _report(totals: Totals, began: float) -> None:
    rate = totals.steps / (time.monotonic() - began)
    print(f"{totals.steps} steps, {totals.contests} contests, {rate:.0f} steps/s", flush=True)


def record(engine: str, totals: Totals, seconds: float, first: int, path: Path = DOCUMENT) -> str:
    commit = subprocess.run(
        ["git", "--no-optional-locks", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    )
    counts = totals.counts
    cells = (
        date.today(),  # noqa: DTZ011 - the day as people here call it
        commit.stdout.strip() or "unknown",
        engine,
        f"{totals.steps:,}",
        f"{totals.contests:,}",
        *(f"{counts[name]:,}" for name in ("claims", "payments", "referrals", "killed")),
        f"{seconds:.0f}",
        f"{totals.steps / seconds:.0f}",
        f"{first}–{first + totals.contests - 1}",
    )
    line = "| " + " | ".join(map(str, cells)) + " |\n"
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    path.write_text(text + line, encoding="utf-8")
    return line


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.proof.soak", description=__doc__)
    parser.add_argument("--engine", choices=tuple(STEPS), default="memory")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--contests", type=int, help="run so many contests in this process, unrecorded: to repeat one")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(arguments)
    if chosen.contests:
        seeds = range(chosen.seed, chosen.seed + chosen.contests)
        if chosen.engine == "memory":
            print(run_contests(in_memory, seeds))
            return
        with _dynamodb() as make_contest:
            print(run_contests(make_contest, seeds))
        return
    steps, began = chosen.steps or STEPS[chosen.engine], time.monotonic()
    if chosen.engine == "memory":
        totals = soak_memory(steps, chosen.seed, chosen.processes)
    else:
        totals = soak_dynamodb(steps, chosen.seed)
    print("\n".join(f"{name}  {count}" for name, count in sorted(totals.counts.items())))
    print(record(chosen.engine, totals, time.monotonic() - began, chosen.seed))


if __name__ == "__main__":
    main(sys.argv[1:])
