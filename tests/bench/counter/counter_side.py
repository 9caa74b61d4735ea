"""The side of the counter row: its table, its handler, and its payout worker."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import boto3

from chalicelib.domain.claim import ClaimRef, SendOrder
from chalicelib.domain.errors import PrizesExhausted, TryAgain
from chalicelib.domain.payout_decisions import Reply
from tests.bench.counter.counter_claim import COUNTER, CounterClaims
from tests.bench.counter.outside import Outside, Step
from tests.bench.counter.side import ATTEMPT

BATCH = 25


@dataclass(frozen=True)
class CounterClaimer:
    claims: CounterClaims

    def claim(self, openid: str) -> str | None:
        try:
            return str(self.claims.open_packet(openid, ATTEMPT)["bill"]["S"])
        except PrizesExhausted:
            return None

    def refresh(self) -> None:
        """It has no switches."""


@dataclass(frozen=True)
class CounterSide:
    """With boto3 as it is: its retries and time-outs are the SDK's."""

    form: type[CounterClaims]
    table: str
    amounts: tuple[int, ...]
    """Fen, one a packet."""

    @property
    def name(self) -> str:
        return self.form.name

    def lay(self, people: Sequence[str]) -> None:
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        rows: list[Any] = [{**COUNTER, "taken": {"N": "0"}}, *map(_person, people)]
        for start in range(0, len(rows), BATCH):
            puts: list[Any] = [{"PutRequest": {"Item": row}} for row in rows[start : start + BATCH]]
            client.batch_write_item(RequestItems={self.table: puts})

    def claimer(self, outside: Outside, step: Step) -> CounterClaimer:
        def queue(openid: str, attempt: str) -> None:
            step("queue.put")
            outside.put_job(ClaimRef(openid, attempt))

        return CounterClaimer(self.form(self._client(), self.table, self.amounts, queue, Random()))

    def worker(self, outside: Outside, step: Step) -> Callable[[ClaimRef], None]:
        return partial(self._pay, self._client(), outside, step)

    def sweep(self, outside: Outside) -> None:
        """It has none: only a repeat queues a claim again."""

    def later(self) -> "CounterSide":
        return self

    def bills(self) -> Mapping[str, tuple[str, int]]:
        claims = {row["id"]["S"]: row["claims"]["M"] for row in self._rows() if "claims" in row}
        found = {openid: one[ATTEMPT]["M"] for openid, one in claims.items() if ATTEMPT in one}
        return {openid: (claim["bill"]["S"], int(claim["amount"]["N"])) for openid, claim in found.items()}

    def free(self) -> int:
        counter = self._client().get_item(TableName=self.table, Key=COUNTER, ConsistentRead=True)["Item"]
        return len(self.amounts) - int(counter["taken"]["N"])

    def keys(self) -> Mapping[str, tuple[str, ...]]:
        return {self.table: ("id",)}

    def _pay(self, client: Any, outside: Outside, step: Step, ref: ClaimRef) -> None:
        """Sends under the bill number of the claim, which WeChat Pay pays once; a doubtful answer leaves the job in the
        queue, which delivers it again."""
        key = {"id": {"S": ref.openid}}
        person = client.get_item(TableName=self.table, Key=key, ConsistentRead=True)["Item"]
        claim = person["claims"]["M"][ref.attempt_id]["M"]
        if claim["state"]["S"] == "paid":
            return
        step("pay.send")
        answer = outside.send(SendOrder(claim["bill"]["S"], ref.openid, int(claim["amount"]["N"]), ()))
        if answer.reply is not Reply.ACCEPTED:
            raise TryAgain
        client.update_item(
            TableName=self.table,
            Key=key,
            UpdateExpression="SET claims.#attempt.#state = :paid",
            ExpressionAttributeNames={"#attempt": ref.attempt_id, "#state": "state"},
            ExpressionAttributeValues={":paid": {"S": "paid"}},
        )

    def _rows(self) -> Iterator[Any]:
        pages = self._client().get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        return (row for page in pages for row in page["Items"])

    def _client(self) -> Any:
        return boto3.client("dynamodb")


def _person(openid: str) -> Any:
    numbers = {"granted": {"N": "1"}, "spent": {"N": "0"}}
    may = {"follows": {"BOOL": True}, "on_hold": {"BOOL": False}, "passes": {"SS": [ATTEMPT]}, "claims": {"M": {}}}
    return {"id": {"S": openid}, **numbers, **may}
