"""This application's side of the comparison."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import boto3

from chalicelib import config
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.clock import new_id
from chalicelib.domain.claim import ClaimRef
from chalicelib.domain.contest import Contest, Window
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.errors import PrizesExhausted, TryAgain
from chalicelib.ports import unmeasured
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra import template
from infra.provision import create_tables
from tests.bench.claims import add_people
from tests.bench.counter.outside import Outside, OutsidePay, OutsideQueue, Step
from tests.bench.counter.side import ATTEMPT, no_step
from tests.support.examples import with_id

T = TypeVar("T")
TRIES = 5


@dataclass(frozen=True)
class OurClaimer:
    services: Services

    def claim(self, openid: str) -> str | None:
        try:
            return self.services.claims.open_packet(openid, ATTEMPT)[0].order.mch_billno
        except PrizesExhausted:
            return None

    def refresh(self) -> None:
        self.services.ports.switches()


@dataclass(frozen=True)
class OurSide:
    prefix: str
    contest: Contest
    ahead: timedelta = timedelta()
    """Of its clock."""
    name: str = "this application"

    @classmethod
    def of(cls, prefix: str, packets: int) -> "OurSide":
        """A new contest that is open for a day, on the tables of this prefix."""
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        rules, window = PrizeRules(packets * 250, packets, 100, 2000, 5), Window(now, now, now + timedelta(days=1))
        return cls(prefix, replace(with_id(config.contest(), f"bench-{new_id()}"), prizes=rules, window=window))

    def lay(self, people: Sequence[str]) -> None:
        create_tables(boto3.client("dynamodb"), self.prefix)
        services = self._services()
        services.plans.lay_plan(lambda *_: None, "wang")
        services.plans.activate_plan("wang")
        add_people(self.contest, people)

    def claimer(self, outside: Outside, step: Step) -> OurClaimer:
        services = self._services(outside, step)
        services.ports.switches()
        return OurClaimer(services)

    def worker(self, outside: Outside, step: Step) -> Callable[[ClaimRef], None]:
        return self._services(outside, step).payouts.pay_claim

    def sweep(self, outside: Outside) -> None:
        self._services(outside).sweep.sweep_once()

    def later(self) -> "OurSide":
        return replace(self, ahead=self.ahead + timedelta(hours=1))

    def bills(self) -> Mapping[str, tuple[str, int]]:
        orders = _patiently(lambda: [claim.order for claim in self._services().ports.ledger.all_claims()])
        return {order.openid: (order.mch_billno, order.amount_fen) for order in orders}

    def free(self) -> int:
        ports = self._services().ports
        switches = ports.control.read_switches()
        return ports.pool.count_free(switches.plan_id, switches.shards)

    def keys(self) -> Mapping[str, tuple[str, ...]]:
        return {
            table["TableName"]: tuple(key["AttributeName"] for key in table["KeySchema"])
            for table in template.tables(self.prefix)
        }

    def _services(self, outside: Outside | None = None, step: Step = no_step) -> Services:
        def clock() -> datetime:
            return datetime.now(UTC) + self.ahead

        settings = load_settings({**os.environ, "STAGE": "local", "RESOURCE_PREFIX": self.prefix})
        ports = AwsPorts(self.contest, settings, clock)
        ports.measure, ports.pace = unmeasured, lambda: None
        if outside:
            ports.payout_queue, ports.red_packets = OutsideQueue(outside, step), OutsidePay(outside, step)
        return Services(self.contest, settings, ports, clock)


def _patiently(read: Callable[[], T]) -> T:
    """Reads again where a busy engine does not answer in time."""
    for _ in range(TRIES):
        with suppress(TryAgain):
            return read()
    return read()
