"""What API Gateway answers by itself has the contract's shape, and setting it twice changes nothing."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.http.error_answers import ERRORS
from chalicelib.adapters.http.responses import SECURITY_HEADERS
from infra.gateway_responses import CODES, apply, apply_and_deploy, main, wanted
from infra.project import Project
from tests.support.engines import REGION

EXPECTED = {
    "DEFAULT_4XX": 400,
    "DEFAULT_5XX": 500,
    "MISSING_AUTHENTICATION_TOKEN": 404,
    "REQUEST_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "THROTTLED": 429,
    "INTEGRATION_TIMEOUT": 503,
    "INTEGRATION_FAILURE": 503,
}
BEFORE_DEPLOYMENT = "before-call.api-gateway.CreateDeployment"


def make_api(client: Any) -> str:
    """One that can be deployed; its id."""
    api_id = str(client.create_rest_api(name="contest")["id"])
    root = client.get_resources(restApiId=api_id)["items"][0]["id"]
    client.put_method(restApiId=api_id, resourceId=root, httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api_id, resourceId=root, httpMethod="GET", type="MOCK")
    return api_id


@pytest.mark.parametrize("kind", CODES)
def test_each_has_the_contracts_status_and_body(kind: str) -> None:
    response = wanted()[kind]
    status, message = ERRORS[CODES[kind]]
    assert response["statusCode"] == str(status) == str(EXPECTED.get(kind, status))
    template = response["responseTemplates"]["application/json"]
    assert json.loads(template) == {"error": {"code": CODES[kind], "message": message}}
    assert not set("$#\\") & set(template), "characters of the template language"


@mock_aws
def test_they_are_set_once_and_deployed() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = make_api(client)

    assert sorted(apply_and_deploy(client, api_id, "api")) == sorted(CODES)
    assert apply_and_deploy(client, api_id, "api") == []

    found = client.get_gateway_response(restApiId=api_id, responseType="INTEGRATION_TIMEOUT")
    assert found["statusCode"] == "503"
    headers = {"Cache-Control": "no-store", **SECURITY_HEADERS}
    assert found["responseParameters"] == {f"gatewayresponse.header.{k}": f"'{v}'" for k, v in headers.items()}


@mock_aws
def test_a_run_that_was_cut_off_before_the_deployment_is_made_up_for() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = make_api(client)

    def dies(**_: Any) -> None:
        raise ConnectionError

    client.meta.events.register(BEFORE_DEPLOYMENT, dies)
    with pytest.raises(ConnectionError):
        apply_and_deploy(client, api_id, "api")
    assert client.get_deployments(restApiId=api_id)["items"] == []
    client.meta.events.unregister(BEFORE_DEPLOYMENT, dies)

    assert apply_and_deploy(client, api_id, "api") == [], "they had been put"
    assert len(client.get_deployments(restApiId=api_id)["items"]) == 1


@mock_aws
def test_the_stages_own_api_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = Project(tmp_path)
    project.chalice.mkdir()
    config = {"app_name": "contest", "stages": {"prod": {"api_gateway_stage": "api"}}}
    (project.chalice / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert main(["--stage", "prod"], project) == 1
    assert "make deploy" in capsys.readouterr().err
    client = boto3.client("apigateway", region_name=REGION)
    _, api_id = (make_api(client) for _ in range(2))
    recorded = [{"resource_type": "iam_role", "name": "r"}, {"resource_type": "rest_api", "rest_api_id": api_id}]
    path = project.record("prod")
    path.parent.mkdir()
    path.write_text(json.dumps({"resources": recorded}), encoding="utf-8")

    assert main(["--stage", "prod"], project) == 0
    assert f"{api_id} 自身的回答：{len(CODES)} 项" in capsys.readouterr().out
    assert [one["stageName"] for one in client.get_stages(restApiId=api_id)["item"]] == ["api"]
    assert main(["--stage", "prod"], project) == 0
    assert "没有变化，已发布" in capsys.readouterr().out


@mock_aws
def test_what_somebody_changed_is_set_back() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = client.create_rest_api(name="contest")["id"]
    apply(client, api_id)
    client.put_gateway_response(restApiId=api_id, responseType="THROTTLED", statusCode="418")
    assert apply(client, api_id) == ["THROTTLED"]
