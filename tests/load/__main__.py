"""`make load [PEOPLE=600] [RATE=8]`: citizens on real processes on this machine: undisturbed, too many, with kills.

Several instances of the application share one port; DynamoDB Local, the played WeChat and WeChat Pay, the queues'
workers and the schedules are processes, too. Three crowds come, whether or not those before have been served: the first
at `RATE` people a second, the second at several times what the machine carries, the third at `RATE` while instances,
connections to the engine and workers are killed in turn; before them a few people warm all parts up. From the CPU that
the first took, the model of the opening predicts what the second meets. Ends with the audit, and with what people were
told against what WeChat Pay paid. Exits with 1 unless both agree and the throughput was predicted.
"""

import argparse
import asyncio
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from random import Random

from chalicelib.config import load_contest_file
from chalicelib.config_files import load_bank
from chalicelib.domain.bank import Bank
from infra.local.engines import dynamodb_engine
from infra.local.local_stack import Stack, running
from infra.local.starter import Size
from infra.opening.machine import predict
from infra.project import ROOT
from infra.rehearsal.citizen import Citizen
from infra.rehearsal.journal import Journal, compare
from infra.rehearsal.open_loop import arrive
from infra.rehearsal.operator_console import operator_of
from infra.rehearsal.phone import Place
from infra.rehearsal.played_contest import own_environment, write_contest
from infra.rehearsal.settling import all_paid, place_of
from tests.load.core_speed import speed_when_all_are_busy
from tests.load.engine_proxy import EngineProxy, engine_proxy
from tests.load.kills import kill_in_turn
from tests.load.measuring import Crowd, Parts, cores_at_rest, give_way, outcome, processes, profile, refusal_seconds
from tests.load.prediction import JUDGED_FROM, WITHIN, is_held, print_beside, print_profile
from tests.load.processor_time import machine_seconds, processor_seconds, spent
from tests.load.report import print_crowd

REST_SECONDS, SPIN_SECONDS = 10.0, 0.2
WARMING = 6
"""One in so many comes before the first crowd: the engine then compiles its code, which is not people's work."""
BEYOND, MORE_PEOPLE = 4.0, 1.5
"""The second crowd's rate, in what the machine carries; and its size, in that of the others."""
HOME = ROOT / ".local" / "load"
READING = 4.0
"""A person reads for up to so many seconds longer than the contest demands."""


def main(argv: list[str] | None = None, home: Path = HOME) -> int:
    """Returns the exit code."""
    given = _arguments().parse_args(argv)
    speed = speed_when_all_are_busy(min(SPIN_SECONDS, given.people / 1_000))
    contest = write_contest(home / "played.toml", 4 * given.people + 8, given.min_seconds)
    with dynamodb_engine(logs=home / "log") as engine:
        engine.wait()
        with engine_proxy(engine.endpoint) as proxy:
            environ = own_environment(os.environ, contest) | {"AWS_ENDPOINT_URL_DYNAMODB": proxy.endpoint}
            size = Size(given.instances, given.workers, given.most_waiting)
            with running(environ, home / "stack", size=size) as stack:
                return asyncio.run(_load(given, stack, proxy, lambda: [*stack.children, engine.child], speed))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make load")
    parser.add_argument("--people", type=int, default=600, help="in the first and the third crowd")
    parser.add_argument("--rate", type=float, default=8.0, help="arrivals a second")
    parser.add_argument("--min-seconds", type=int, help="shortest time for an attempt, if not the contest's own")
    parser.add_argument("--instances", type=int, default=3)
    parser.add_argument("--most-waiting", type=int, default=8, help="requests at an instance; more are refused")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kill-every", type=float, default=3.0, help="seconds between two kills")
    return parser


async def _load(given: argparse.Namespace, stack: Stack, proxy: EngineProxy, parts: Parts, speed: float) -> int:
    contest = load_contest_file(Path(stack.environ["CONTEST_FILE"]))
    bank = load_bank(Path(contest.quiz.bank), None)
    reading = (contest.quiz.min_seconds + 0.2, contest.quiz.min_seconds + READING)
    journals = list[Journal]()
    async with place_of(stack) as place:
        come = partial(_come, place, parts, bank, reading)
        if given.people >= JUDGED_FROM:
            give_way(parts())
            journals.append((await come("warming up", given.people // WARMING, given.rate)).journal)
        rest = await cores_at_rest(parts, min(REST_SECONDS, max(0.5, given.people / 60)))
        refusal = await refusal_seconds(place, parts, given.people)
        calm = await come("undisturbed", given.people, given.rate)
        print_crowd(calm.journal, given.people, calm.took, calm.cpu)
        found = profile(calm, rest, given.people, stack.starter.size, refusal, processes(parts()), speed)
        print_profile(found, speed)
        rate, people = BEYOND * found.capacity, round(MORE_PEOPLE * given.people)
        predicted = predict(found, people, rate, reading)
        many = await come(f"too many: {rate:.0f} people/s", people, rate)
        print_crowd(many.journal, people, many.took, many.cpu)
        print(f"other programs used {calm.others:.2f} and {many.others:.2f} cores meanwhile")
        measured = outcome(many)
        print_beside(predicted, measured)
        killed = Counter[str]()
        async with _killing(stack, proxy, given.kill_every, killed):
            disturbed = await come("with kills", given.people, given.rate)
        print("killed: " + ", ".join(f"{n} {kind}" for kind, n in killed.items()))
        print_crowd(disturbed.journal, given.people, disturbed.took, {})
        code = await _close(stack, place, *journals, *(crowd.journal for crowd in (calm, many, disturbed)))
        if is_held(predicted, measured, given.people):
            return code
        print(f"✗ people a second: not predicted within {100 * WITHIN:.0f} %", file=sys.stderr)
        return 1


async def _come(
    place: Place, parts: Parts, bank: Bank, reading: tuple[float, float], title: str, people: int, rate: float
) -> Crowd:
    journal, rng = Journal(), Random(title)
    crowd = [Citizen(place, journal, bank, Random(rng.random()), reading) for _ in range(people)]
    print(f"\n{title}", flush=True)
    before, busy, began = processor_seconds(parts()), machine_seconds(), time.monotonic()
    await arrive(crowd, rate, rng)
    took, cpu = time.monotonic() - began, spent(before, processor_seconds(parts()))
    return Crowd(journal, took, cpu, (machine_seconds() - busy - sum(cpu.values())) / took)


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
    async with operator_of(stack.environ) as operate:
        audited = await operate("audit")
    print(audited.stdout, audited.stderr)
    return int(bool(audited.returncode or lost or any(found.values())))


if __name__ == "__main__":
    sys.exit(main())
