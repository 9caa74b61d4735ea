"""One claim on the real adapters, with DynamoDB Local, a list for the queue, and the simulator for WeChat Pay."""

import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import boto3
from flask.testing import FlaskClient

from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.queues import read_notification_body, read_payout_body
from chalicelib.adapters.store.tables import Tables
from chalicelib.config import PACKAGED
from chalicelib.domain.bank import Bank, parse_bank
from chalicelib.domain.claim import RED_PACKET, TRANSFER, Claim, ClaimRef
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.pay_settings import load_pay_settings
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra.simulator import SimulatorSettings, create_app
from infra.simulator.served import served
from infra.simulator.v3_keys import PRIVATE_KEY
from tests.proof.client_faults import Fault, OutgoingCalls, intercepted_calls
from tests.support import examples
from tests.support.clock import FakeClock
from tests.support.engines import REGION
from tests.support.killed import Killed
from tests.support.pay_faults import with_pay_faults
from tests.support.pay_keys import pay_keys
from tests.support.transfer_bench import with_transfers

PACKETS = 16
TRANSFERS = "/sim/pay/transfers/scripts"
V3_FAULTS = {Fault.REFUSED: "SYSTEM_ERROR", Fault.THROTTLED: "FREQUENCY_LIMITED"}
SIMULATOR_FAULTS = {
    "sendredpack": ("/sim/pay/faults", {}, {Fault.REFUSED: "SYSTEMERROR", Fault.THROTTLED: "FREQ_LIMIT"}),
    "gethbinfo": ("/sim/pay/queries", {}, {Fault.REFUSED: "SYSTEMERROR", Fault.THROTTLED: "FREQ_LIMIT"}),
    "transfer-bills": (TRANSFERS, {"call": "create"}, V3_FAULTS),
    "out-bill-no": (TRANSFERS, {"call": "query"}, V3_FAULTS),
}
"""The simulator's paths and settings for faults in WeChat Pay's answers."""


@dataclass
class SharedSetup:
    """The parts that all cases share."""

    outgoing: OutgoingCalls
    simulator: FlaskClient
    pay_url: str
    tables: Tables
    sqs: Any
    bank: Bank
    clock: Callable[[], float] = time.time
    """The simulator's."""
    clean_calls: dict[str, Counter[str]] = field(default_factory=dict)
    """Scenario -> the calls of a run without faults."""

    def set_answers(self, path: str, *items: dict[str, Any]) -> None:
        assert self.simulator.post(path, json=list(items)).status_code == 200

    def pay_fault(self, name: str, fault: Fault) -> None:
        path, call, answers = SIMULATOR_FAULTS[name.rsplit(" ", 1)[-1]]
        self.set_answers(path, {**call, "when": "before", "answer": answers[fault]})


@contextmanager
def shared_setup(prefix: str) -> Iterator[SharedSetup]:
    """Sets up the tables that exist under this prefix; the engine's address is in AWS_ENDPOINT_URL_DYNAMODB."""
    settings = SimulatorSettings.from_env(pay_keys())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    here: list[SharedSetup] = []
    app = with_pay_faults(create_app(settings, lambda: here[0].clock() if here else time.time()))
    with (
        served(app) as url,
        closing(boto3.client("sqs", region_name=REGION)) as sqs,
        intercepted_calls(prefix) as outgoing,
    ):
        made = SharedSetup(outgoing, app.test_client(), url, Tables(prefix), sqs, _packaged_bank())
        outgoing.pay_faults = made.pay_fault
        here.append(made)
        yield made


def _packaged_bank() -> Bank:
    return parse_bank((PACKAGED.parent / "questions.csv").read_text(encoding="utf-8"))


def new_person(shared: SharedSetup) -> str:
    """The openid of a further follower in the simulator."""
    person = shared.simulator.post("/sim/people", json={"name": "甲"}).get_json()
    shared.simulator.post(f"/sim/people/{person['id']}/follow", json={"send": False})
    return str(person["openid"])


def payments_to(shared: SharedSetup, openid: str) -> list[dict[str, Any]]:
    """This person's red packets, from WeChat Pay's ledger."""
    ledger = shared.simulator.get("/sim/pay/ledger").get_json()
    return [payment for payment in ledger["payments"] if payment["openid"] == openid]


class Case:
    """One person with one passed attempt, and production's means to complete the claim."""

    def __init__(self, shared: SharedSetup, put_back: bool = False, product: str = RED_PACKET) -> None:
        self.shared = shared
        contest = examples.contest(f"f{uuid.uuid4().hex[:12]}", PACKETS)
        contest = replace(contest, payouts=replace(contest.payouts, put_back=put_back))
        self.by_transfer = product == TRANSFER
        self.contest = with_transfers(contest) if self.by_transfer else contest
        self.clock = FakeClock(examples.NOON)
        self.failures: list[BaseException] = []
        self.claim_id = ""
        environ = {"STAGE": "local", "RESOURCE_PREFIX": shared.outgoing.prefix, "WECHAT_PAY_BASE_URL": shared.pay_url}
        if self.by_transfer:  # its bills expire by the contest's clock
            environ |= {name: value for name, value in pay_keys().items() if name != PRIVATE_KEY}
        shared.clock = (lambda: self.clock.now.timestamp()) if self.by_transfer else time.time
        self.settings, self.pay_settings = load_settings(environ), load_pay_settings(environ, product)
        self.openid = new_person(shared)
        self.app = self.instance()
        self.attempt_id = self._passed()
        self.ref = ClaimRef(self.openid, self.attempt_id)
        shared.outgoing.jobs.clear()
        shared.simulator.delete("/sim/pay/faults")
        shared.simulator.delete(TRANSFERS)
        shared.set_answers(TRANSFERS, {"call": "notify", "copies": 0, "times": 1000})

    def instance(self) -> Services:
        """A fresh instance, as after a restart. It shares the slow parts: connections and question bank."""
        ports = AwsPorts(self.contest, self.settings, self.clock)
        ports.tables, ports.sqs, ports.bank = self.shared.tables, self.shared.sqs, self.shared.bank
        ports.pay_settings, ports.rng = self.pay_settings, Random(1)
        return Services(self.contest, self.settings, ports, self.clock)

    def _passed(self) -> str:
        self.app.plans.lay_plan(lambda done, total: None, "wang")
        self.app.plans.activate_plan("wang")
        self.app.conversation.answer_message(IncomingMessage(Kind.FOLLOW, self.openid, int(self.clock.now.timestamp())))
        offer = self.app.draws.draw_questions(self.openid)
        self.clock.advance(seconds=self.contest.quiz.min_seconds)
        answers = examples.answers(offer.draw, self.app.ports.bank, 5)
        return self.app.submissions.submit_answers(self.openid, offer.draw.attempt_id, offer.token, answers).attempt_id

    def claim(self) -> tuple[Claim, bool]:
        found = self.app.claims.open_packet(self.openid, self.attempt_id)
        self.claim_id = found[0].claim_id
        return found

    def tap(self) -> Claim:
        return self.app.receipts.ask_receipt(self.openid, self.claim_id)

    def succeeds(self, act: Callable[[], object]) -> bool:
        """Returns whether it ended without an error. A killed instance is replaced by a fresh one."""
        try:
            act()
        except Killed as killed:
            self.failures.append(killed)
            self.app = self.instance()
            return False
        except Exception as error:  # noqa: BLE001
            self.failures.append(error)
            return False
        return True

    def deliver(self) -> None:
        """Runs every waiting job once; a failed job goes back to the queue, as on SQS."""
        waiting = list(self.shared.outgoing.jobs)
        self.shared.outgoing.jobs.clear()
        self.shared.outgoing.jobs += [body for body in waiting if not self.succeeds(lambda b=body: self._work(b))]  # type: ignore[misc]

    def _work(self, body: str) -> None:
        if notification := read_notification_body(body):
            self.app.notifications.take_notification(notification)
        else:
            self.app.payouts.pay_claim(*read_payout_body(body))

    def wait(self, **units: float) -> None:
        self.clock.now += timedelta(**units)

    def stored(self) -> Claim | None:
        return self.app.ports.payouts.find_claim(self.ref)

    def payments(self) -> list[dict[str, Any]]:
        """WeChat Pay's ledger, for this person: red packets, or transfers that wait or were received."""
        if self.by_transfer:
            bills = self.shared.simulator.get("/sim/pay/transfers").get_json()["transfers"]
            mine = [bill for bill in bills if bill["openid"] == self.openid and bill["state"] != "FAIL"]
            return [{**bill, "mch_billno": bill["out_bill_no"]} for bill in mine]
        return payments_to(self.shared, self.openid)
