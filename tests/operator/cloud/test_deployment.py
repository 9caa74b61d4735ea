"""The deployment that a command works on, and its settings in Chalice's file."""

import json
import os

import pytest

from chalicelib.settings import load_settings
from infra.operator import deployment
from infra.operator.operator_errors import OperatorError
from infra.project import Project, ProjectError
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
    with pytest.raises(OperatorError, match="网址"):
        deployment.public_url(given)


def test_a_stage_must_be_named_and_be_in_the_cloud(project: Project) -> None:
    with pytest.raises(OperatorError, match="--stage prod"):
        deployment.use_cloud_deployment(None, project)
    with pytest.raises(OperatorError, match="make run"):
        deployment.use_cloud_deployment("local", project)
    with pytest.raises(ProjectError, match="nowhere"):
        deployment.use_cloud_deployment("nowhere", project)


def test_the_environment_may_name_the_stage(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "staging")
    assert deployment.use_cloud_deployment(None, project).prefix == "contest-staging"
    with pytest.raises(OperatorError, match="不符"):
        deployment.use_cloud_deployment("prod", project)


@pytest.mark.parametrize("name", ["RESOURCE_PREFIX", "SECRETS_PATH", "PUBLIC_BASE_URL"])
def test_a_variable_of_another_deployment_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "of-another")
    with pytest.raises(OperatorError, match=name):
        deployment.use_cloud_deployment("prod", project)


def test_a_prefix_that_logs_and_alarms_do_not_follow_is_refused(project: Project) -> None:
    path = project.chalice / "config.json"
    path.write_text(path.read_text(encoding="utf-8").replace("contest-prod", "quiz-prod"), encoding="utf-8")
    with pytest.raises(OperatorError, match="contest-prod"):
        deployment.use_cloud_deployment("prod", project)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"stages": {"prod": 5}}', '{"app_name": "a", "stages": null}'])
def test_a_file_that_makes_no_sense_is_told(project: Project, text: str) -> None:
    (project.chalice / "config.json").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError):
        deployment.use_cloud_deployment("prod", project)


def write(project: Project, url: str | None = None) -> bool:
    found = deployment.use_cloud_deployment("prod", project, url)
    return project.write_settings(found.stage, found.environment, {})


def test_a_stage_without_variables_gets_them_all(project: Project) -> None:
    path = project.chalice / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["stages"]["prod"] = {"api_gateway_stage": "api"}
    path.write_text(json.dumps(config), encoding="utf-8")

    write(project, "https://quiz.example")

    config["stages"]["prod"]["environment_variables"] = {
        "STAGE": "prod",
        "RESOURCE_PREFIX": "contest-prod",
        "PUBLIC_BASE_URL": "https://quiz.example",
        "SECRETS_PATH": "/contest/prod/",
    }
    assert json.loads(path.read_text(encoding="utf-8")) == config


def test_only_what_changes_is_written_and_all_else_keeps_its_order(project: Project) -> None:
    path = project.chalice / "config.json"
    text = path.read_text(encoding="utf-8").replace(
        '"PUBLIC_BASE_URL": "https://contest.example",',
        '"MINE": "一",\n        "PUBLIC_BASE_URL": "https://contest.example",',
    )
    path.write_text(text, encoding="utf-8")
    path.chmod(0o640)

    assert write(project, "https://quiz.example")

    assert path.read_text(encoding="utf-8") == text.replace("https://contest.example", "https://quiz.example")
    assert path.stat().st_mode & 0o777 == 0o640
    os.environ.pop("PUBLIC_BASE_URL")  # as a process of its own would have it
    assert not write(project)
    assert list(project.chalice.glob("config.json?*")) == []
