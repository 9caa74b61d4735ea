"""Today's application on frozen records, two minutes after they were frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import app
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.domain.claim import Claim
from chalicelib.domain.contest_rules import PrizeRules
from chalicelib.domain.payout_decisions import Reply
from chalicelib.wiring import Services
from infra.local.event_runner import call, sqs_event
from tests.http.browser import Browser
from tests.http.callback_client import CallbackClient
from tests.http.stage import Stage, build, deployed_settings
from tests.infra.function_runs import who
from tests.support.engines import REGION, dynamodb_client
from tests.support.examples import with_id
from tests.support.pay import FakePay
from tests.upgrade.record import Frozen
from tests.upgrade.week import contest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HANDLERS = {"payouts": "pay", "later": "take_later"}
"""Queue -> the function that processes its jobs."""

BATCH = 25
"""The most items in one call."""


@dataclass
class HeldQueues:
    """SQS as the adapters use it. `waiting` are bodies by queue; a failed one stays, as SQS keeps it."""

    prefix: str
    waiting: dict[str, list[str]]

    def get_queue_url(self, QueueName: str) -> dict[str, str]:  # noqa: N803 - SQS's names
        return {"QueueUrl": QueueName}

    def send_message(self, QueueUrl: str, MessageBody: str, DelaySeconds: int = 0) -> None:  # noqa: N803
        self.waiting[QueueUrl.removeprefix(f"{self.prefix}-")].append(MessageBody)


@dataclass
class Deployed:
    frozen: Frozen
    stage: Stage
    queues: HeldQueues
    pay: FakePay
    client: "DynamoDBClient"

    @property
    def services(self) -> Services:
        return self.stage.services

    @property
    def callback(self) -> CallbackClient:
        return CallbackClient(self.stage)

    def browser(self, name: str) -> Browser:
        """A person's browser, with its cookies from before the deployment."""
        return Browser(self.stage.gateway, dict(self.frozen["jars"][name]))

    def claim_of(self, name: str) -> Claim:
        (found,) = self.services.ports.participants.claims_of(who(name))
        return found

    def work_off(self) -> None:
        """Runs every waiting job once; one that fails waits further."""
        for queue, name in HANDLERS.items():
            bodies, self.queues.waiting[queue] = self.queues.waiting[queue], []
            for body in bodies:
                message = {"MessageId": "1", "ReceiptHandle": "1", "Body": body}
                if not call(name, getattr(app, name), sqs_event(message, queue, REGION)):
                    self.queues.waiting[queue].append(body)

    def change(self, table: str, key: Mapping[str, str], **changed: Any) -> None:
        """Changes attributes of a frozen item (DynamoDB JSON), as a newer version might leave it."""
        name = f"{self.services.settings.prefix}-{table}"
        typed: Any = {attribute: {"S": value} for attribute, value in key.items()}
        item = self.client.get_item(TableName=name, Key=typed, ConsistentRead=True)["Item"]
        self.client.put_item(TableName=name, Item={**item, **changed})

    def items(self, table: str) -> list[dict[str, Any]]:
        name = f"{self.services.settings.prefix}-{table}"
        return [dict(item) for item in self.client.scan(TableName=name, ConsistentRead=True)["Items"]]


def put_in_place(frozen: Frozen, prefix: str, endpoint: str) -> Deployed:
    """Writes the records into empty tables. WeChat Pay knows the bill numbers that were paid, and the doubtful one."""
    client = dynamodb_client(endpoint)
    for table, items in frozen["tables"].items():
        for start in range(0, len(items), BATCH):
            puts: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + BATCH]]
            client.batch_write_item(RequestItems={f"{prefix}-{table}": puts})
    settings = deployed_settings(prefix, session_keys=tuple(frozen["session_keys"]))
    stage = build(settings, contest(frozen["contest"], PrizeRules(**frozen["rules"])), plan=False)
    stage.now = datetime.fromisoformat(frozen["at"]) + timedelta(minutes=2)
    queues = HeldQueues(prefix, {name: list(bodies) for name, bodies in frozen["queues"].items()})
    pay, ports = FakePay(), stage.ports
    pay.becomes = Reply.RECEIVED
    ports.sqs, ports.red_packets, ports.rng, ports.pace = queues, pay, Random(7), lambda: None
    deployed = Deployed(frozen, stage, queues, pay, client)
    for name in ("sent", "received", "doubtful"):
        pay.status[deployed.claim_of(name).order.mch_billno] = Reply.RECEIVED
    return deployed


def other_contest(deployed: Deployed, contest_id: str) -> Services:
    """The same deployment, configured for another contest on the same tables."""
    settings, clock = deployed.services.settings, deployed.services.clock
    contest = with_id(deployed.services.contest, contest_id)
    return Services(contest, settings, AwsPorts(contest, settings, clock), clock)
