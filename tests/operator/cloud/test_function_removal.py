"""The real `chalice delete` on its record, also if some resources have already been removed. AWS is moto's server."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from moto.apigateway.exceptions import ApiGatewayException
from moto.apigateway.models import APIGatewayBackend
from moto.server import ThreadedMotoServer

from infra.operator.cloud import function_removal
from infra.operator.operator_errors import OperatorError
from infra.project import Project
from tests.support.engines import REGION

NAME = "contest-prod-pay"


@dataclass
class Deployed:
    """A function with its role, rule and API; `client` makes clients of the account."""

    project: Project
    endpoint: str
    api_id: str = ""

    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, endpoint_url=self.endpoint, region_name=REGION)

    def make(self) -> None:
        arn = self.client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        function = self.client("lambda").create_function(
            FunctionName=NAME, Runtime="python3.11", Role=arn, Handler="app.app", Code={"ZipFile": b"x"}
        )
        self.client("events").put_rule(Name=NAME, ScheduleExpression="rate(1 minute)")
        self.api_id = self.client("apigateway").create_rest_api(name="contest")["id"]
        resources = [
            {"name": "role", "resource_type": "iam_role", "role_name": NAME, "role_arn": arn},
            {"name": "pay", "resource_type": "lambda_function", "lambda_arn": function["FunctionArn"]},
            {"name": "rule", "resource_type": "cloudwatch_event", "rule_name": NAME},
            {"name": "api", "resource_type": "rest_api", "rest_api_id": self.api_id},
        ]
        path = self.project.record("prod")
        path.parent.mkdir()
        document = {"resources": resources, "schema_version": "2.0", "backend": "api"}
        path.write_text(json.dumps(document), encoding="utf-8")

    def left(self) -> list[str]:
        rules = self.client("events").list_rules()["Rules"]
        roles = self.client("iam").list_roles()["Roles"]
        made = self.client("lambda").list_functions()["Functions"]
        apis = self.client("apigateway").get_rest_apis()["items"]
        return [*rules, *roles, *made, *apis]

    def remove(self) -> bool:
        return function_removal.remove("prod", self.client, self.project)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def there(server: str, project: Project, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    requests.post(f"{server}/moto-api/reset", timeout=10).raise_for_status()
    # Chalice imports the application before it deletes anything.
    (project.root / "app.py").write_text("from chalice import Chalice\napp = Chalice('contest')\n", encoding="utf-8")
    made = Deployed(project, server)
    made.make()
    return made


def test_all_that_chalice_recorded_goes_and_once_is_enough(there: Deployed) -> None:
    assert there.remove()
    assert there.left() == []
    assert there.project.resources("prod") == []
    assert not there.remove()


@pytest.mark.parametrize("service", ["lambda", "iam", "events", "apigateway"])
def test_what_is_gone_already_does_not_stop_it(there: Deployed, service: str) -> None:
    client = there.client(service)
    match service:
        case "lambda":
            client.delete_function(FunctionName=NAME)
        case "iam":
            client.delete_role(RoleName=NAME)
        case "events":
            client.delete_rule(Name=NAME)
        case _:
            client.delete_rest_api(restApiId=there.api_id)
    assert there.remove()
    assert there.left() == []


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """API Gateway does not delete an API to which a domain is mapped."""
    delete = APIGatewayBackend.delete_rest_api

    def deleted(self: APIGatewayBackend, function_id: str) -> Any:
        mapped = [one for of in self.base_path_mappings.values() for one in of.values()]
        if any(one.rest_api_id == function_id for one in mapped):
            raise ApiGatewayException("BadRequestException", "Please remove all base path mappings")
        return delete(self, function_id)

    monkeypatch.setattr(APIGatewayBackend, "delete_rest_api", deleted)


def mapped(there: Deployed, domain: str) -> list[tuple[str, str]]:
    found = there.client("apigateway").get_base_path_mappings(domainName=domain)["items"]
    return [(one["basePath"], one["restApiId"]) for one in found]


@pytest.mark.usefixtures("strict")
def test_an_api_behind_a_domain_goes_and_the_domain_stays(there: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = there.client("apigateway")
    other = gateway.create_rest_api(name="other")["id"]
    for domain in ("quiz.example", "spare.example"):
        gateway.create_domain_name(domainName=domain)
        gateway.create_base_path_mapping(domainName=domain, restApiId=there.api_id)
    gateway.create_base_path_mapping(domainName="quiz.example", basePath="other", restApiId=other)
    gateway.create_base_path_mapping(domainName="quiz.example", basePath="again", restApiId=there.api_id)
    assert there.remove()
    assert [api["id"] for api in gateway.get_rest_apis()["items"]] == [other]
    assert mapped(there, "quiz.example") == [("other", other)]
    assert mapped(there, "spare.example") == []
    assert "quiz.example：不再指向接口" in capsys.readouterr().out
    assert not there.remove()


def test_one_killed_after_the_domain_was_freed_is_carried_on(
    there: Deployed, monkeypatch: pytest.MonkeyPatch, strict: None
) -> None:
    gateway = there.client("apigateway")
    gateway.create_domain_name(domainName="quiz.example")
    gateway.create_base_path_mapping(domainName="quiz.example", restApiId=there.api_id)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as once:
        once.setattr(subprocess, "run", killed)
        with pytest.raises(KeyboardInterrupt):
            there.remove()
    assert there.remove()
    assert there.left() == []


class Gateway:
    """An API Gateway that answers one item a page, and whose mappings another run may take away first."""

    def __init__(self) -> None:
        self.mappings = {"a": [("(none)", "mine"), ("x", "other")], "b": [("y", "other"), ("z", "mine")], "c": []}
        self.deleted: list[tuple[str, str]] = []

    def get_paginator(self, operation: str) -> "Gateway":
        return self

    def paginate(self, domainName: str = "") -> list[dict[str, Any]]:  # noqa: N803 - AWS's own name
        if not domainName:
            return [{"items": [{"domainName": name}]} for name in self.mappings]
        return [{"items": [{"basePath": path, "restApiId": api}]} for path, api in self.mappings[domainName]]

    def delete_base_path_mapping(self, domainName: str, basePath: str) -> None:  # noqa: N803
        self.deleted.append((domainName, basePath))
        raise ClientError({"Error": {"Code": "NotFoundException", "Message": ""}}, "DeleteBasePathMapping")


def test_every_page_is_read_and_what_another_run_took_away_is_no_error() -> None:
    gateway = Gateway()
    function_removal.unmap("mine", gateway)
    assert gateway.deleted == [("a", "(none)"), ("b", "z")]


def test_all_gone_already_is_no_work_for_chalice(there: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    record = there.project.record("prod").read_text(encoding="utf-8")
    there.remove()
    there.project.record("prod").write_text(record, encoding="utf-8")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("asked"))
    assert not there.remove()
    assert there.project.resources("prod") == []


def test_a_failing_chalice_is_told_and_the_record_kept(there: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(OperatorError, match="chalice delete"):
        there.remove()
    assert len(there.project.resources("prod")) == 4


def test_nothing_is_deployed_from_a_fresh_clone(project: Project) -> None:
    assert not function_removal.remove("prod", lambda service: pytest.fail(service), project)
