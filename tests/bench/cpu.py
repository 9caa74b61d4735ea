"""CPU of a warm handler per request, against a bare Chalice route that does the same calls with botocore alone.

    python -m tests.bench.cpu [batches] [requests in a batch]

Runs on DynamoDB Local and counts this process alone. The application and its floor take turns, so that the machine's
other work affects both; a ratio is the median over the batches. Exits with 1 when one is above the bound of the
contest's rules.
"""

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median
from typing import Any

import boto3
from chalice.app import Chalice

import app
from chalicelib import config, wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.domain.contest import Contest, Window
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra.build.esbuild import ensure_page
from infra.provision import create_all
from tests.bench.claims import unqueued_services
from tests.bench.cpu_floor import FEN, bare_app
from tests.bench.cpu_requests import BenchPeople, Event, MeasuredRequest
from tests.bench.measured import cpu_differences
from tests.support.engines import dynamodb_local, sqs_local

BATCHES, REQUESTS, WARM_UP = 30, 20, 30
LARGEST_RATIO = 1.5
PREFIX, REGION = "bench", "cn-north-1"
ENVIRONMENT = {
    "STAGE": "local",
    "RESOURCE_PREFIX": PREFIX,
    "WECHAT_MODE": "safe",
    "AWS_ACCESS_KEY_ID": "x",
    "AWS_SECRET_ACCESS_KEY": "x",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_LAMBDA_FUNCTION_NAME": "bench",  # for the log lines, as on Lambda
}


class Context:
    """The part of Lambda's context that Chalice and the application use."""

    function_name = aws_request_id = "bench"


@dataclass(slots=True)
class Spent:
    """CPU seconds per request, of each batch."""

    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(ours / bare for ours, bare in zip(self.ours, self.bare, strict=True))


def main(batches: int = BATCHES, requests: int = REQUESTS) -> int:
    """Returns the exit code."""
    over, found = False, dict[str, float]()
    ensure_page()
    with bench_people(3 * (WARM_UP + 1 + batches * requests)) as people:
        print(f"CPU per warm request, median of {batches} batches of {requests}, Python {sys.version.split()[0]}")
        print(f"{'request':23s}{'floor: a bare route doing':27s}{'ours µs':>9s}{'bare µs':>9s}{'ratio':>7s}")
        for request in people.requests():
            spent = measured(request, batches, requests)
            found.setdefault(request.name, 1e6 * median(spent.ours))
            late = spent.ratio > LARGEST_RATIO
            over |= late and request.judged
            verdict = ("over" if late else "") if request.judged else "(not judged)"
            times = f"{1e6 * median(spent.ours):9.0f}{1e6 * median(spent.bare):9.0f}"
            print(f"{request.name:23s}{request.floor:27s}{times}{spent.ratio:7.2f}  {verdict}".rstrip(), flush=True)
    print(f"at most {LARGEST_RATIO}", *cpu_differences(found), sep="\n")
    return int(over)


@contextmanager
def bench_people(claims: int) -> Iterator[BenchPeople]:
    """The application on its own engines; the contest is open, with a packet for each claim. Log lines are
    discarded."""
    now = datetime.now(UTC).replace(microsecond=0)
    prizes = PrizeRules(FEN * (claims + 1), claims + 1, 100, 2000, 5)
    contest = replace(config.contest(), prizes=prizes, window=Window(now, now, now + timedelta(days=1)))
    with dynamodb_local() as dynamodb, sqs_local() as sqs, open(os.devnull, "w") as nowhere:
        os.environ |= ENVIRONMENT | {"AWS_ENDPOINT_URL_DYNAMODB": dynamodb, "AWS_ENDPOINT_URL_SQS": sqs}
        create_all(boto3.client("dynamodb"), boto3.client("sqs"), PREFIX)
        wiring.quiet_libraries()
        services, unqueued = _services(contest), unqueued_services(contest)
        services.plans.lay_plan(lambda *_: None, "wang")
        services.plans.activate_plan("wang")
        people = BenchPeople(services, unqueued, claims)
        wiring.install(services)
        with redirect_stdout(nowhere):  # the first request sets up logging, which keeps its stream
            app.app(next(people.requests()[0].events), Context())
        yield people


def _services(contest: Contest) -> Services:
    settings, clock = load_settings(), lambda: datetime.now(UTC)
    return Services(contest, settings, AwsPorts(contest, settings, clock), clock)


def measured(request: MeasuredRequest, batches: int, requests: int) -> Spent:
    wiring.install(request.services)
    for event in islice(request.events, WARM_UP):
        app.app(event, Context())
    event = next(request.events)
    bare = bare_app(request.template, request.calls, len(app.app(event, Context())["body"].encode()))
    _spend(bare, [event] * WARM_UP)
    spent = Spent()
    for _ in range(batches):
        events = list(islice(request.events, requests))
        spent.ours.append(_spend(app.app, events))
        spent.bare.append(_spend(bare, events))
    return spent


def _spend(application: Chalice, events: list[Event]) -> float:
    """Returns CPU seconds per request. Raises RuntimeError if one gets another answer than expected."""
    gc.collect()  # neither side collects the other's garbage
    begun = time.process_time()
    answers: list[Any] = [application(event, Context()) for event in events]
    took = time.process_time() - begun
    if wrong := [answer for answer in answers if answer["statusCode"] not in (200, 201, 302)]:
        raise RuntimeError(f"{len(wrong)} of {len(answers)} failed: {wrong[0]}")
    return took / len(events)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
