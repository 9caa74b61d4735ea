"""What API Gateway answers by itself has the contract's shape, and setting it twice changes nothing."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.http import ERRORS
from infra.gateway_responses import CODES, apply, apply_and_deploy, wanted
from tests.engines import REGION

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


@pytest.mark.parametrize("kind", CODES)
def test_each_has_the_contracts_status_and_body(kind: str) -> None:
    response = wanted()[kind]
    status, message = ERRORS[CODES[kind]]
    assert response["statusCode"] == str(status) == str(EXPECTED.get(kind, status))
    template = response["responseTemplates"]["application/json"]
    assert json.loads(template) == {"error": {"code": CODES[kind], "message": message}}
    assert not set("$#\\") & set(template), "characters of the template language"


@mock_aws
def test_they_are_set_and_deployed_once() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = client.create_rest_api(name="contest")["id"]
    root: Any = client.get_resources(restApiId=api_id)["items"][0]
    client.put_method(restApiId=api_id, resourceId=root["id"], httpMethod="GET", authorizationType="NONE")
    client.put_integration(restApiId=api_id, resourceId=root["id"], httpMethod="GET", type="MOCK")

    assert sorted(apply_and_deploy(client, api_id, "api")) == sorted(CODES)
    assert apply_and_deploy(client, api_id, "api") == []

    assert len(client.get_deployments(restApiId=api_id)["items"]) == 1
    found = client.get_gateway_response(restApiId=api_id, responseType="INTEGRATION_TIMEOUT")
    assert found["statusCode"] == "503"
    assert found["responseParameters"] == {"gatewayresponse.header.Cache-Control": "'no-store'"}


@mock_aws
def test_what_somebody_changed_is_set_back() -> None:
    client = boto3.client("apigateway", region_name=REGION)
    api_id = client.create_rest_api(name="contest")["id"]
    apply(client, api_id)
    client.put_gateway_response(restApiId=api_id, responseType="THROTTLED", statusCode="418")
    assert apply(client, api_id) == ["THROTTLED"]
