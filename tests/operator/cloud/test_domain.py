"""`domain bind`: makes certificate, domain and mapping if they are missing, and prints the steps that remain by
hand."""

import json
from typing import Any

import pytest

from infra.operator.confirmation import DryRun
from infra.operator.operator_errors import OperatorError
from tests.operator.cloud.conftest import URL, Cloud

HOST = "quiz.example"


@pytest.fixture
def deployed(cloud: Cloud) -> Cloud:
    """An API in Chalice's record, and the address in the settings."""
    variables = cloud.stage()["environment_variables"] | {"PUBLIC_BASE_URL": URL}
    cloud.change_stage(environment_variables=variables)
    record(cloud, make_api(cloud))
    return cloud


def make_api(cloud: Cloud) -> str:
    gateway = cloud.client("apigateway")
    api = str(gateway.create_rest_api(name="contest")["id"])
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="api")
    return api


def record(cloud: Cloud, api: str) -> None:
    resource = {"name": "rest_api", "resource_type": "rest_api", "rest_api_id": api}
    cloud.project.write_record("prod", json.dumps({"resources": [resource]}))


class Issued:
    """ACM with issued certificates; moto's wait for their validation."""

    def __init__(self, **arns: str) -> None:
        self.found = [{"DomainName": name, "CertificateArn": arn} for name, arn in arns.items()]

    def get_paginator(self, _: str) -> "Issued":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"CertificateSummaryList": self.found}]


def mappings(cloud: Cloud) -> list[dict[str, Any]]:
    return list(cloud.client("apigateway").get_base_path_mappings(domainName=HOST)["items"])


def test_the_domain_is_made_and_mapped_once(deployed: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.played["acm"] = Issued(**{"*.example": "arn:wild", HOST: "arn:own", "other.example": "arn:other"})
    for _ in range(2):
        assert deployed.run("domain", "bind") == 0
    gateway = deployed.client("apigateway")
    assert gateway.get_domain_name(domainName=HOST)["regionalCertificateArn"] == "arn:own"
    (mapped,) = mappings(deployed)
    assert (mapped["restApiId"], mapped["stage"]) == (deployed.project.rest_api("prod"), "api")
    told = capsys.readouterr().out
    assert f"{HOST} 已指向接口" in told
    assert "CNAME" in told


def test_without_a_certificate_it_says_what_to_do(deployed: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.played["acm"] = Issued(**{"other.example": "arn:other"})
    assert deployed.run("domain", "bind") == 1
    assert "在 ACM（同一区域）申请" in capsys.readouterr().out
    assert deployed.client("apigateway").get_domain_names()["items"] == []
    assert deployed.run("domain", "bind", "--certificate", "arn:given") == 0


def test_a_dry_run_changes_nothing(deployed: Cloud) -> None:
    with pytest.raises(DryRun):
        deployed.run("domain", "bind", "--certificate", "arn:given", "--dry-run")
    assert deployed.client("apigateway").get_domain_names()["items"] == []


def test_a_domain_that_leads_elsewhere_is_left_alone(deployed: Cloud) -> None:
    deployed.played["acm"] = Issued(**{HOST: "arn:own"})
    deployed.run("domain", "bind")
    first = deployed.project.rest_api("prod")
    record(deployed, make_api(deployed))
    with pytest.raises(OperatorError, match=f"指向另一接口 {first}"):
        deployed.run("domain", "bind")
    assert [one["restApiId"] for one in mappings(deployed)] == [first]


def test_before_the_first_deployment_there_is_nothing_to_bind(cloud: Cloud) -> None:
    cloud.change_stage(environment_variables=cloud.stage()["environment_variables"] | {"PUBLIC_BASE_URL": URL})
    with pytest.raises(OperatorError, match="make deploy STAGE=prod"):
        cloud.run("domain", "bind")
