"""Prepared operations equal PynamoDB's own, and refuse values that do not fit them."""

import pytest

from chalicelib.adapters.store.models import FollowerRow, PacketRow
from chalicelib.adapters.store.prepared import Prepared, given

SEEN = Prepared(
    FollowerRow,
    [FollowerRow.event_at.set(given("at", FollowerRow.event_at)), FollowerRow.subscribed.set(True)],
    FollowerRow.event_at <= given("at", FollowerRow.event_at),
)


def test_an_update_says_what_pynamodb_would_say_with_names_for_placeholders() -> None:
    operation = SEEN.of("o1", at=7)
    assert operation["TableName"] == FollowerRow.Meta.table_name
    assert operation["Key"] == {"openid": {"S": "o1"}}
    assert operation["ConditionExpression"] == "event_at <= :at"
    assert operation["UpdateExpression"] == "SET event_at = :at, subscribed = :1"
    assert "ExpressionAttributeNames" not in operation
    assert operation["ExpressionAttributeValues"] == {":at": {"N": "7"}, ":1": {"BOOL": True}}


def test_one_request_leaves_nothing_to_the_next() -> None:
    SEEN.of("o1", at=7)
    assert SEEN.of("o2", at=8)["ExpressionAttributeValues"][":at"] == {"N": "8"}


@pytest.mark.parametrize("values", [{}, {"at": 1, "now": 2}, {"now": 2}])
def test_it_takes_exactly_the_values_it_asks_for(values: dict[str, int]) -> None:
    with pytest.raises(KeyError):
        SEEN.of("o1", **values)


def test_a_key_must_be_whole() -> None:
    condition = Prepared(PacketRow, condition=PacketRow.number.exists())
    assert condition.of("s", 3)["Key"] == {"shard": {"S": "s"}, "number": {"N": "3"}}
    with pytest.raises(ValueError, match="shorter"):
        condition.of("s")


def test_a_new_row_is_without_what_is_none() -> None:
    item = Prepared(FollowerRow).putting(openid="o1", subscribed=False, event_at=None)["Item"]
    assert item == {"openid": {"S": "o1"}, "subscribed": {"BOOL": False}}
