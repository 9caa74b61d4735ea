"""API Gateway's own answers have the contract's shape, and setting them twice changes nothing."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from app import app
from chalicelib.adapters.http.error_answers import ERRORS
from chalicelib.adapters.http.responses import SECURITY_HEADERS
from infra.gateway_responses import CODES, NOTIFY, SIGN_IN, apply, apply_and_deploy, main, throttles, unlimited, wanted
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
SETTINGS = {"api_gateway_stage": "api"}
BEFORE_DEPLOYMENT = "before-call.api-gateway.CreateDeployment"


def make_api(client: Any) -> str:
    """Makes an API that can be deployed. Returns its id."""
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
    assert ("gatewayresponse.header.Retry-After" in response["responseParameters"]) is (status in (429, 503))
    assert not set("$#\\") & set(template), "characters of the template language"


@mock_aws
def test_they_are_set_once_and_deployed() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = make_api(client)

    assert sorted(apply_and_deploy(client, api_id, SETTINGS)) == sorted(CODES)
    assert apply_and_deploy(client, api_id, SETTINGS) == []

    found = client.get_gateway_response(restApiId=api_id, responseType="INTEGRATION_TIMEOUT")
    assert found["statusCode"] == "503"
    headers = {"Cache-Control": "no-store", "Retry-After": "2", **SECURITY_HEADERS}
    assert found["responseParameters"] == {f"gatewayresponse.header.{k}": f"'{v}'" for k, v in headers.items()}


@mock_aws
def test_a_run_that_was_cut_off_before_the_deployment_is_made_up_for() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = make_api(client)

    def dies(**_: Any) -> None:
        raise ConnectionError

    client.meta.events.register(BEFORE_DEPLOYMENT, dies)
    with pytest.raises(ConnectionError):
        apply_and_deploy(client, api_id, SETTINGS)
    assert client.get_deployments(restApiId=api_id)["items"] == []
    client.meta.events.unregister(BEFORE_DEPLOYMENT, dies)

    assert apply_and_deploy(client, api_id, SETTINGS) == [], "they had been put"
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


# Throttles and the default address

HOST = "quiz.example.cn"


@pytest.mark.parametrize("quota", [10_000, 40_000])
def test_what_is_throttled_is_there_and_leaves_the_callback_its_room(quota: int) -> None:
    """The account has so many requests a second, and half as many at once, for all methods together."""
    found = throttles(SETTINGS | {"api_gateway_requests": quota})
    rates, bursts = zip(*found.values(), strict=True)
    sign_ins = [found[name] for name in SIGN_IN]
    assert sum(rate for rate, _ in sign_ins) + max(rates) <= quota * 7 // 10
    assert sum(burst for _, burst in sign_ins) + quota // 10 <= max(bursts) <= quota // 4
    routes = {f"/{path.replace('/', '~1')}/{method}" for path, methods in app.routes.items() for method in methods}
    assert {*SIGN_IN, NOTIFY} <= routes
    assert not [name for name in found if "/~1wechat/" in name], "the callback has what every other method has"


def test_without_a_quota_the_usual_one_counts() -> None:
    sign_ins = dict.fromkeys(SIGN_IN, (1000, 500))
    assert throttles(SETTINGS) == {"/*/*": (4000, 2500), NOTIFY: (100, 100), **sign_ins}


@mock_aws
def test_a_raised_quota_raises_the_throttles(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.record("prod").parent.mkdir(parents=True)
    raised = SETTINGS | {"api_gateway_requests": 40_000}
    config = {"app_name": "contest", "stages": {"prod": raised}}
    (project.chalice / "config.json").write_text(json.dumps(config), encoding="utf-8")
    client = boto3.client("apigateway", region_name=REGION)
    api_id = make_api(client)
    recorded = [{"resource_type": "rest_api", "rest_api_id": api_id}]
    project.record("prod").write_text(json.dumps({"resources": recorded}), encoding="utf-8")
    assert main(["--stage", "prod"], project) == 0
    assert unlimited(client, api_id, raised) == []
    assert len(unlimited(client, api_id, SETTINGS)) == 5


@mock_aws
def test_throttles_are_set_and_set_back() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = make_api(client)
    client.create_deployment(restApiId=api_id, stageName="api")
    few = ["oauth/start/GET", "oauth/callback/GET", "s/{code}/GET", "wechatpay/notify/POST"]
    assert unlimited(client, api_id, SETTINGS) == ["*/*", *few]
    for _ in range(2):
        apply_and_deploy(client, api_id, SETTINGS)
        assert unlimited(client, api_id, SETTINGS) == []
    change = {"op": "replace", "path": "/~1oauth~1start/GET/throttling/burstLimit", "value": "5000"}
    client.update_stage(restApiId=api_id, stageName="api", patchOperations=[change])
    assert unlimited(client, api_id, SETTINGS) == ["oauth/start/GET"]


@mock_aws
def test_the_default_address_is_off_where_the_domain_is_api_gateway_s_own() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id, other = make_api(client), make_api(client)
    asked: list[Any] = []
    client.meta.events.register(
        "provide-client-params.api-gateway.UpdateRestApi", lambda params, **_: asked.append(params["patchOperations"])
    )
    apply_and_deploy(client, api_id, SETTINGS, HOST)
    assert asked == [], "behind a CDN it is the origin"
    client.create_domain_name(domainName=HOST)
    apply_and_deploy(client, other, SETTINGS)
    client.create_base_path_mapping(domainName=HOST, restApiId=other, stage="api")
    apply_and_deploy(client, api_id, SETTINGS, HOST)
    assert asked == [], "another API's domain"
    for _ in range(2):
        apply_and_deploy(client, other, SETTINGS, HOST)
    assert asked == [[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]]
    assert client.get_rest_api(restApiId=other)["disableExecuteApiEndpoint"] is True
    client.delete_base_path_mapping(domainName=HOST, basePath="(none)")
    apply_and_deploy(client, other, SETTINGS, HOST)
    assert asked[1:] == [[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "false"}]]
