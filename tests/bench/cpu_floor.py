"""The floor of `tests.bench.cpu`: bare Chalice routes that do raw botocore calls and return as many bytes.

The client is made as the application's are: from the same session (whose user agent is quicker than botocore's own),
with the same time-outs and without validating parameters. A call has as many items as the application's, of about
their sizes. Nothing is read from the request.
"""

import json
import os
from collections.abc import Callable
from itertools import count
from typing import Any

from botocore.config import Config
from chalice.app import Chalice, Response

from chalicelib.adapters import aws
from chalicelib.adapters.queues import sqs_client
from chalicelib.adapters.store.row_values import ATTEMPT, CLAIM, ME, PASS
from chalicelib.adapters.store.table_meta import CONNECT_SECONDS, READ_SECONDS, RETRIES

ATTEMPT_ID = "b" * 22
FEN = 250
ANSWERS = json.dumps([[f"xy{n:03d}", "A", "B"] for n in range(10)], separators=(",", ":"))
ORDER = json.dumps({"filler": "x" * 320})
"""About as long as an attempt's stored answers and as a claim's stored order."""
JOB = json.dumps({"v": 1, "openid": "o" * 28, "attempt_id": ATTEMPT_ID, "ask": False})
CLAIM_TEXTS = {"claim_id": "c" * 22, "plan_id": "p" * 22, "send_order": ORDER, "status": "owed", "reason": ""}
CLAIM_NUMBERS = {"claimed_at": 1594166400000, "due_at": 1594166460000, "sends": 0, "revision": 0, "amount_fen": FEN}
YES, NO, ONE = {"BOOL": True}, {"BOOL": False}, {"N": "1"}


def bare_app(template: str, calls: list[Callable[[], object]], size: int) -> Chalice:
    """Returns an application of one route, which makes the calls and answers with JSON of `size` bytes."""
    app, filler = Chalice(app_name="bare"), "x" * max(0, size - len('{"filler":""}'))

    def view(**_: str) -> Response:
        for call in calls:
            call()
        body = json.dumps({"filler": filler}, separators=(",", ":"))
        return Response(body, headers={"Content-Type": "application/json"})

    app.route(template, methods=["GET", "POST"], content_types=["application/json", "text/xml"])(view)
    return app


class RawCalls:
    """`openid` is a follower. A claim finds the rows that `claimant` and `packet_key` name, each once."""

    def __init__(self, prefix: str, contest_id: str, openid: str) -> None:
        retries: Any = {"total_max_attempts": 1 + RETRIES, "mode": "standard"}
        config = Config(
            parameter_validation=False, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries=retries
        )
        endpoint, region = os.environ["AWS_ENDPOINT_URL_DYNAMODB"], os.environ["AWS_REGION"]
        self._client: Any = aws.session().create_client("dynamodb", region, endpoint_url=endpoint, config=config)
        self._followers, self._participants = f"{prefix}-followers", f"{prefix}-participants"
        self._pool, self._contest_id, self._openid = f"{prefix}-pool", contest_id, openid
        self._people, self._claims = count(), count()
        self._sqs: Any = sqs_client()
        self._queue = self._sqs.get_queue_url(QueueName=f"{prefix}-payouts")["QueueUrl"]

    def get(self) -> None:
        key = {"openid": {"S": self._openid}}
        self._client.get_item(TableName=self._followers, Key=key, ConsistentRead=True)

    def query(self) -> None:
        self._client.query(
            TableName=self._participants,
            KeyConditionExpression="who = :who AND what BETWEEN :from AND :to",
            ExpressionAttributeValues={
                ":who": self._who(self._openid),
                ":from": {"S": CLAIM},
                ":to": {"S": PASS + "~"},
            },
            ConsistentRead=True,
        )

    def follow(self) -> None:
        self._client.update_item(
            TableName=self._followers,
            Key={"openid": {"S": f"bare-follows-{next(self._people):015d}"}},
            UpdateExpression="SET subscribed = :yes, event_at = :at, first_seen_at = if_not_exists(first_seen_at, :ms)"
            ", early = if_not_exists(early, :no), first_follow_at = if_not_exists(first_follow_at, :at)",
            ConditionExpression="attribute_not_exists(event_at) OR event_at <= :at",
            ExpressionAttributeValues={
                ":yes": YES,
                ":no": NO,
                ":at": {"N": "1594166400"},
                ":ms": {"N": "1594166400000"},
            },
            ReturnValues="ALL_NEW",
        )

    def submit(self) -> None:
        who = self._who(f"bare-submits-{next(self._people):015d}")
        attempt: dict[str, Any] = {"who": who, "what": {"S": ATTEMPT + ATTEMPT_ID}, "version": ONE}
        attempt |= {"answers": {"S": ANSWERS}, "passed": YES, "graded_at": {"N": "1594166400000"}}
        values = {":now": {"N": "1594166400000"}, ":paced": {"N": "1594166395000"}, ":score": {"NS": ["10"]}}
        self._transact(
            self._put(attempt),
            {"Put": {"TableName": self._participants, "Item": _pass(who)}},
            self._update_me(
                who,
                "SET granted = if_not_exists(granted, :one), version = if_not_exists(version, :one)"
                ", submitted_at = :now, counted_shard = if_not_exists(counted_shard, :shard)"
                " ADD attempts :one, scores :score",
                "attribute_not_exists(submitted_at) OR submitted_at <= :paced",
                values | {":one": ONE, ":shard": {"S": f"{self._contest_id}#07"}},
            ),
        )

    def claim(self) -> None:
        number = next(self._claims)
        who = self._who(claimant(number))
        claim = {"who": who, "what": {"S": CLAIM + ATTEMPT_ID}, "version": ONE}
        claim |= {name: {"S": text} for name, text in CLAIM_TEXTS.items()} | {"number": {"N": str(number)}}
        claim |= {name: {"N": str(value)} for name, value in CLAIM_NUMBERS.items()}
        claim["due_shard"] = {"S": f"{self._contest_id}#07"}
        shard, place = packet_key(self._contest_id, number)
        packet = {"shard": {"S": shard}, "number": {"N": str(place)}}
        key = {"who": who, "what": {"S": PASS + ATTEMPT_ID}}
        price = {":fen": {"N": str(FEN)}}
        self._transact(
            {"Delete": _if("amount_fen = :fen", price) | {"TableName": self._pool, "Key": packet}},
            {"Delete": _if("attribute_exists(what)") | {"TableName": self._participants, "Key": key}},
            self._put(claim),
            self._update_me(
                who,
                "ADD spent :one",
                "attribute_exists(granted) AND (attribute_not_exists(spent) OR spent < granted)"
                " AND (attribute_not_exists(on_hold) OR on_hold = :no)",
                {":one": ONE, ":no": NO},
            ),
        )

    def send(self) -> None:
        self._sqs.send_message(QueueUrl=self._queue, MessageBody=JOB)

    def _transact(self, *items: Any) -> None:
        follower = {"TableName": self._followers, "Key": {"openid": {"S": self._openid}}}
        follows = {"ConditionCheck": _if("subscribed = :yes", {":yes": YES}) | follower}
        self._client.transact_write_items(TransactItems=[follows, *items])

    def _put(self, item: Any) -> Any:
        return {"Put": _if("attribute_not_exists(what)") | {"TableName": self._participants, "Item": item}}

    def _update_me(self, who: Any, update: str, condition: str, values: Any) -> Any:
        key = {"who": who, "what": {"S": ME}}
        place = {"TableName": self._participants, "Key": key, "UpdateExpression": update}
        return {"Update": _if(condition, values) | place}

    def _who(self, openid: str) -> dict[str, str]:
        return {"S": f"{self._contest_id}#{openid}"}


def claimant(number: int) -> str:
    return f"bare-claims-{number:016d}"


def packet_key(contest_id: str, number: int) -> tuple[str, int]:
    return f"{contest_id}#{'p' * 22}#00", number


def _pass(who: Any) -> Any:
    return {"who": who, "what": {"S": PASS + ATTEMPT_ID}, "version": ONE}


def _if(condition: str, values: Any = None) -> dict[str, Any]:
    return {"ConditionExpression": condition} | ({"ExpressionAttributeValues": values} if values else {})
