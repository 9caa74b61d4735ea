"""`office`: an operator at a terminal, with a deployment; WeChat and WeChat Pay are simulated."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.domain.claim import Claim, ClaimRef
from chalicelib.domain.contest import Contest
from chalicelib.domain.deployed_contest import described
from chalicelib.wiring import Services
from infra.operator import command, probe_client
from infra.project import CHECKOUT
from tests.http.stage import OPENING, Stage, build, claim, deployed_settings, pass_attempt
from tests.support.functions import FakeLambda
from tests.support.kept_tables import bring_moto_to
from tests.support.pay import FakePay
from tests.support.simulated_wechat import SimulatedWeChat, simulated_wechat

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class CommandResult:
    """A command's exit status and its two outputs."""

    status: int
    out: str
    err: str


@dataclass
class Office:
    stage: Stage
    pay: FakePay
    wechat: SimulatedWeChat
    capsys: pytest.CaptureFixture[str]
    functions: FakeLambda
    has_worker: bool = True
    """Whether jobs of the payout queue are worked off while a command waits."""

    def pass_time(self, seconds: float) -> None:
        self.stage.wait(seconds=seconds)
        if self.has_worker:
            self.stage.work_off("pay", "payouts")

    @property
    def services(self) -> Services:
        return self.stage.services

    def __call__(self, *argv: str) -> CommandResult:
        """Runs `./contest` with these arguments. Checks that its output is Chinese."""
        self.capsys.readouterr()
        status = command.main(argv)
        captured = self.capsys.readouterr()
        said = captured.out + captured.err
        assert "Traceback" not in said
        assert not said or CHINESE.search(said) or argv[:2] == ("plan", "reveal")
        return CommandResult(status, captured.out, captured.err)

    def done(self, *argv: str) -> str:
        """Runs a command with `--yes`, which must succeed. Returns stdout."""
        told = self(*argv, "--yes")
        assert told.status == 0, told
        return told.out

    def failed(self, *argv: str, status: int = 1) -> str:
        """Runs a command with `--yes`, which must be refused. Returns stderr."""
        told = self(*argv, "--yes")
        assert told.status == status, told
        return told.err

    def claimed(self, openid: str) -> Claim:
        """Claims a person's packet as participants do."""
        browser = self.stage.person(openid)
        assert claim(browser, pass_attempt(self.stage, browser)).status == 201
        return self.of(openid)

    def paid(self, openid: str) -> Claim:
        """The same, and sent."""
        made = self.claimed(openid)
        self.services.payouts.pay_claim(ClaimRef(openid, made.attempt_id))
        return self.of(openid)

    def change(self, claim: Claim, **changes: Any) -> Claim:
        """Changes the claim as a worker may have left it."""
        written = self.services.ports.payouts.replace_claim(claim, replace(claim, **changes))
        assert written
        return written

    def of(self, openid: str) -> Claim:
        (found,) = self.services.ports.participants.claims_of(openid)
        return found

    def deploy(self, contest: Contest) -> None:
        """Deployment and checkout have this contest file, as after the next sweep's report."""
        self.services.contest = contest
        self.services.ports.control.report_contest(described(contest))

    def before_opening(self) -> None:
        self.stage.now = OPENING - timedelta(days=1)

    def after_closing(self) -> None:
        self.stage.now = OPENING + timedelta(days=8)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment's environment: tests never use the stack of a `make run` in this checkout."""
    for name, value in CHECKOUT.identity("prod").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LOGNAME", "wang")


def office_on(prefix: str, capsys: pytest.CaptureFixture[str], wechat: SimulatedWeChat) -> Office:
    stage = build(deployed_settings(prefix), plan=False, wechat=wechat)
    stage.ports.red_packets = pay = FakePay()
    made = Office(stage, pay, wechat, capsys, FakeLambda(prefix))
    stage.ports.sleep, stage.ports.monotonic = made.pass_time, lambda: stage.now.timestamp()
    return made


@pytest.fixture
def office(
    moto_tables: str, environment: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    with simulated_wechat(followers_page=10) as wechat:
        made = office_on(moto_tables, capsys, wechat)
        monkeypatch.setattr(probe_client, "lambda_client", lambda: made.functions)
        yield made
    wiring.install(None)


@pytest.fixture
def laid(office: Office) -> Office:
    """An office with an active plan and a deployed contest."""

    def lay() -> None:
        office.done("plan", "lay")
        office.done("plan", "activate")
        office.deploy(office.services.contest)

    bring_moto_to("laid by the operator", lay)
    return office


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
