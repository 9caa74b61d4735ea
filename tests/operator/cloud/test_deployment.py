"""Which deployment is meant, and what of it is written into Chalice's file."""

import json
import os
from pathlib import Path

import pytest

from chalicelib.settings import load_settings
from infra.operator.cloud import deployment
from infra.operator.cloud.trouble import CloudError
from infra.operator.stack import StackError, TwoMeant
from tests.rehearsal.secret_values import make_secrets


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://quiz.example", "https://quiz.example"),
        ("https://quiz.example/", "https://quiz.example"),
        ("https://127.0.0.1:8443", "https://127.0.0.1:8443"),
    ],
)
def test_an_address_is_scheme_and_host(given: str, taken: str) -> None:
    assert deployment.public_url(given) == taken
    others = {"STAGE": "prod", "RESOURCE_PREFIX": "contest-prod", **make_secrets()}
    assert load_settings({**others, "PUBLIC_BASE_URL": taken}).public_base_url == taken


@pytest.mark.parametrize(
    "given",
    [
        "",
        "quiz.example",
        "http://quiz.example",
        "https://",
        "https://quiz.example/path",
        "https://quiz.example?a=1",
        "https://quiz.example?",
        "https://quiz.example/#",
        "https://user@quiz.example",
        "https://quiz.example:port",
        "https://[",
        "https://quiz example",
        "https://测验.example",
        "https://quiz.example\nSTAGE=x",
    ],
)
def test_any_other_is_refused(given: str) -> None:
    with pytest.raises(CloudError, match="网址"):
        deployment.public_url(given)


def test_a_stage_must_be_named_and_be_in_the_cloud(chalice: Path) -> None:
    with pytest.raises(CloudError, match="--stage prod"):
        deployment.find(None, chalice)
    with pytest.raises(CloudError, match="make run"):
        deployment.find("local", chalice)
    with pytest.raises(StackError, match="nowhere"):
        deployment.find("nowhere", chalice)


def test_the_environment_may_name_the_stage(chalice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "staging")
    assert deployment.find(None, chalice).prefix == "contest-staging"
    with pytest.raises(StackError, match="不符"):
        deployment.find("prod", chalice)


@pytest.mark.parametrize("name", ["RESOURCE_PREFIX", "SECRETS_PATH", "PUBLIC_BASE_URL"])
def test_a_variable_of_another_deployment_is_refused(chalice: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "of-another")
    with pytest.raises(TwoMeant, match=name):
        deployment.find("prod", chalice)


def test_a_prefix_that_logs_and_alarms_do_not_follow_is_refused(chalice: Path) -> None:
    path = chalice / "config.json"
    path.write_text(path.read_text(encoding="utf-8").replace("contest-prod", "quiz-prod"), encoding="utf-8")
    with pytest.raises(CloudError, match="contest-prod"):
        deployment.find("prod", chalice)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stages": {"prod": 5}}', '{"app_name": "a", "stages": null}'])
def test_a_file_that_makes_no_sense_is_told(chalice: Path, text: str) -> None:
    (chalice / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises((CloudError, StackError)):
        deployment.find("prod", chalice)


def test_a_stage_without_variables_gets_them_all(chalice: Path) -> None:
    path = chalice / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["stages"]["prod"] = {"api_gateway_stage": "api"}
    path.write_text(json.dumps(config), encoding="utf-8")

    deployment.write(deployment.find("prod", chalice, "https://quiz.example"), chalice)

    config["stages"]["prod"]["environment_variables"] = {
        "STAGE": "prod",
        "RESOURCE_PREFIX": "contest-prod",
        "PUBLIC_BASE_URL": "https://quiz.example",
        "SECRETS_PATH": "/contest/prod/",
    }
    assert json.loads(path.read_text(encoding="utf-8")) == config


def test_what_somebody_wrote_there_is_kept(chalice: Path) -> None:
    path = chalice / "config.json"
    text = path.read_text(encoding="utf-8").replace(
        '"PUBLIC_BASE_URL": "https://contest.example",',
        '"MINE":  "1",\n  "PUBLIC_BASE_URL": "https://contest.example",',
    )
    path.write_text(text, encoding="utf-8")

    assert deployment.write(deployment.find("prod", chalice, "https://quiz.example"), chalice)

    assert path.read_text(encoding="utf-8") == text.replace("https://contest.example", "https://quiz.example")
    os.environ.pop("PUBLIC_BASE_URL")  # as a process of its own would have it
    assert not deployment.write(deployment.find("prod", chalice), chalice)
    assert list(chalice.glob("config.json?*")) == []
