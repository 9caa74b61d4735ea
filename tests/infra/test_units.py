"""The rule with which `make bench-units` counts, and its figures for a claim."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import wiring
from infra import template
from tests.bench.calls import Units, counted, counting
from tests.bench.capacity_counter import CapacityCounter
from tests.bench.capacity_units import Index, Table, read_units, size, write_units
from tests.bench.claims import NoQueue
from tests.http.stage import build, claim, deployed_settings, pass_attempt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE = Index("due", ("shard", "at"), frozenset({"who", "shard", "at"}))


def of_bytes(count: int) -> dict[str, Any]:
    return {"a": {"S": "x" * (count - 1)}}


def entry(at: str, **more: str) -> dict[str, Any]:
    return {"who": {"S": "a"}, "shard": {"S": "s"}, "at": {"N": at}} | {k: {"S": v} for k, v in more.items()}


def test_an_item_weighs_its_names_and_values() -> None:
    assert size({"名": {"S": "红包"}, "on": {"BOOL": True}, "no": {"NULL": True}}) == 3 + 6 + 3 + 3
    assert size({"n": {"N": "1594137600123"}}) == 1 + 1 + 7
    assert size({"n": {"N": "-5"}}) == size({"n": {"N": "500"}}) == size({"n": {"N": "0.5"}}) == 3
    assert size({"n": {"NS": ["10", "4"]}}) == 1 + 2 + 2


@pytest.mark.parametrize(("sizes", "units"), [([1024], 1), ([1025], 2), ([100, 2049], 3), ([2049, 100], 3), ([], 1)])
def test_a_write_counts_started_kilobytes_of_the_larger_image(sizes: list[int], units: int) -> None:
    assert write_units(None, *map(of_bytes, sizes)) == units


def test_a_read_adds_up_before_it_rounds() -> None:
    assert read_units([of_bytes(100)] * 40) == 1
    assert read_units([of_bytes(100)] * 41) == 2
    assert read_units([]) == 1


def test_an_index_is_written_for_what_changes_in_it() -> None:
    assert DUE.write_units(None, entry("1")) == 1, "enters"
    assert DUE.write_units(entry("1"), None) == 1, "leaves"
    assert DUE.write_units(entry("1"), entry("2")) == 2, "moves"
    assert DUE.write_units(entry("1"), entry("1", status="sent")) == 0, "nothing of it"
    assert DUE.write_units({"who": {"S": "a"}}, {"who": {"S": "b"}}) == 0, "never was there"
    wider = Index("due", DUE.keys, DUE.attributes | {"unit"})
    assert wider.write_units(entry("1"), entry("1", unit="x")) == 1, "what it carries"


@pytest.fixture
def counter(new_tables: Callable[[], str]) -> Iterator[tuple[str, CapacityCounter]]:
    prefix = new_tables()
    tables = {table["TableName"]: Table.of(table) for table in template.tables(prefix)}
    counter = CapacityCounter(tables)
    with counting(counter):
        yield prefix, counter


def test_the_engine_agrees_on_plain_writes(counter: tuple[str, CapacityCounter], dynamodb: "DynamoDBClient") -> None:
    table, due = f"{counter[0]}-participants", {"S": "s"}
    with counted() as calls:
        for at in ("1", "2", "2"):
            row: dict[str, Any] = {"who": {"S": "a"}, "what": {"S": "b"}, "due_shard": due, "due_at": {"N": at}}
            dynamodb.put_item(TableName=table, Item=row)
    assert nonzero(calls.computed, counter[0]) == {"participants": 3, "participants/payouts-due": 3}
    assert nonzero(calls.reported, counter[0]) == nonzero(calls.computed, counter[0])


def test_a_refused_transaction_is_paid_for(counter: tuple[str, CapacityCounter], dynamodb: "DynamoDBClient") -> None:
    table = f"{counter[0]}-followers"
    check = {"TableName": table, "Key": {"openid": {"S": "x"}}, "ConditionExpression": "attribute_exists(openid)"}
    with counted() as calls, pytest.raises(ClientError, match="TransactionCanceled"):
        dynamodb.transact_write_items(TransactItems=[{"ConditionCheck": check}])  # type: ignore[typeddict-item]
    assert (calls.calls, calls.failed, calls.computed.written[table]) == (1, 1, 2)


def test_a_claim_costs_twelve_write_units(
    counter: tuple[str, CapacityCounter], dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
    prefix, _ = counter
    stage = build(deployed_settings(prefix))
    stage.ports.payout_queue = NoQueue()
    try:
        browser = stage.person("alice")
        attempt_id = pass_attempt(stage, browser)
        with counted() as calls:
            assert claim(browser, attempt_id).status == 201
    finally:
        wiring.install(None)
    assert calls.failed == 0
    assert nonzero(calls.computed, prefix) == {
        "followers": 2,
        "pool": 2,
        "participants": 6,
        "participants/payouts-due": 1,
        "participants/claims-by-packet": 1,
    }


def nonzero(units: Units, prefix: str) -> dict[str, float]:
    return {place.removeprefix(f"{prefix}-"): amount for place, amount in units.written.items() if amount}
