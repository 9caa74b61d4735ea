"""A claim with one counter row, in the three short forms that people usually write.

One table with the key `id`. The row `counter` has `taken`, how many packets are gone. A person's row has what a claim
needs (`follows`, `on_hold`, `granted`, `spent`, `passes`) and the map `claims`, by attempt; so one conditional update
checks a person and stores the claim. A refused write returns the row, which tells why and holds the earlier claim.

    TwoWrites       the counter is raised, then the claim is written; if that is refused, the counter is lowered
    OneTransaction  both in one transaction
    ByNumber        both in one transaction that takes the packet of the number read before, as the plan has it

The first two cannot know which packet they take: two claims may hold the same number, or none holds it. So they do less
than this application: all their packets have to hold the same amount.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar
from uuid import uuid4

from botocore.exceptions import ClientError

from chalicelib.domain.errors import NotPassed, PrizesExhausted, TryAgain

COUNTER = {"id": {"S": "counter"}}
PATIENCE = 1.5
"""Seconds of trying after conflicts, as in this application; then the person is told to try again."""
PAUSE, LONGEST = 0.025, 0.4
"""Seconds; exponential back-off with full jitter, as AWS recommends it
(aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter)."""
MAY_CLAIM = (
    "follows = :yes AND on_hold = :no AND spent < granted AND contains(passes, :attempt)"
    " AND attribute_not_exists(claims.#attempt)"
)
Row = dict[str, Any]


@dataclass
class CounterClaims:
    """`client` is boto3's, `amounts` are the packets', in fen, `queue` takes an openid and an attempt to be paid."""

    client: Any
    table: str
    amounts: Sequence[int]
    queue: Callable[[str, str], None]
    rng: Random

    name: ClassVar[str]

    def open_packet(self, openid: str, attempt: str) -> Row:
        """Returns the claim, the earlier one if there is one. Raises NotPassed, PrizesExhausted or TryAgain."""
        claim = self._take(openid, attempt)
        if claim["state"]["S"] == "owed":  # a repeat may be that of a claim whose job was not queued
            self.queue(openid, attempt)
        return claim

    def _take(self, openid: str, attempt: str) -> Row:
        raise NotImplementedError

    def _raise_counter(self) -> Row:
        values = {":one": {"N": "1"}, ":all": {"N": str(len(self.amounts))}}
        return self._change(COUNTER, "SET taken = taken + :one", "taken < :all", values)

    def _write_claim(self, openid: str, attempt: str, claim: Row) -> Row:
        values = {":yes": {"BOOL": True}, ":no": {"BOOL": False}, ":one": {"N": "1"}, ":claim": {"M": claim}}
        change = "SET claims.#attempt = :claim, spent = spent + :one DELETE passes :done"
        values |= {":attempt": {"S": attempt}, ":done": {"SS": [attempt]}}
        return {
            **self._change({"id": {"S": openid}}, change, MAY_CLAIM, values),
            "ExpressionAttributeNames": {"#attempt": attempt},
        }

    def _change(self, key: Row, change: str, condition: str, values: Row) -> Row:
        return {
            "TableName": self.table,
            "Key": key,
            "UpdateExpression": change,
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }

    def _read(self, key: Row) -> Row:
        item: Row = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)["Item"]
        return item


class TwoWrites(CounterClaims):
    name = "counter, then claim"

    def _take(self, openid: str, attempt: str) -> Row:
        if self._refused(self._raise_counter()) is not None:
            return _earlier(self._read({"id": {"S": openid}}), attempt, PrizesExhausted())
        claim = _claim(self.amounts[0], str(uuid4()))
        person = self._refused(self._write_claim(openid, attempt, claim))
        if person is None or _has(person, attempt, claim):  # the latter where the SDK repeated it after a lost answer
            return claim
        lower = {"UpdateExpression": "SET taken = taken - :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}
        self.client.update_item(TableName=self.table, Key=COUNTER, **lower)
        return _earlier(person, attempt, NotPassed())

    def _refused(self, change: Row) -> Row | None:
        """Writes. Returns the row as it is if its condition failed."""
        try:
            self.client.update_item(**change)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return error.response["Item"]  # type: ignore[typeddict-item,no-any-return]
        return None


class OneTransaction(CounterClaims):
    name = "in one transaction"

    def _take(self, openid: str, attempt: str) -> Row:
        give_up_at, tries, counter = time.monotonic() + PATIENCE, 0, self._first_look()
        while time.monotonic() < give_up_at:
            if self._is_gone(counter):
                return _earlier(self._read({"id": {"S": openid}}), attempt, PrizesExhausted())
            raised, claim = self._next(counter)
            reasons = self._commit([raised, self._write_claim(openid, attempt, claim)])
            if not reasons:
                return claim
            if "Item" in reasons[1]:
                return _earlier(reasons[1]["Item"], attempt, NotPassed())
            if "Item" in reasons[0]:
                counter = reasons[0]["Item"]
                if self._is_gone(counter):
                    raise PrizesExhausted
            else:
                tries += 1
                time.sleep(self.rng.uniform(0, min(LONGEST, PAUSE * 2**tries)))
                counter = self._first_look()
        raise TryAgain

    def _first_look(self) -> Row:
        """Reads the counter if its number is needed."""
        return {}

    def _is_gone(self, counter: Row) -> bool:
        return bool(counter) and int(counter["taken"]["N"]) >= len(self.amounts)

    def _next(self, counter: Row) -> tuple[Row, Row]:
        """Returns the change of the counter, and the claim."""
        return self._raise_counter(), _claim(self.amounts[0], str(uuid4()))

    def _commit(self, changes: Sequence[Row]) -> Any:
        """Returns the reasons of a cancelled transaction, else an empty list."""
        try:
            self.client.transact_write_items(TransactItems=[{"Update": change} for change in changes])
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            return error.response["CancellationReasons"]
        return []


class ByNumber(OneTransaction):
    name = "by number"

    def _first_look(self) -> Row:
        return self._read(COUNTER)

    def _next(self, counter: Row) -> tuple[Row, Row]:
        taken = int(counter["taken"]["N"])
        values = {":one": {"N": "1"}, ":read": {"N": str(taken)}}
        raised = self._change(COUNTER, "SET taken = taken + :one", "taken = :read", values)
        return raised, _claim(self.amounts[taken], f"packet{taken:06d}")


def _claim(amount_fen: int, bill: str) -> Row:
    return {"amount": {"N": str(amount_fen)}, "bill": {"S": bill}, "state": {"S": "owed"}}


def _has(person: Row, attempt: str, claim: Row) -> bool:
    stored = person["claims"]["M"].get(attempt, {"M": {}})["M"]
    return bool(stored.get("bill") == claim["bill"])


def _earlier(person: Row, attempt: str, refusal: Exception) -> Row:
    """Returns the claim that the person has already, else raises the refusal."""
    if attempt not in person["claims"]["M"]:
        raise refusal
    claim: Row = person["claims"]["M"][attempt]["M"]
    return claim
