"""The cost of each request in DynamoDB's units: one participant's whole journey, with a friend and the payout worker.

    python -m tests.bench.units [packets]

The real application on DynamoDB Local, with the simulator for WeChat and a clock that can be put forward. Units are
given as the engine reports them and by AWS's published rule (`tests/bench/capacity_units.py`). Plan with the rule. The
two agree on plain writes. But for a transaction DynamoDB Local reports four or eight units a table, however many items
it writes, and four times what its indexes cost; for a refused write, or a query that finds nothing, it reports nothing.
"""

import logging
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from typing import cast

import boto3
from chalice import Chalice

import app
from chalicelib import config, wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.cached_switches import CachedSwitches
from chalicelib.domain.contest import Contest, Window
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra import template
from infra.local.gateway import make_server
from infra.local.processes import free_port
from infra.provision import create_all
from infra.simulator import SimulatorSettings, serve
from tests.bench.calls import counting
from tests.bench.capacity_counter import CapacityCounter
from tests.bench.capacity_units import Table
from tests.bench.measured import unit_differences
from tests.bench.participant_journey import Journey
from tests.bench.report import report
from tests.bench.request_costs import CostMeter, LogByteCounter, MeasuredApplication
from tests.support.engines import dynamodb_local, sqs_local

PREFIX = "bench"


class Clock:
    """The real time plus the time that was skipped."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, span: timedelta) -> None:
        self.ahead += span


def main(packets: int = 1_000) -> int:
    """Returns the exit code: 1 if the units differ from those that the model of the opening takes as measured."""
    clock = Clock()
    contest = _contest(packets, clock())
    tables = {table["TableName"]: Table.of(table) for table in template.tables(PREFIX)}
    counter, meter = CapacityCounter(tables), CostMeter(LogByteCounter(contest.id))
    logging.basicConfig(level=logging.INFO, handlers=[meter.log_bytes], force=True)
    with _played(contest, clock, meter) as (services, simulator), counting(counter):
        Journey(services, meter, simulator, clock.wait).run()
    print(f"{packets} packets, DynamoDB Local; units: the engine's and the rule's, write / read\n")
    report(meter.rows, counter.largest, PREFIX)
    differences = list(unit_differences(meter.rows, PREFIX))
    print(*differences, sep="\n")
    return int(bool(differences))


def _contest(packets: int, now: datetime) -> Contest:
    rules = PrizeRules(packets * 250, packets, 100, 2000, 5)
    opened = now.replace(second=0, microsecond=0)
    return replace(config.contest(), prizes=rules, window=Window(opened, opened, opened + timedelta(days=7)))


@contextmanager
def _played(contest: Contest, clock: Clock, meter: CostMeter) -> Iterator[tuple[Services, str]]:
    """Runs the application with its plan on a port, and yields that and the simulator's address."""
    port, simulator_port = free_port(), free_port()
    simulator = f"http://127.0.0.1:{simulator_port}"
    os.environ |= {"STAGE": "local", "RESOURCE_PREFIX": PREFIX, "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "SIMULATOR_PORT": str(simulator_port)}
    os.environ |= dict.fromkeys(("AWS_REGION", "AWS_DEFAULT_REGION"), "us-east-1")
    os.environ |= {f"WECHAT_{party}_BASE_URL": simulator for party in ("API", "OPEN", "PAY")}
    with dynamodb_local() as dynamodb, sqs_local() as sqs:
        os.environ |= {"AWS_ENDPOINT_URL_DYNAMODB": dynamodb, "AWS_ENDPOINT_URL_SQS": sqs}
        create_all(boto3.client("dynamodb"), boto3.client("sqs"), PREFIX)
        services = _services(contest, clock)
        wechat = serve(SimulatorSettings.from_env(os.environ), lambda: clock().timestamp())
        with wechat, _serving(make_server(cast(Chalice, MeasuredApplication(app.app, meter)), port)):
            yield services, simulator


@contextmanager
def _serving(server: ThreadingHTTPServer) -> Iterator[None]:
    threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _services(contest: Contest, clock: Clock) -> Services:
    """Installed, with an active plan; the switches are read when the journey does so, not every three seconds."""
    settings, began = load_settings(), clock()
    ports = AwsPorts(contest, settings, clock)
    ports.switches = CachedSwitches(ports.control.read_switches, lambda: 0.0, lambda: began)
    services = Services(contest, settings, ports, clock)
    wiring.install(services)
    services.plans.lay_plan(lambda *_: None, "wang")
    services.plans.activate_plan("wang")
    services.ports.control.mark_opened(clock())
    return services


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
