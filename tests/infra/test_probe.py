"""The function `probe`: whose contest it is for, what it understands, and what it never says."""

import json
from typing import Any

import boto3
import pytest
from chalice.local import LambdaContext

import app
from chalicelib import wiring
from tests.infra.conftest import SECRETS, SECRETS_PATH
from tests.infra.function_runs import Life, begin, who
from tests.support.engines import REGION
from tests.support.simulated_wechat import SimulatedWeChat


@pytest.fixture
def life(deployed: None, wechat: SimulatedWeChat) -> Life:
    return begin(wechat)


def test_it_tells_what_wechat_answered_and_no_secret(life: Life) -> None:
    answer = life.probe(check="wechat")
    assert answer == {"outcome": "told", "token": 0, "ticket": 0, "menu": 0, "shown": None}
    said = json.dumps(answer, ensure_ascii=False)
    assert [secret for secret in SECRETS.values() if len(secret) > 5 and secret in said] == []


@pytest.mark.parametrize("event", [{"contest": "next-2021"}, {"contest": None}, {"contest": ""}])
def test_another_contest_is_refused_and_nothing_done(life: Life, event: dict[str, Any]) -> None:
    assert life.probe(check="wechat", **event) == {"outcome": "other_contest"}


@pytest.mark.parametrize("event", [None, [], "wechat", {}, {"check": "wechat"}])
def test_who_names_no_contest_is_refused(life: Life, event: Any) -> None:
    assert app.probe(event, LambdaContext("probe", 512)) == {"outcome": "other_contest"}


@pytest.mark.parametrize("event", [{}, {"check": "dance"}, {"check": "pay_smoke", "openid": who("payee0")}])
def test_what_it_does_not_understand_it_does_not_do(life: Life, event: dict[str, Any]) -> None:
    """Among it what an earlier version's command asks for."""
    assert life.probe(**event) == {"outcome": "unknown_check"}
    assert life.pay.sent == []


def test_a_secret_that_is_missing_is_named(life: Life) -> None:
    boto3.client("ssm", region_name=REGION).delete_parameter(Name=f"{SECRETS_PATH}WECHAT_TOKEN")
    wiring.install(None)
    answer = app.probe({"contest": life.services.contest.id, "check": "wechat"}, LambdaContext("probe", 512))
    assert json.loads(json.dumps(answer)) == {"outcome": "settings", "problems": ["WECHAT_TOKEN is missing"]}


def test_each_check_gets_a_token_of_its_own(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """A warm instance must not answer with what it got an hour ago."""
    made: list[object] = []
    fresh = life.services.ports.fresh_account

    def counted() -> Any:
        made.append(fresh())
        return made[-1]

    monkeypatch.setattr(life.ports, "fresh_account", counted)
    for _ in range(2):
        life.probe(check="wechat")
    assert len(made) == 2
