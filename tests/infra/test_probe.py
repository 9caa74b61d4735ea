"""The function `probe`: the contest that it serves, its requests, and the values that it never returns."""

import json
from dataclasses import replace
from typing import Any

import boto3
import pytest
from chalice.local import LambdaContext

import app
from chalicelib import wiring
from tests.infra.conftest import SECRETS, SECRETS_PATH
from tests.infra.function_runs import FunctionStage, begin, who
from tests.support.engines import REGION
from tests.support.own_server import REPLY, says, scripted_server
from tests.support.simulated_wechat import SimulatedWeChat


@pytest.fixture
def stage(deployed: None, wechat: SimulatedWeChat) -> FunctionStage:
    return begin(wechat)


def test_it_tells_what_wechat_answered_and_no_secret(stage: FunctionStage) -> None:
    answer = stage.probe(check="wechat")
    assert answer == {"outcome": "told", "token": 0, "ticket": 0, "menu": 0, "shown": None}
    said = json.dumps(answer, ensure_ascii=False)
    assert [secret for secret in SECRETS.values() if len(secret) > 5 and secret in said] == []


@pytest.mark.parametrize("event", [{"contest": "next-2021"}, {"contest": None}, {"contest": ""}])
def test_another_contest_is_refused_and_nothing_done(stage: FunctionStage, event: dict[str, Any]) -> None:
    assert stage.probe(check="wechat", **event) == {"outcome": "other_contest"}


@pytest.mark.parametrize("event", [None, [], "wechat", {}, {"check": "wechat"}])
def test_who_names_no_contest_is_refused(stage: FunctionStage, event: Any) -> None:
    assert app.probe(event, LambdaContext("probe", 512)) == {"outcome": "other_contest"}


@pytest.mark.parametrize("event", [{}, {"check": "dance"}, {"check": "pay_smoke", "openid": who("payee0")}])
def test_what_it_does_not_understand_it_does_not_do(stage: FunctionStage, event: dict[str, Any]) -> None:
    """Such as a request of an earlier version's command."""
    assert stage.probe(**event) == {"outcome": "unknown_check"}
    assert stage.pay.sent == []


def test_it_passes_on_what_the_operator_signed(stage: FunctionStage) -> None:
    with scripted_server(says(REPLY)) as server:
        stage.services.settings = replace(stage.services.settings, own_server_url=server.url)
        answer = stage.probe(check="relay", query="signature=s", body="<xml/>")
    assert (answer["outcome"], answer["failure"], answer["has_reply"]) == ("told", "", True)
    (received,) = server.received
    assert received.line == "POST /wechat?signature=s HTTP/1.1"
    assert (received.body, received.headers["x-relayed"]) == (b"<xml/>", "1")


def test_without_an_own_server_it_passes_nothing_on(stage: FunctionStage) -> None:
    assert stage.probe(check="relay", query="signature=s", body="<xml/>") == {"outcome": "no_own_server"}
    assert stage.probe(check="relay", query="signature=s") == {"outcome": "unknown_check"}


def test_a_secret_that_is_missing_is_named(stage: FunctionStage) -> None:
    boto3.client("ssm", region_name=REGION).delete_parameter(Name=f"{SECRETS_PATH}WECHAT_TOKEN")
    wiring.install(None)
    answer = app.probe({"contest": stage.services.contest.id, "check": "wechat"}, LambdaContext("probe", 512))
    assert json.loads(json.dumps(answer)) == {"outcome": "settings", "problems": ["WECHAT_TOKEN is missing"]}


def test_each_check_gets_a_token_of_its_own(stage: FunctionStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm instance must not answer with the credentials of an hour ago."""
    made: list[object] = []
    fresh = stage.services.ports.fresh_account

    def counted() -> Any:
        made.append(fresh())
        return made[-1]

    monkeypatch.setattr(stage.ports, "fresh_account", counted)
    for _ in range(2):
        stage.probe(check="wechat")
    assert len(made) == 2
