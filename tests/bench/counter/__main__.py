"""This application beside a claim with one counter row, on the same work and under the same kills.

python -m tests.bench.counter [packets people at-once…]
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from unittest import mock

from infra.local.engines import LOGS, dynamodb_engine
from tests.bench.counter.ceiling import print_ceilings
from tests.bench.counter.counter_claim import ByNumber, OneTransaction, TwoWrites
from tests.bench.counter.counter_side import CounterSide
from tests.bench.counter.cpu_clocks import engine_clock
from tests.bench.counter.kills import PEOPLE, print_head, print_kills
from tests.bench.counter.our_side import OurSide
from tests.bench.counter.same_work import Cpu, Result, run
from tests.bench.counter.side import Side
from tests.bench.counter.work_table import HEAD, broken, print_work
from tests.support.engines import FAKE_ENVIRONMENT, fresh_prefix

FORMS = (ByNumber, TwoWrites, OneTransaction)
OURS = "bench"
"""The prefix of our tables, for all runs."""


def sides(packets: int) -> list[Side]:
    """Each empty."""
    return [OurSide.of(OURS, packets), *(CounterSide(form, fresh_prefix(), (250,) * packets) for form in FORMS)]


def main(packets: int, people: int, levels: Sequence[int]) -> int:
    with engine() as engine_cpu:
        clocks = {"application": time.process_time, "engine": engine_cpu}
        print(f"{people} people for {packets} packets, then everybody again; DynamoDB Local\n\n{HEAD}")
        openids = [f"o{number:027d}" for number in range(people)]
        results: list[Result] = []
        for at_once in levels:
            for side in sides(packets):
                results.append(run(side, openids, at_once, clocks))
                print_work(results[-1])
        print_ceilings()
        print_head()
        left = [print_kills(partial(_side, number)) for number in range(1 + len(FORMS))]
    faults = [*broken(results), *(["this application's kills left something"] if left[0].is_harm else [])]
    print("\n".join(faults))
    return 1 if faults else 0


def _side(number: int) -> Side:
    return sides(PEOPLE)[number]


@contextmanager
def engine() -> Iterator[Cpu]:
    """Runs DynamoDB Local, with its address in the environment. Yields its CPU."""
    with dynamodb_engine(logs=LOGS) as started:
        started.wait()
        place = {**FAKE_ENVIRONMENT, "AWS_ENDPOINT_URL_DYNAMODB": started.endpoint}
        with mock.patch.dict(os.environ, place):
            yield engine_clock(started.child)


if __name__ == "__main__":
    packets, people, *levels = map(int, sys.argv[1:] or "2000 4000 1 16 64".split())
    sys.exit(main(packets, people, levels))
