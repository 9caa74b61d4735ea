"""`python -m tests.explore [--full] [--scenario NAME [--replay N]]`: every schedule of every scenario.

Prints the schedules explored and the violations found, and repeats one schedule by its number, with each of its calls.
`--full` allows one more fault in each schedule. To replay a number from such a run, add `--full` again.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice
from multiprocessing import get_context

from chalicelib.domain.claim import Claim
from tests.explore.explorer import SCENARIOS, explore, survey


def replay(name: str, number: int, full: bool) -> bool:
    """Prints one schedule call by call. Returns whether it had no violation."""
    run = next(islice(explore(SCENARIOS[name], full), number - 1, None), None)
    if run is None:
        raise SystemExit(f"{name} has no schedule {number}")
    for event in run.stage.events:
        when = f"{event.at:%H:%M:%S}" if event.at else "never"
        print(
            f"{when:8}  {event.run:16} {event.name}{f'  <- {event.fault}' if event.fault else ''}  {_brief(event.done)}"
        )
    for actor, outcome in run.stage.outcomes.items():
        print(f"{actor}: {_brief(outcome)}")
    print(*run.found or ("no violation",), sep="\n")
    return not run.found


def _brief(value: object) -> str:
    if isinstance(value, Claim):
        return f"{value.claim_id} {value.status.value} {value.reason} revision {value.revision}"
    return repr(value)[:120]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.explore", description=__doc__)
    parser.add_argument("--scenario", choices=tuple(SCENARIOS))
    parser.add_argument("--replay", type=int, metavar="N")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(arguments)
    if chosen.replay:
        logging.disable(logging.CRITICAL)
        return not replay(chosen.scenario, chosen.replay, chosen.full)
    names = [chosen.scenario] if chosen.scenario else list(SCENARIOS)
    well = True
    with ProcessPoolExecutor(chosen.processes, get_context("spawn")) as pool:
        for line, good in pool.map(partial(survey, full=chosen.full), names):
            print(line, flush=True)
            well = well and good
    return not well


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
