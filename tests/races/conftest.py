"""The store the racers meet in, and a starting line."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import pytest
from pynamodb.connection import Connection

from chalicelib.adapters.store.connect import configure
from chalicelib.adapters.store.models import TABLES
from tests.contract.ports import dynamo_ports
from tests.support import examples
from tests.support.account import FakeAccount
from tests.support.bench import nobody_watches
from tests.support.clock import FakeClock, Ids
from tests.support.engines import fresh_tables
from tests.support.instance import Instance
from tests.support.outside import FakeRedPackets, FakeShareCodes, FakeTokens, FakeWeChat
from tests.support.queues import FakeLaterQueue, FakeQueue
from tests.support.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
FieldOf = Callable[[int], "Field"]


class Field:
    """A contest on DynamoDB Local; each instance has its own adapters, packets and switches."""

    def __init__(self, contest_id: str, packets: int, connection: Connection) -> None:
        self.contest = examples.contest(contest_id, packets)
        self.clock = FakeClock(examples.NOON)
        self.bank, self.tokens = examples.bank(), FakeTokens()
        self.red_packets, self.queue, self.later = FakeRedPackets(World()), FakeQueue(World()), FakeLaterQueue(World())
        self.share_codes, self.wechat, self.account = FakeShareCodes(), FakeWeChat(World()), FakeAccount(World())
        self._connection, self._made = connection, 0
        self.ports = dynamo_ports(contest_id, connection, packets, Random(0))

    def instance(self) -> Instance:
        self._made += 1
        rng = Random(self._made)
        return Instance(
            contest=self.contest,
            bank=self.bank,
            ports=dynamo_ports(self.contest.id, self._connection, self.contest.prizes.packets, rng),
            tokens=self.tokens,
            share_codes=self.share_codes,
            queue=self.queue,
            later=self.later,
            red_packets=self.red_packets,
            wechat=self.wechat,
            account=self.account,
            clock=self.clock,
            new_id=Ids(f"i{self._made}x"),
            rng=rng,
            monotonic=lambda: monotonic() / 20,  # patience enough for a slow machine
            sleep=sleep,
        )

    def take_later(self) -> None:
        """What the store was too busy for, one after the other, as the queue's worker does."""
        while self.later.events:
            self.instance().hear.take_in(self.later.events.pop())

    def instances(self, count: int) -> list[Instance]:
        return [self.instance() for _ in range(count)]


@pytest.fixture(scope="module")
def connection(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> Iterator[Connection]:
    with pytest.MonkeyPatch.context() as patch, fresh_tables(dynamodb) as prefix:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
        made = configure(prefix)
        # The clients are made before the threads start, or each thread would make its own.
        clients = [made.client, *(m._get_connection().connection.client for group in TABLES.values() for m in group)]
        yield made
        for client in clients:
            client.close()


@pytest.fixture
def field_of(connection: Connection) -> FieldOf:
    """A contest with an active plan of so many packets."""

    def make(packets: int) -> Field:
        field = Field(f"c{uuid4().hex[:12]}", packets, connection)
        operator = field.instance()
        operator.lay_plan(nobody_watches)
        operator.activate_plan()
        return field

    return make


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads are switched far more often than usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def race(steps: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """All at once, each in a thread of its own: what each returned or raised."""
    line = Barrier(len(steps))

    def run(step: Callable[[], T]) -> T | Exception:
        line.wait()
        try:
            return step()
        except Exception as refusal:  # noqa: BLE001
            return refusal

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))
