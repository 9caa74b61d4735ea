"""`clinic`: a deployment in memory into which tests put faults. Its address and WeChat are answered in this process."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import boto3
import pytest
import responses
from moto import mock_aws
from requests import PreparedRequest

from chalicelib import wiring
from chalicelib.adapters.aws_ports import AwsPorts
from chalicelib.pay_settings import pay_path
from chalicelib.wiring import Services
from infra.local.proxy_event import HttpRequest
from infra.operator import probe_client
from infra.operator.doctor.check_runner import Check, findings
from infra.operator.doctor.findings import Finding, Level
from infra.operator.doctor.target import Target, in_background
from infra.project import CHECKOUT
from infra.provision import create_all
from tests.http.aws_faults import Aws, Fault, watched_aws
from tests.http.stage import OPENING, Stage, build, deployed_settings
from tests.rehearsal.secret_values import certificate
from tests.support.engines import REGION
from tests.support.functions import FakeLambda
from tests.support.kept_tables import bring_moto_to
from tests.support.simulated_wechat import SimulatedWeChat, simulated_wechat

VARIABLES: dict[str, str] = CHECKOUT.settings("prod")["environment_variables"]
PREFIX, PUBLIC = VARIABLES["RESOURCE_PREFIX"], VARIABLES["PUBLIC_BASE_URL"]
MERCHANT = certificate("1900000001")
SECRETS = {
    "app_id": "wx0123456789abcdef",
    "app_secret": "0123456789abcdef0123456789abcdef",
    "token": "localtoken",
}
PAY_SECRETS = {
    "WECHAT_MCH_ID": "1900000001",
    "WECHAT_PAY_KEY": "localpaykey00000localpaykey00000",
    "WECHAT_PAY_CERT": MERCHANT.chain,
    "WECHAT_PAY_CERT_KEY": MERCHANT.key,
}


@dataclass
class Web:
    """The server at the public address: the application, or `canned` answers (status, body) by path."""

    stage: Stage
    canned: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    together: Barrier | None = None
    """Nobody is answered before so many have asked."""

    def answer(self, request: PreparedRequest) -> Any:
        """Status, headers and body, as `responses` takes them."""
        if self.together:
            self.together.wait(5)
        target = str(request.path_url)
        self.asked.append(target)
        path = target.partition("?")[0]
        if path in self.canned:
            status, body = self.canned[path]
            return status, [("Content-Type", "application/json")], body.encode()
        found = self.stage.gateway.answer(HttpRequest(str(request.method), target, list(request.headers.items())))
        return found.status, list(found.headers), found.body


@dataclass
class Clinic:
    stage: Stage
    wechat: SimulatedWeChat
    web: Web
    aws: Aws
    target: Target
    functions: FakeLambda
    changes: dict[tuple[str, str], Fault] = field(default_factory=dict)
    """By service and operation: what becomes of the call."""

    @property
    def services(self) -> Services:
        return self.stage.services

    def tells(self, check: Check) -> list[Finding]:
        return list(findings([check], self.target))

    def text(self, check: Check) -> str:
        """The text as the operator reads it."""
        return "\n".join(map(str, self.tells(check)))

    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, region_name=REGION)

    def changed(self, service: str, operation: str, change: Callable[[Any], Any]) -> None:
        """`change` gets the true answer and changes it in place."""

        def fault(call: Callable[[], Any], _: str) -> Any:
            answer = call()
            change(answer)
            return answer

        self.changes[service, operation] = fault

    def says(self, service: str, operation: str, answer: Any) -> None:
        """Sets the answer, whatever the true one is."""
        self.changes[service, operation] = lambda call, _: answer

    def settings(self, **changes: Any) -> None:
        self.services.settings = replace(self.services.settings, **changes)

    def pay_settings(self, **changes: Any) -> None:
        self.target.pay_settings = replace(self.target.pay_settings, **changes)

    def operator_has(self, **changes: Any) -> None:
        """Gives the operator other settings than those of the running instances."""
        settings = replace(self.services.settings, **changes)
        ports = AwsPorts(self.services.contest, settings, self.services.clock)
        other = replace(self.services, settings=settings, ports=ports)
        self.target._making = (in_background(lambda: other), time.monotonic() + 5)

    def before_opening(self, **span: float) -> None:
        self.stage.now = OPENING - timedelta(**span)

    def while_open(self) -> None:
        """The state after the scheduled opening: recorded, with the menu published."""
        self.services.ports.account.publish_menu(
            {"button": [{"type": "view", "name": "官网", "url": "https://own.example/"}]}
        )
        self.services.schedule.open_contest()

    def after_closing(self) -> None:
        self.stage.now = OPENING + timedelta(days=8)

    def laid(self) -> None:
        self.services.plans.lay_plan(lambda done, of: None, "wang")
        self.services.plans.activate_plan("wang")

    def changing(self, service: str) -> Fault:
        """Returns the change in the form of `Aws.faults`."""

        def fault(call: Callable[[], Any], operation: str) -> Any:
            change = self.changes.get((service, operation))
            return change(call, operation) if change else call()

        return fault


def target_of(**how: Any) -> Target:
    return Target({**VARIABLES, "AWS_DEFAULT_REGION": REGION}, **how)


def create_tables_and_queues() -> None:
    create_all(boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION), PREFIX)


SERVICES = "dynamodb sqs lambda events apigateway cloudwatch sns cloudformation".split()


@pytest.fixture
def clinic(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """An hour after the opening; no plan is laid yet."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    settings = {**SECRETS, "public_base_url": PUBLIC}
    with mock_aws(), watched_aws() as aws:
        bring_moto_to(PREFIX, create_tables_and_queues)
        for name, value in PAY_SECRETS.items():
            path = pay_path(VARIABLES["SECRETS_PATH"])
            boto3.client("ssm", region_name=REGION).put_parameter(Name=path + name, Value=value, Type="SecureString")
        with simulated_wechat(app_id=SECRETS["app_id"], app_secret=SECRETS["app_secret"]) as wechat:
            stage = build(deployed_settings(PREFIX, **settings), plan=False, wechat=wechat)
            told = stage.services.contest
            stage.services.contest = replace(told, office=replace(told.office, phone="0517-00000000"))
            web = Web(stage)
            made = Clinic(stage, wechat, web, aws, target_of(), FakeLambda(PREFIX))
            monkeypatch.setattr(probe_client, "lambda_client", lambda: made.functions)
            aws.faults.update({service: made.changing(service) for service in SERVICES})
            with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
                mock.add_passthru(wechat.url)
                mock.add_callback(responses.GET, re.compile(re.escape(PUBLIC)), web.answer)
                yield made
    wiring.install(None)


def is_well(found: list[Finding]) -> bool:
    return bool(found) and all(one.level in (Level.OK, Level.UNKNOWN) for one in found)
