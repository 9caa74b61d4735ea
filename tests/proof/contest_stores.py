"""Fresh stores for simulated contests: in memory, or on DynamoDB Local with their own tables."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING
from unittest.mock import patch

from pynamodb.connection import Connection

from chalicelib.adapters.store import row_values as rows
from chalicelib.adapters.store.dynamo_ledger import DynamoLedger
from chalicelib.adapters.store.models import TABLES, FollowerRow, PacketRow, ParticipantRow
from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.audit import Books
from chalicelib.domain.claim import RED_PACKET, TRANSFER, Packet
from chalicelib.domain.operator_log import begun_numbers, renewed_numbers
from chalicelib.domain.participation import Follower
from chalicelib.ports import Ports
from tests.contract.ports import aws_ports
from tests.proof.invariant_checks import PortsReader, StateReader
from tests.proof.simulated_contest import SimulatedContest, Store
from tests.support import examples
from tests.support.engines import fresh_tables
from tests.support.ports import fake_ports
from tests.support.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MakeContest = Callable[[int], AbstractContextManager[SimulatedContest]]
"""Seed -> the simulated contest of that seed on a fresh store."""
CONTEST = "simulated"


class InMemory:
    index_check_interval = 1

    def ports(self, contest_id: str, packets: int, rng: Random) -> Ports:
        return fake_ports(World(), examples.contest(contest_id, packets), lambda: examples.NOON, rng)

    def reader(self, ports: Ports, people: Sequence[str]) -> StateReader:
        return PortsReader(ports, people)


class OnDynamoDB:
    """A store on tables that have no other data."""

    index_check_interval = 10

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def ports(self, contest_id: str, packets: int, rng: Random) -> Ports:
        return aws_ports(contest_id, self._tables, packets, rng)

    def reader(self, ports: Ports, people: Sequence[str]) -> StateReader:
        return _TablesReader(ports, DynamoLedger(CONTEST, self._tables))


class _TablesReader:
    """Reads the same books with one scan per table: a dozen times faster than through the ports."""

    def __init__(self, ports: Ports, ledger: DynamoLedger) -> None:
        self._ports, self._ledger = ports, ledger
        self._plan = ports.plans.current_plan()
        self._followers: dict[str, Follower] = {}

    def books(self) -> Books:
        found = FollowerRow.scan(consistent_read=True)
        self._followers = {row.openid: rows.follower(row) for row in found}
        assert self._plan is not None
        plan_id = self._plan.plan_id
        free = (Packet(plan_id, int(r.number), int(r.amount_fen)) for r in PacketRow.scan(consistent_read=True))
        people = {who: list(r) for who, r in groupby(ParticipantRow.scan(consistent_read=True), lambda row: row.who)}
        smoke = [rows.claim(row) for row in people.pop(rows.smoke_key(CONTEST), [])]
        log = list(self._ports.ledger.log_entries())
        return Books(
            switches=self._ports.control.read_switches(),
            plan=self._plan,
            free=tuple(free),
            accounts=tuple(self._ledger._account(who, theirs) for who, theirs in people.items()),
            friends=tuple(follower for follower in self._followers.values() if follower.referral_to),
            decided=renewed_numbers(log),
            smoke=tuple(smoke),
            smoke_begun=begun_numbers(log),
        )

    def followers(self) -> dict[str, Follower]:
        return self._followers


def contest_in_memory(seed: int) -> SimulatedContest:
    return _contest(seed, InMemory())


def _contest(seed: int, store: Store) -> SimulatedContest:
    """Odd seeds put refunded packets back; every other two pay by transfer."""
    product = TRANSFER if seed % 4 in (1, 2) else RED_PACKET
    return SimulatedContest(CONTEST, seed, seed % 2 == 1, store, product)


@contextmanager
def in_memory(seed: int) -> Iterator[SimulatedContest]:
    yield contest_in_memory(seed)


def on_dynamodb(client: "DynamoDBClient", endpoint: str) -> MakeContest:
    @contextmanager
    def make(seed: int) -> Iterator[SimulatedContest]:
        with patch.dict(os.environ, AWS_ENDPOINT_URL_DYNAMODB=endpoint), fresh_tables(client) as prefix:
            tables = Tables(prefix)
            try:
                yield _contest(seed, OnDynamoDB(tables))
            finally:
                _close(tables.connection)

    return make


def _close(connection: Connection) -> None:
    models = [model for group in TABLES.values() for model in group]
    for client in (connection.client, *(m._get_connection().connection.client for m in models)):
        client.close()
