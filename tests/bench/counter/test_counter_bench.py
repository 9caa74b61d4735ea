"""The comparison with a counter row in a small size, and that each part of it can fail."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.bench.calls import Calls, Units
from tests.bench.counter.ceiling import Steps, Store, by_number, claims_a_second, one_transaction, pool, two_writes
from tests.bench.counter.counter_claim import ByNumber, CounterClaims, OneTransaction, TwoWrites
from tests.bench.counter.counter_side import CounterSide
from tests.bench.counter.kills import PEOPLE, Left, kill_instances, kill_workers
from tests.bench.counter.our_side import OurSide
from tests.bench.counter.same_work import Result, Told, run
from tests.bench.counter.side import Side
from tests.bench.counter.transaction_conflicts import SimulatedConflicts
from tests.bench.counter.work_table import broken
from tests.support.engines import fresh_prefix, fresh_tables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PACKETS, FOLK = 80, [f"o{number:027d}" for number in range(84)]
CLOCKS = {"application": lambda: 0.0, "engine": lambda: 0.0}


@pytest.fixture(scope="module")
def prefix(dynamodb: "DynamoDBClient", dynamodb_endpoint: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, fresh_tables(dynamodb) as prefix:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_endpoint)
        yield prefix


def ours(prefix: str, packets: int = PEOPLE) -> Side:
    return OurSide.of(prefix, packets)


def counter(form: type[CounterClaims], packets: int = PEOPLE) -> Side:
    return CounterSide(form, fresh_prefix(), (250,) * packets)


def test_ours_needs_fewer_calls_than_a_counter(prefix: str) -> None:
    sides = [ours(prefix, PACKETS), counter(ByNumber, PACKETS), counter(TwoWrites, PACKETS)]
    results = [run(side, FOLK, 1, CLOCKS) for side in sides]
    assert [len(result.winners) for result in results] == [PACKETS] * 3
    assert list(broken(results)) == []
    assert results[0].calls_a_claim >= 1, "not counted"


class Careless(TwoWrites):
    """Does not check who claims."""

    def _write_claim(self, openid: str, attempt: str, claim: dict[str, Any]) -> dict[str, Any]:
        change = super()._write_claim(openid, attempt, claim)
        values = {name: change["ExpressionAttributeValues"][name] for name in (":one", ":claim", ":done")}
        return change | {"ConditionExpression": "attribute_exists(id)", "ExpressionAttributeValues": values}


class Uncounted(TwoWrites):
    """Does not check how many are left."""

    def _raise_counter(self) -> dict[str, Any]:
        change = super()._raise_counter()
        return change | {"ConditionExpression": "taken < :all OR taken >= :all"}


@pytest.mark.usefixtures("prefix")
@pytest.mark.parametrize(("form", "people", "fault"), [(Careless, 3, "not told"), (Uncounted, 6, "packets")])
def test_wrong_claims_are_found(form: type[CounterClaims], people: int, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        run(counter(form, 4), FOLK[:people], 1, CLOCKS)


def result(name: str, at_once: int, calls: int) -> Result:
    told = Told({"o1": "bill"}, {"o1": Calls(calls=calls)})
    return Result(name, at_once, told, told, 1.0, {})


@pytest.mark.parametrize(
    ("form", "at_once", "calls", "faults"),
    [
        (TwoWrites, 1, 3, 0),
        (TwoWrites, 1, 2, 1),
        (ByNumber, 16, 1, 1),
        (OneTransaction, 1, 1, 0),
    ],
)
def test_as_many_calls_as_a_counter_s_are_reported(
    form: type[CounterClaims], at_once: int, calls: int, faults: int
) -> None:
    results = [result(OurSide.name, at_once, 2), result(form.name, at_once, calls)]
    assert len(list(broken(results))) == faults


KEY = {"TableName": "t", "Key": {"id": {"S": "x"}}}
TRANSACTION = {"TransactItems": [{"Update": KEY | {"Key": {"id": {"S": "y"}}}}, {"ConditionCheck": KEY}]}
PUT = {"TableName": "t", "Item": {"id": {"S": "x"}, "more": {"S": "z"}}}
CANCELLED, CONFLICT = "TransactionCanceledException", "TransactionConflictException"


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (("TransactWriteItems", TRANSACTION), ("TransactWriteItems", TRANSACTION), CANCELLED),
        (("TransactWriteItems", TRANSACTION), ("PutItem", PUT), CONFLICT),
        (("TransactWriteItems", TRANSACTION), ("GetItem", KEY), ""),
        (("PutItem", PUT), ("TransactGetItems", {"TransactItems": [{"Get": KEY}]}), CANCELLED),
        (("PutItem", PUT), ("PutItem", PUT), ""),
    ],
)
def test_conflicts_are_those_that_aws_documents(first: Any, second: Any, code: str) -> None:
    conflicts: Any = SimulatedConflicts({"t": ("id",)})

    def send_second(*_: Any) -> str:
        try:
            conflicts(lambda *_: None, *second, Units())
        except ClientError as error:
            return error.response["Error"]["Code"]
        return ""

    assert conflicts(send_second, *first, Units()) == code
    assert send_second() == "", "the first is still ongoing"


def test_one_item_in_a_transaction_allows_at_most_500_claims_a_second() -> None:
    def most(work: Callable[[Store], Steps], partitions: int = 1) -> float:
        return max(claims_a_second(work, at_once, Store(0.002, partitions)) for at_once in (1, 16))

    assert most(by_number) < most(one_transaction) <= 500
    assert 500 < most(two_writes) <= 1000
    assert most(pool, partitions=8) > 1000


def test_a_killed_instance_or_worker_of_ours_leaves_nothing(prefix: str) -> None:
    left = kill_instances(partial(ours, prefix), come_back=True) + kill_workers(partial(ours, prefix))
    assert left == Left(kills=left.kills)
    assert left.kills > 8


@pytest.mark.usefixtures("prefix")
def test_a_killed_instance_loses_a_counter_s_packet() -> None:
    left = kill_instances(partial(counter, TwoWrites), come_back=True)
    assert left == replace(Left(kills=left.kills), lost=1, locked_out=1)
    assert left.is_harm
