"""The common store of the racing threads, and a barrier from which they start."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import pytest

from chalicelib.adapters.store.models import TABLES
from chalicelib.adapters.store.tables import Tables
from chalicelib.ports import unmeasured
from chalicelib.wiring import Services
from tests.contract.ports import aws_ports
from tests.support import examples
from tests.support.bench import nobody_watches
from tests.support.clock import FakeClock, Ids
from tests.support.engines import fresh_tables
from tests.support.pay import FakePay
from tests.support.ports import no_pace
from tests.support.queues import FakeLaterQueue, FakeQueue
from tests.support.token_fakes import FakeShareCodes, FakeTokens
from tests.support.transfers import FakeTransfers
from tests.support.wechat import FakeWeChat
from tests.support.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
FieldOf = Callable[[int], "Field"]


class Field:
    """A contest on DynamoDB Local; each instance has its own adapters, packets and switches."""

    def __init__(self, contest_id: str, packets: int, tables: Tables) -> None:
        self.contest = examples.contest(contest_id, packets)
        self.clock = FakeClock(examples.NOON)
        self.bank, self.tokens = examples.bank(), FakeTokens()
        self.pay, self.queue, self.later = FakePay(World()), FakeQueue(World()), FakeLaterQueue(World())
        self.transfers = FakeTransfers(World(), self.clock)
        self.share_codes, self.wechat = FakeShareCodes(), FakeWeChat(World(), self.clock)
        self._tables, self._made = tables, 0
        self.ports = aws_ports(contest_id, tables, packets, Random(0))

    def instance(self) -> Services:
        self._made += 1
        packets, rng = self.contest.prizes.packets, Random(self._made)
        ports = aws_ports(self.contest.id, self._tables, packets, rng, self.clock)
        ports.bank, ports.tokens, ports.share_codes = self.bank, self.tokens, self.share_codes
        ports.payout_queue, ports.later_queue = self.queue, self.later
        ports.red_packets, ports.transfers = self.pay, self.transfers
        ports.sign_in, ports.account = self.wechat, self.wechat
        ports.new_id, ports.sleep = Ids(f"i{self._made}x"), sleep
        ports.pace, ports.measure = no_pace, unmeasured
        ports.monotonic = lambda: monotonic() / 20  # time-outs long enough for a slow machine
        return Services(self.contest, examples.SETTINGS, ports, self.clock)

    def take_later(self) -> None:
        """Stores the events for which the store was too busy, one after the other, as the queue's worker does."""
        while self.later.events:
            self.instance().conversation.store_event(self.later.events.pop())

    def instances(self, count: int) -> list[Services]:
        return [self.instance() for _ in range(count)]


@pytest.fixture(scope="module")
def tables(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> Iterator[Tables]:
    with pytest.MonkeyPatch.context() as patch, fresh_tables(dynamodb) as prefix:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
        made = Tables(prefix)
        # The clients are made before the threads start, or each thread would make its own.
        clients = [
            made.connection.client,
            *(m._get_connection().connection.client for group in TABLES.values() for m in group),
        ]
        yield made
        for client in clients:
            client.close()


@pytest.fixture
def field_of(tables: Tables) -> FieldOf:
    """Makes a contest with an active plan of this many packets."""

    def make(packets: int) -> Field:
        field = Field(f"c{uuid4().hex[:12]}", packets, tables)
        operator = field.instance()
        operator.plans.lay_plan(nobody_watches, "wang")
        operator.plans.activate_plan("wang")
        return field

    return make


@pytest.fixture
def restless() -> Iterator[None]:
    """Switches threads far more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def race(steps: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Runs all at once, each in its own thread. Returns the result or exception of each."""
    line = Barrier(len(steps))

    def run(step: Callable[[], T]) -> T | Exception:
        line.wait()
        try:
            return step()
        except Exception as refusal:  # noqa: BLE001
            return refusal

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))
