"""`make load [PEOPLE=600] [RATE=8]`: citizens on real processes on this machine, first undisturbed, then with kills.

Several instances of the application share one port; DynamoDB Local, the played WeChat and WeChat Pay, the queues'
workers and the schedules are processes, too. Two crowds come at `RATE` people a second, whether or not those before
have been served. While the second is under way, instances, connections to the engine and workers are killed in turn.
Ends with the audit, and with what people were told against what WeChat Pay paid. Exits with 1 unless both agree.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

from chalicelib.config import load_contest_file
from chalicelib.config_files import load_bank
from chalicelib.domain.bank import Bank
from infra.local.engines import dynamodb_engine
from infra.local.local_stack import Stack, running
from infra.local.starter import Size
from infra.project import ROOT
from infra.rehearsal.citizen import Citizen
from infra.rehearsal.journal import Journal, compare
from infra.rehearsal.open_loop import arrive
from infra.rehearsal.phone import Place
from infra.rehearsal.played_contest import own_environment, write_contest
from infra.rehearsal.settling import all_paid, operate, place_of
from tests.load.engine_proxy import EngineProxy, engine_proxy
from tests.load.kills import kill_in_turn
from tests.load.processor_time import processor_seconds, spent
from tests.load.report import print_crowd

HOME = ROOT / ".local" / "load"
NOBODY = "http://127.0.0.1:9"
"""The account has no server of its own here."""
READING = 4.0
"""A person reads for up to so many seconds longer than the contest demands."""


def main(argv: list[str] | None = None, home: Path = HOME) -> int:
    """Returns the exit code."""
    given = _arguments().parse_args(argv)
    contest = write_contest(home / "played.toml", packets=2 * given.people + 8)
    with dynamodb_engine(logs=home / "log") as engine:
        engine.wait()
        with engine_proxy(engine.endpoint) as proxy:
            environ = own_environment(os.environ, contest) | {
                "AWS_ENDPOINT_URL_DYNAMODB": proxy.endpoint,
                "OWN_SERVER_URL": NOBODY,
            }
            with running(environ, home / "stack", size=Size(given.instances, given.workers)) as stack:
                return asyncio.run(_load(given, stack, proxy, lambda: [*stack.children, engine.child]))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make load")
    parser.add_argument("--people", type=int, default=600, help="in each of the two crowds")
    parser.add_argument("--rate", type=float, default=8.0, help="arrivals a second")
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kill-every", type=float, default=3.0, help="seconds between two kills")
    return parser


async def _load(given: argparse.Namespace, stack: Stack, proxy: EngineProxy, parts: Any) -> int:
    contest = load_contest_file(Path(stack.environ["CONTEST_FILE"]))
    bank = load_bank(Path(contest.quiz.bank), None)
    reading = (contest.quiz.min_seconds + 0.2, contest.quiz.min_seconds + READING)
    async with place_of(stack) as place:
        calm, killed = Journal(), Counter[str]()
        before, began = processor_seconds(parts()), time.monotonic()
        await _come(place, calm, bank, reading, given, 1)
        took, cpu = time.monotonic() - began, spent(before, processor_seconds(parts()))
        print("\nundisturbed", flush=True)
        print_crowd(calm, given.people, took, cpu)
        disturbed, began = Journal(), time.monotonic()
        async with _killing(stack, proxy, given.kill_every, killed):
            await _come(place, disturbed, bank, reading, given, 2)
        print("\nwith kills: " + ", ".join(f"{n} {kind}" for kind, n in killed.items()))
        print_crowd(disturbed, given.people, time.monotonic() - began, {})
        return await _close(stack, place, calm, disturbed)


async def _come(
    place: Place, journal: Journal, bank: Bank, reading: tuple[float, float], given: argparse.Namespace, seed: int
) -> None:
    rng = Random(seed)
    crowd = [Citizen(place, journal, bank, Random(rng.random()), reading) for _ in range(given.people)]
    await arrive(crowd, given.rate, rng)


@asynccontextmanager
async def _killing(stack: Stack, proxy: EngineProxy, pause: float, killed: Counter[str]) -> AsyncIterator[None]:
    task = asyncio.create_task(kill_in_turn(stack, proxy, pause, killed))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _close(stack: Stack, place: Place, *journals: Journal) -> int:
    told = {openid: claims for journal in journals for openid, claims in journal.told.items()}
    payments = await all_paid(place, sum(journal.claims for journal in journals))
    found = compare(told, payments)
    lost = sum(len(journal.lost) for journal in journals)
    print(f"\n{len(payments)} payments; told and paid: {found}; people without an answer: {lost}")
    audited = await asyncio.to_thread(operate, stack.environ, "audit")
    print(audited.stdout, audited.stderr)
    return int(bool(audited.returncode or lost or any(found.values())))


if __name__ == "__main__":
    sys.exit(main())
