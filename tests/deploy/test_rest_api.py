"""The document that Chalice imports, laid by smaller calls: every path and method, nothing left of the last."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from infra.deploy.rest_api import import_document, overwrite_document
from tests.engines import REGION

URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:{REGION}:1:function:f/invocations"


def document(*routes: str) -> dict[str, Any]:
    """`GET /a/{b}` and the like."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": URI}
    paths: dict[str, dict[str, Any]] = {}
    for method, path in (route.split() for route in routes):
        paths.setdefault(path, {})[method.lower()] = {"x-amazon-apigateway-integration": integration}
    return {"info": {"title": "contest"}, "paths": paths, "x-amazon-apigateway-binary-media-types": ["image/png"]}


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("apigateway", region_name=REGION)


def routes(client: Any, api_id: str) -> set[str]:
    resources = client.get_resources(restApiId=api_id, embed=["methods"])["items"]
    return {f"{method} {one['path']}" for one in resources for method in one.get("resourceMethods", {})}


def test_every_route_is_laid_also_below_paths_that_have_none(client: Any) -> None:
    wanted = {"GET /", "GET /wechat", "POST /wechat", "POST /api/attempts/{attempt_id}/submission"}

    api_id = import_document(client, document(*wanted), "REGIONAL")

    assert routes(client, api_id) == wanted


def test_name_binary_types_and_endpoint_are_the_documents(client: Any) -> None:
    asked: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.api-gateway.CreateRestApi", lambda params, **_: asked.append(params)
    )

    import_document(client, document("GET /"), "REGIONAL")

    assert asked == [
        {"name": "contest", "binaryMediaTypes": ["image/png"], "endpointConfiguration": {"types": ["REGIONAL"]}}
    ]


def test_each_method_goes_to_the_function(client: Any) -> None:
    api_id = import_document(client, document("PUT /api/me/unit"), "REGIONAL")
    (leaf,) = [one for one in client.get_resources(restApiId=api_id)["items"] if one["path"] == "/api/me/unit"]

    laid = client.get_integration(restApiId=api_id, resourceId=leaf["id"], httpMethod="PUT")

    assert (laid["type"], laid["httpMethod"], laid["uri"]) == ("AWS_PROXY", "POST", URI)


def test_overwriting_leaves_nothing_of_the_last_document(client: Any) -> None:
    api_id = import_document(client, document("GET /", "POST /", "GET /old/one", "GET /kept"), "REGIONAL")

    overwrite_document(client, api_id, document("GET /", "POST /kept", "GET /new"))

    assert routes(client, api_id) == {"GET /", "POST /kept", "GET /new"}
