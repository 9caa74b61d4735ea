"""The store the racers meet in, and a starting line."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

import pytest
from pynamodb.connection import Connection

from chalicelib.adapters.dynamodb.models import TABLES, configure
from tests.contract.ports import dynamo_ports
from tests.engines import fresh_tables
from tests.fakes import examples
from tests.fakes.clock import FakeClock, Ids
from tests.fakes.instance import Instance
from tests.fakes.outside import FakeQueue, FakeRedPackets, FakeTokens
from tests.fakes.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")


class Field:
    """A contest on DynamoDB Local; each instance has its own adapters, packets and switches."""

    def __init__(self, contest_id: str, packets: int, connection: Connection) -> None:
        self.contest = examples.contest(contest_id, packets)
        self.clock = FakeClock(examples.NOON)
        self.bank, self.tokens = examples.bank(), FakeTokens()
        self.red_packets, self.queue = FakeRedPackets(World()), FakeQueue(World())
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
            queue=self.queue,
            red_packets=self.red_packets,
            clock=self.clock,
            new_id=Ids(f"i{self._made}x"),
            rng=rng,
            monotonic=lambda: monotonic() / 20,  # patience enough for a slow machine
            sleep=sleep,
        )

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
