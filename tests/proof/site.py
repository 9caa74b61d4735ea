"""One claim on the real adapters: DynamoDB Local, a queue behind its client, WeChat Pay's adapter on the simulator."""

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import boto3
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.adapters.queues import read_payout_body
from chalicelib.adapters.store.tables import Tables
from chalicelib.config import PACKAGED
from chalicelib.domain.bank import Bank, parse_bank
from chalicelib.domain.claims import Claim, ClaimRef
from chalicelib.domain.conversation import IncomingMessage, Kind
from chalicelib.pay_settings import load_pay_settings
from chalicelib.settings import load_settings
from chalicelib.wiring import Services
from infra.simulator import SimulatorSettings, create_app
from tests.proof.boundary import Boundary, Fault, at_the_boundary
from tests.support import examples
from tests.support.clock import FakeClock
from tests.support.engines import REGION
from tests.support.killed import Killed
from tests.support.pay_faults import with_pay_faults

PACKETS = 16
TOLD = {Fault.REFUSED: ("before", "SYSTEMERROR"), Fault.THROTTLED: ("before", "FREQ_LIMIT")}
"""What the simulator is told for the faults that are answers of its own."""


@dataclass
class Site:
    """What all cases share."""

    boundary: Boundary
    simulator: FlaskClient
    pay_url: str
    tables: Tables
    sqs: Any
    bank: Bank
    clean_calls: dict[str, Counter[str]] = field(default_factory=dict)
    """By way, the calls of a run without faults."""

    def tell(self, path: str, *items: dict[str, Any]) -> None:
        assert self.simulator.post(path, json=list(items)).status_code == 200

    def pay_fault(self, name: str, fault: Fault) -> None:
        when, answer = TOLD[fault]
        path = "/sim/pay/faults" if name.endswith("sendredpack") else "/sim/pay/queries"
        self.tell(path, {"when": when, "answer": answer})


@contextmanager
def site(prefix: str) -> Iterator[Site]:
    """On tables with that prefix, made before; the engine's address is in AWS_ENDPOINT_URL_DYNAMODB."""
    settings = SimulatorSettings.from_env({})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = with_pay_faults(create_app(settings))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    sqs = boto3.client("sqs", region_name=REGION)
    try:
        with at_the_boundary(prefix) as boundary:
            url = f"http://127.0.0.1:{server.server_port}"
            made = Site(boundary, app.test_client(), url, Tables(prefix), sqs, _packaged_bank())
            boundary.pay_faults = made.pay_fault
            yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        sqs.close()


def _packaged_bank() -> Bank:
    return parse_bank((PACKAGED.parent / "questions.csv").read_text(encoding="utf-8"))


class Case:
    """One person with one passed attempt, and the ways production has to carry it through."""

    def __init__(self, here: Site, put_back: bool = False) -> None:
        self.site = here
        contest = examples.contest(f"f{uuid.uuid4().hex[:12]}", PACKETS)
        self.contest = replace(contest, payouts=replace(contest.payouts, put_back=put_back))
        self.clock = FakeClock(examples.NOON)
        self.failures: list[BaseException] = []
        environ = {"STAGE": "local", "RESOURCE_PREFIX": here.boundary.prefix, "WECHAT_PAY_BASE_URL": here.pay_url}
        self.settings, self.pay_settings = load_settings(environ), load_pay_settings(environ)
        self.openid = self._person()
        self.app = self.instance()
        self.attempt_id = self._passed()
        self.ref = ClaimRef(self.openid, self.attempt_id)
        here.boundary.jobs.clear()
        here.simulator.delete("/sim/pay/faults")

    def instance(self) -> Services:
        """A fresh one, as after a restart; only what is slow to make stays, connections and question bank."""
        ports = AwsPorts(self.contest, self.settings, self.clock)
        ports.tables, ports.sqs, ports.bank = self.site.tables, self.site.sqs, self.site.bank
        ports.pay_settings, ports.rng = self.pay_settings, Random(1)
        return Services(self.contest, self.settings, ports, self.clock)

    def _person(self) -> str:
        person = self.site.simulator.post("/sim/people", json={"name": "甲"}).get_json()
        self.site.simulator.post(f"/sim/people/{person['id']}/follow", json={"send": False})
        return str(person["openid"])

    def _passed(self) -> str:
        self.app.plans.lay_plan(lambda done, total: None)
        self.app.plans.activate_plan()
        self.app.conversation.answer_message(IncomingMessage(Kind.FOLLOW, self.openid, int(self.clock.now.timestamp())))
        offer = self.app.draws.draw_questions(self.openid)
        self.clock.advance(seconds=self.contest.quiz.min_seconds)
        answers = examples.answers(offer.draw, self.app.ports.bank, 5)
        return self.app.submissions.submit_answers(self.openid, offer.draw.attempt_id, offer.token, answers).attempt_id

    def claim(self) -> tuple[Claim, bool]:
        return self.app.claims.open_packet(self.openid, self.attempt_id)

    def survives(self, act: Callable[[], object]) -> bool:
        """Whether it ended well; what was killed is replaced by a fresh instance."""
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
        """Every job that waits, once; one that fails comes back, as on SQS."""
        waiting = list(self.site.boundary.jobs)
        self.site.boundary.jobs.clear()
        self.site.boundary.jobs += [body for body in waiting if not self.survives(lambda b=body: self._work(b))]  # type: ignore[misc]

    def _work(self, body: str) -> None:
        self.app.payouts.pay_claim(*read_payout_body(body))

    def wait(self, **units: float) -> None:
        self.clock.now += timedelta(**units)

    def stored(self) -> Claim | None:
        return self.app.ports.payouts.find_claim(self.ref)

    def payments(self) -> list[dict[str, Any]]:
        """WeChat Pay's ledger, for this person."""
        ledger = self.site.simulator.get("/sim/pay/ledger").get_json()
        return [payment for payment in ledger["payments"] if payment["openid"] == self.openid]
