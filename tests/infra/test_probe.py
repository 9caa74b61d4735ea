"""The function `probe`: whose contest it is for, what it understands, and what it never says."""

import json
from datetime import timedelta
from typing import Any

import boto3
import pytest
from chalice.local import LambdaContext

import app
from chalicelib import wiring
from chalicelib.domain.errors import NewerVersion, TryAgain, WeChatRefused
from chalicelib.domain.payouts import LEASE, Answer, Reply
from tests.infra.conftest import SECRETS, SECRETS_PATH
from tests.infra.function_runs import Life, begin, who
from tests.infra.test_functions import FUNCTIONS
from tests.support.engines import REGION
from tests.support.simulated_wechat import SimulatedWeChat

SMOKE: dict[str, Any] = {"check": "pay_smoke", "openid": who("payee0"), "who": "wang", "again": False}


@pytest.fixture
def life(deployed: None, wechat: SimulatedWeChat) -> Life:
    made = begin(wechat)
    made.follow(who("payee0"))
    return made


def test_both_checks_and_nothing_personal_in_the_answers(life: Life) -> None:
    answers = [life.probe(check="wechat"), life.probe(**SMOKE)]
    assert [answer.pop("outcome") for answer in answers] == ["told", "told"]
    assert answers[0] == {"token": 0, "ticket": 0, "menu": 0, "shown": None}
    assert (answers[1]["amount_fen"], answers[1]["status"], answers[1]["reply"]) == (100, "sent", "accepted")
    said = json.dumps(answers, ensure_ascii=False)
    hidden = [who("payee0"), *(value for value in SECRETS.values() if len(value) > 5)]
    assert [secret for secret in hidden if secret in said] == []


@pytest.mark.parametrize("event", [{"contest": "next-2021"}, {"contest": None}, {"contest": ""}])
def test_another_contest_is_refused_and_nothing_done(life: Life, event: dict[str, Any]) -> None:
    for check in ({"check": "wechat"}, SMOKE):
        assert life.probe(**check, **event) == {"outcome": "other_contest"}
    assert life.services.ports.smoke_payments.all() == []


@pytest.mark.parametrize("event", [None, [], "wechat", {}, {"check": "wechat"}])
def test_who_names_no_contest_is_refused(life: Life, event: Any) -> None:
    assert app.probe(event, LambdaContext("probe", 512)) == {"outcome": "other_contest"}


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"check": "dance"},
        {"check": "pay_smoke"},
        SMOKE | {"openid": ""},
        SMOKE | {"openid": None},
        SMOKE | {"who": ""},
        SMOKE | {"who": 7},
        SMOKE | {"again": "false"},
        {key: value for key, value in SMOKE.items() if key != "again"},
    ],
)
def test_what_it_does_not_understand_it_does_not_do(life: Life, event: dict[str, Any]) -> None:
    assert life.probe(**event) == {"outcome": "unknown_check"}
    assert life.services.ports.smoke_payments.all() == []


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (WeChatRefused(40164), {"outcome": "wechat_refused", "errcode": 40164}),
        (TryAgain(), {"outcome": "try_again"}),
        (NewerVersion(), {"outcome": "newer_version"}),
    ],
)
def test_what_goes_wrong_is_an_answer(life: Life, error: Exception, answer: dict[str, Any]) -> None:
    def broken(*_: object) -> bool:
        raise error

    life.services.ports.sign_in.is_following = broken  # type: ignore[method-assign, assignment]
    assert life.probe(**SMOKE | {"openid": who("dora")}) == answer


def test_a_secret_that_is_missing_is_named(life: Life) -> None:
    boto3.client("ssm", region_name=REGION).delete_parameter(Name=f"{SECRETS_PATH}WECHAT_TOKEN")
    wiring.install(None)
    answer = app.probe({"contest": life.services.contest.id, "check": "wechat"}, LambdaContext("probe", 512))
    assert json.loads(json.dumps(answer)) == {"outcome": "settings", "problems": ["WECHAT_TOKEN is missing"]}


def test_its_refusals_are_the_use_cases_own(life: Life) -> None:
    life.pay.will_say(Answer(Reply.SENDING))
    life.probe(**SMOKE)
    assert life.probe(**SMOKE | {"openid": who("dora")}) == {"outcome": "refused", "why": "smoke_other_person"}


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


def test_a_payment_waits_for_as_long_as_the_function_may_live() -> None:
    """Whoever finds the lease of a send over knows that the function that sent is no more."""
    assert timedelta(seconds=FUNCTIONS["probe"]["lambda_timeout"]) <= LEASE


def test_one_at_a_time() -> None:
    assert FUNCTIONS["probe"]["reserved_concurrency"] == 1
