"""The real `chalice delete` on what it recorded, also where a part of that is gone already. AWS is moto's server."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from moto.server import ThreadedMotoServer

from infra import deployed
from infra.operator.cloud import functions
from infra.operator.cloud.trouble import CloudError
from tests.engines import REGION

NAME = "contest-prod-pay"


@dataclass
class Deployed:
    """A function with its role, rule and API; `client` makes clients of the account."""

    chalice: Path
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
        path = deployed.record("prod", self.chalice)
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
        return functions.remove("prod", self.client, self.chalice)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def there(server: str, chalice: Path, monkeypatch: pytest.MonkeyPatch) -> Deployed:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    requests.post(f"{server}/moto-api/reset", timeout=10).raise_for_status()
    # Chalice looks at the application before it deletes anything.
    (chalice.parent / "app.py").write_text("from chalice import Chalice\napp = Chalice('contest')\n", encoding="utf-8")
    made = Deployed(chalice, server)
    made.make()
    return made


def test_all_that_chalice_recorded_goes_and_once_is_enough(there: Deployed) -> None:
    assert there.remove()
    assert there.left() == []
    assert deployed.resources("prod", there.chalice) == []
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


def test_all_gone_already_is_no_work_for_chalice(there: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    record = deployed.record("prod", there.chalice).read_text(encoding="utf-8")
    there.remove()
    deployed.record("prod", there.chalice).write_text(record, encoding="utf-8")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("asked"))
    assert not there.remove()
    assert deployed.resources("prod", there.chalice) == []


def test_a_failing_chalice_is_told_and_the_record_kept(there: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(CloudError, match="chalice delete"):
        there.remove()
    assert len(deployed.resources("prod", there.chalice)) == 4


def test_nothing_is_deployed_from_a_fresh_clone(chalice: Path) -> None:
    assert not functions.remove("prod", lambda service: pytest.fail(service), chalice)
