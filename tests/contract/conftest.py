"""The engines of the suites. One engine serves a module; every test has its own contest and people."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Protocol

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.store.dynamo_credentials import DynamoCredentials
from chalicelib.adapters.store.dynamo_pool import packet_key
from chalicelib.adapters.store.models import SWITCHES, TABLES, FollowerRow, PacketRow, ParticipantRow, SwitchesRow
from chalicelib.adapters.store.row_values import ME, to_ms, who_key
from chalicelib.adapters.store.smoke_row import SmokeRow
from chalicelib.adapters.store.tables import Tables
from chalicelib.domain.claim import Claim, Packet
from chalicelib.domain.participation import Follower
from chalicelib.domain.prizes import SHARDS
from chalicelib.ports import CredentialStore, Ports
from infra.provision import create_tables
from tests.contract.ports import aws_ports
from tests.support import examples
from tests.support.control import FakeCredentials
from tests.support.engines import FAKE_ENVIRONMENT, REGION, fresh_prefix, fresh_tables
from tests.support.kept_tables import point_models
from tests.support.ports import fake_ports
from tests.support.world import World

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PACKETS = 120
"""More packets than any test lays; a window begins at a random number below it."""


class Engine(Protocol):
    def ports(self, contest_id: str) -> Ports: ...

    def credentials(self, app_id: str) -> CredentialStore: ...

    def grant(self, contest_id: str, openid: str, granted: int) -> None:
        """Grants chances beyond the base one to a participant who submitted."""
        ...

    def put_earlier_smoke(self, contest_id: str, payment: Claim) -> None:
        """Stores a smoke payment in the form of versions in which it was no claim."""
        ...

    def name_plan(self, contest_id: str, plan_id: str) -> None:
        """Makes the switches name a plan, whatever its header says, as after a restore."""
        ...

    def put_packet(self, contest_id: str, packet: Packet) -> None:
        """Stores a free packet, whatever the plan's state, as after a restore."""
        ...

    def put_earlier_invitation(self, openid: str, sharer: str, at: datetime) -> None:
        """Stores the row of an opened link in the form of versions that stored no contest."""
        ...

    def dump(self) -> object:
        """Returns everything stored; equal if nothing changed."""
        ...


class FakeEngine:
    def __init__(self) -> None:
        self._world = World()

    def ports(self, contest_id: str) -> Ports:
        return fake_ports(self._world, examples.contest(contest_id, PACKETS), lambda: examples.NOON)

    def credentials(self, app_id: str) -> CredentialStore:
        return FakeCredentials(self._world, app_id)

    def grant(self, contest_id: str, openid: str, granted: int) -> None:
        people = self._world.contest(contest_id).people
        people[openid] = replace(people[openid], chances=replace(people[openid].chances, granted=granted))

    def put_earlier_smoke(self, contest_id: str, payment: Claim) -> None:
        self._world.contest(contest_id).earlier_smoke[payment.attempt_id] = payment

    def name_plan(self, contest_id: str, plan_id: str) -> None:
        state = self._world.contest(contest_id)
        state.switches = replace(state.switches, plan_id=plan_id)

    def put_packet(self, contest_id: str, packet: Packet) -> None:
        self._world.contest(contest_id).pool.setdefault(packet.plan_id, {})[packet.number] = packet

    def put_earlier_invitation(self, openid: str, sharer: str, at: datetime) -> None:
        row = Follower(openid, False, invited_by=sharer, known=False, first_seen_at=at)
        self._world.followers[openid] = row

    def dump(self) -> object:
        return self._world.snapshot()


@dataclass
class DynamoEngine:
    client: "DynamoDBClient"
    tables: Tables
    prefix: str

    def ports(self, contest_id: str) -> Ports:
        return aws_ports(contest_id, self.tables, PACKETS, Random(0))

    def credentials(self, app_id: str) -> CredentialStore:
        return DynamoCredentials(app_id, self.tables)

    def grant(self, contest_id: str, openid: str, granted: int) -> None:
        ParticipantRow(who_key(contest_id, openid), ME).update([ParticipantRow.granted.set(granted)])

    def put_earlier_smoke(self, contest_id: str, payment: Claim) -> None:
        order = payment.order
        SmokeRow(
            contest_id,
            payment.attempt_id,
            number=payment.packet.number,
            send_order=json.dumps(
                {"mch_billno": order.mch_billno, "openid": order.openid, "amount_fen": order.amount_fen}
                | dict(order.terms)
            ),
            begun_at=to_ms(payment.claimed_at),
            status=payment.status.value,
            reason=payment.reason,
            sends=payment.sends,
            revision=payment.revision,
        ).save()

    def name_plan(self, contest_id: str, plan_id: str) -> None:
        SwitchesRow(contest_id, SWITCHES).update([SwitchesRow.active_plan.set(plan_id)])

    def put_packet(self, contest_id: str, packet: Packet) -> None:
        PacketRow(*packet_key(contest_id, packet, SHARDS), amount_fen=packet.amount_fen).save()

    def put_earlier_invitation(self, openid: str, sharer: str, at: datetime) -> None:
        FollowerRow(openid, invited_by=sharer, first_seen_at=to_ms(at)).save()

    def dump(self) -> object:
        return {suffix: self._rows(f"{self.prefix}-{suffix}") for suffix in TABLES}

    def _rows(self, table: str) -> list[str]:
        pages = self.client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return sorted(repr(sorted(item.items())) for page in pages for item in page["Items"])


@pytest.fixture(scope="session")
def local_prefix(dynamodb: "DynamoDBClient") -> Iterator[str]:
    with fresh_tables(dynamodb) as prefix:
        yield prefix


@contextmanager
def on_moto(prefix: str) -> Iterator[Engine]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        create_tables(client, prefix)
        yield DynamoEngine(client, point_models(prefix), prefix)
        client.close()


@pytest.fixture(scope="session")
def moto_prefix() -> str:
    return fresh_prefix()


@contextmanager
def on_dynamodb_local(client: "DynamoDBClient", endpoint: str, prefix: str) -> Iterator[DynamoEngine]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**FAKE_ENVIRONMENT, "AWS_ENDPOINT_URL_DYNAMODB": endpoint}.items():
            patch.setenv(name, value)
        yield DynamoEngine(client, point_models(prefix), prefix)


@pytest.fixture(scope="module")
def local(request: pytest.FixtureRequest) -> Iterator[DynamoEngine]:
    client, endpoint, prefix = map(request.getfixturevalue, ("dynamodb", "dynamodb_endpoint", "local_prefix"))
    with on_dynamodb_local(client, endpoint, prefix) as engine:
        yield engine


@pytest.fixture(scope="module", params=["fake", "moto", "local"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    if request.param == "fake":
        yield FakeEngine()
    elif request.param == "moto":
        with on_moto(request.getfixturevalue("moto_prefix")) as moto:
            yield moto
    else:
        yield request.getfixturevalue("local")


@pytest.fixture
def contest_id() -> str:
    return f"c{uuid.uuid4().hex[:12]}"


@pytest.fixture
def ports(engine: Engine, contest_id: str) -> Ports:
    return engine.ports(contest_id)


@pytest.fixture
def openid() -> str:
    return f"o{uuid.uuid4().hex}"
