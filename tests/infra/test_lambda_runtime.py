"""A deployment that would change the functions' Python is made only with the operator's consent."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from chalice.config import Config
from moto import mock_aws

from infra.build import lambda_runtime
from infra.project import Project
from tests.support.engines import REGION

NAMES = ("contest-prod-pay", "contest-prod-sweep")
OTHER = next(name for name in lambda_runtime.SUPPORTED if name != lambda_runtime.running())


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A separate checkout and account, with nothing deployed."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        yield Project(tmp_path)


def deploy(project: Project, *runtimes: str) -> None:
    role = boto3.client("iam").create_role(RoleName="functions", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client = boto3.client("lambda")
    arns = [
        client.create_function(
            FunctionName=name,
            Runtime=one,
            Role=role,
            Handler="app.app",
            Code={"ZipFile": b"x"},
        )["FunctionArn"]
        for name, one in zip(NAMES, runtimes, strict=True)
    ]
    path = project.record("prod")
    path.parent.mkdir(parents=True)
    functions = [{"resource_type": "lambda_function", "lambda_arn": arn} for arn in arns]
    path.write_text(json.dumps({"resources": [{"resource_type": "iam_role"}, *functions]}), encoding="utf-8")


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: text)


def test_the_first_deployment_only_names_it(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert lambda_runtime.main(["--stage", "prod"], project) == 0
    assert capsys.readouterr().out == f"Lambda 运行环境：{lambda_runtime.running()}\n"


def test_the_same_is_not_asked_about(project: Project) -> None:
    deploy(project, lambda_runtime.running(), lambda_runtime.running())
    assert lambda_runtime.main(["--stage", "prod"], project) == 0


def test_another_is_refused_where_nobody_can_be_asked(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    deploy(project, lambda_runtime.running(), OTHER)
    assert lambda_runtime.main(["--stage", "prod"], project) == 1
    assert f"已部署的是 {OTHER}，将改为 {lambda_runtime.running()}" in capsys.readouterr().err
    assert lambda_runtime.main(["--stage", "prod", "--yes"], project) == 0


@pytest.mark.parametrize(("said", "status"), [("y", 0), ("是", 0), ("", 1), ("n", 1)])
def test_another_is_asked_about(project: Project, monkeypatch: pytest.MonkeyPatch, said: str, status: int) -> None:
    deploy(project, OTHER, OTHER)
    answer(monkeypatch, said)
    assert lambda_runtime.main(["--stage", "prod"], project) == status


def test_functions_that_are_gone_count_for_nothing(project: Project) -> None:
    deploy(project, OTHER, OTHER)
    for name in NAMES:
        boto3.client("lambda").delete_function(FunctionName=name)
    assert lambda_runtime.main(["--stage", "prod"], project) == 0


def test_it_is_the_one_that_chalice_takes() -> None:
    assert Config().lambda_python_version == lambda_runtime.running()
