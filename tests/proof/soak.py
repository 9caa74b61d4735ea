"""The long run: `python -m tests.proof.soak [--engine memory|dynamodb] [--steps N] [--seed N] [--processes N]`.

The machine's rules, chosen by plain seeded chance, life after life. What breaks is printed with its seed, and
`--seed S --lives 1` plays that life again. A run that ends well writes its line into docs/soak.md.
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
from tests.proof.rules import drive
from tests.proof.stores import Lives, in_memory, on_dynamodb
from tests.support.engines import FAKE_ENVIRONMENT, dynamodb_client, dynamodb_local

DOCUMENT = ROOT / "docs" / "soak.md"
HEADER = """# Soak runs

`make soak` adds a line for each run that ended with clean audits and with WeChat Pay's ledger equal to the claims.
A life is one contest, from before its opening to the last payout. The counts are of what was actually made.

| date | commit | engine | steps | lives | claims | payments | referrals | killed | seconds | steps/s | seeds |
|---|---|---|---|---|---|---|---|---|---|---|---|
"""
STEPS = {"memory": 1_000_000, "dynamodb": 20_000}
BATCH = 20
"""Lives between two reports of a process."""


@dataclass
class Totals:
    steps: int = 0
    lives: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Totals") -> None:
        self.steps, self.lives = self.steps + other.steps, self.lives + other.lives
        self.counts += other.counts


def length(rng: Random) -> int:
    """Steps of a life."""
    return rng.randrange(60, 700)


def live(lives: Lives, seeds: Sequence[int]) -> Totals:
    """Those lives, one after the other. Raises AssertionError with the seed in its text."""
    totals = Totals()
    for seed in seeds:
        rng = Random(seed)
        with lives(seed) as life:
            try:
                drive(life, rng, length(rng))
            except Exception as error:
                raise AssertionError(f"seed {seed}, step {life.steps} ({life.doing}): {error}") from error
            totals.steps, totals.lives = totals.steps + life.steps, totals.lives + 1
            totals.counts += life.tally
            totals.counts["killed"] += sum(n for name, n in life.tally.items() if name.endswith(": killed"))
            totals.counts["claims"] += len(life.watch.claims)
            totals.counts["payments"] += len(life.pay.ledger)
            totals.counts["referrals"] += sum(1 for f in life.model.follows.values() if f.counted_for)
    return totals


def in_this_process(seeds: Sequence[int]) -> Totals:
    logging.disable(logging.CRITICAL)
    return live(in_memory, seeds)


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
    with _dynamodb() as lives:
        while totals.steps < steps:
            totals.add(live(lives, [first + totals.lives]))
            _report(totals, began)
    return totals


@contextmanager
def _dynamodb() -> Iterator[Lives]:
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
    print(f"{totals.steps} steps, {totals.lives} lives, {rate:.0f} steps/s", flush=True)


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
        f"{totals.lives:,}",
        *(f"{counts[name]:,}" for name in ("claims", "payments", "referrals", "killed")),
        f"{seconds:.0f}",
        f"{totals.steps / seconds:.0f}",
        f"{first}–{first + totals.lives - 1}",
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
    parser.add_argument("--lives", type=int, help="so many lives in this process, unrecorded: to play one again")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(arguments)
    if chosen.lives:
        seeds = range(chosen.seed, chosen.seed + chosen.lives)
        if chosen.engine == "memory":
            print(live(in_memory, seeds))
            return
        with _dynamodb() as lives:
            print(live(lives, seeds))
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
