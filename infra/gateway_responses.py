"""Sets what Chalice leaves out of API Gateway: responses in the contract's shape, throttles, the default address.

python -m infra.gateway_responses --stage prod     after every `chalice deploy`, which resets them (`make deploy` does)
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import boto3

from chalicelib.adapters.http.error_answers import error_response_body, retry_after
from chalicelib.adapters.http.responses import SECURITY_HEADERS
from infra.project import CHECKOUT, Project

CODES: Mapping[str, str] = {
    "DEFAULT_4XX": "bad_request",
    "DEFAULT_5XX": "internal",
    # An unknown path or method; API Gateway reports it as a missing authentication token.
    "MISSING_AUTHENTICATION_TOKEN": "not_found",
    "RESOURCE_NOT_FOUND": "not_found",
    "REQUEST_TOO_LARGE": "too_large",
    "UNSUPPORTED_MEDIA_TYPE": "unsupported_media_type",
    "THROTTLED": "too_many_requests",
    "QUOTA_EXCEEDED": "too_many_requests",
    "INTEGRATION_FAILURE": "try_again",
    "INTEGRATION_TIMEOUT": "try_again",
}
"""Type of gateway response -> the contract's error code. All other types use the two defaults."""
SIGN_IN = ("/~1oauth~1start/GET", "/~1oauth~1callback/GET", "/~1s~1{code}/GET")
NOTIFY = "/~1wechatpay~1notify/POST"
HEADERS = {
    f"gatewayresponse.header.{name}": f"'{value}'"
    for name, value in (SECURITY_HEADERS | {"Cache-Control": "no-store"}).items()
}


def wanted() -> dict[str, Mapping[str, Any]]:
    """Returns the arguments of PutGatewayResponse by type."""
    return {kind: _response(code) for kind, code in CODES.items()}


def differing(client: Any, rest_api_id: str) -> list[str]:
    """Returns the types that are not set as wanted. Those that are set may not be deployed yet."""
    items = client.get_gateway_responses(restApiId=rest_api_id, limit=500).get("items", [])
    there = {item["responseType"]: item for item in items}
    return [kind for kind, response in wanted().items() if not response.items() <= there.get(kind, {}).items()]


def mapped_api(client: Any, host: str) -> str:
    """Returns the id of the REST API at the domain's root; empty where the domain is not API Gateway's own."""
    try:
        found = client.get_base_path_mappings(domainName=host).get("items", [])
    except client.exceptions.NotFoundException:
        return ""
    return next((str(one["restApiId"]) for one in found if one.get("basePath", "(none)") == "(none)"), "")


def throttles(settings: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Method -> requests a second, burst; `*` is each other one. A flood of one, or of all sign-ins, leaves WeChat's
    callback its part of the account's quota, which the stage's settings name if it was raised. One of WeChat
    Pay's notifications, repeated for five minutes, must not keep the payout workers from winners."""
    quota = settings.get("api_gateway_requests", 10_000)
    few = {**dict.fromkeys(SIGN_IN, (quota // 10, quota // 20)), NOTIFY: (quota // 100, quota // 100)}
    return {"/*/*": (quota * 2 // 5, quota // 4), **few}


def unlimited(client: Any, rest_api_id: str, settings: Mapping[str, Any]) -> list[str]:
    """Returns the methods whose throttle is not set as wanted."""
    stage = client.get_stage(restApiId=rest_api_id, stageName=settings["api_gateway_stage"])
    there = {
        name.replace("~1", "/").lstrip("/"): (one.get("throttlingRateLimit"), one.get("throttlingBurstLimit"))
        for name, one in stage.get("methodSettings", {}).items()
    }
    wanted = {name.replace("~1", "/").lstrip("/"): limits for name, limits in throttles(settings).items()}
    return [name for name, limits in wanted.items() if there.get(name) != limits]


def apply(client: Any, rest_api_id: str) -> list[str]:
    """Sets the differing responses and returns their types. They take effect with the API's next deployment."""
    changed = differing(client, rest_api_id)
    for kind in changed:
        client.put_gateway_response(restApiId=rest_api_id, responseType=kind, **wanted()[kind])
    return changed


def apply_and_deploy(client: Any, rest_api_id: str, settings: Mapping[str, Any], host: str = "") -> list[str]:
    """Applies and deploys, even without changes: an earlier run may have ended before its deployment.

    The default execute-api address is off where `host` is API Gateway's own domain; a CDN needs it as its origin.
    """
    changed, stage = apply(client, rest_api_id), settings["api_gateway_stage"]
    off = bool(host) and mapped_api(client, host) == rest_api_id
    if client.get_rest_api(restApiId=rest_api_id).get("disableExecuteApiEndpoint", False) is not off:
        operation = {"op": "replace", "path": "/disableExecuteApiEndpoint", "value": str(off).lower()}
        client.update_rest_api(restApiId=rest_api_id, patchOperations=[operation])
    client.create_deployment(restApiId=rest_api_id, stageName=stage, description="gateway responses")
    operations = [
        {"op": "replace", "path": f"{method}/throttling/{name}Limit", "value": str(value)}
        for method, limits in throttles(settings).items()
        for name, value in zip(("rate", "burst"), limits, strict=True)
    ]
    client.update_stage(restApiId=rest_api_id, stageName=stage, patchOperations=operations)
    return changed


def _response(code: str) -> Mapping[str, Any]:
    status, body = error_response_body(code)
    # $ and # are special in the template language. A test checks that the messages contain neither.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    parameters = HEADERS | {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in retry_after(code).items()}
    return {
        "statusCode": str(status),
        "responseParameters": parameters,
        "responseTemplates": {"application/json": text},
    }


def main(arguments: Sequence[str] | None = None, project: Project = CHECKOUT) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.gateway_responses", description=__doc__)
    parser.add_argument("--stage", required=True, help="部署环境，见 .chalice/config.json")
    stage = parser.parse_args(arguments).stage
    api_id = project.rest_api(stage)
    if api_id is None:
        print(f"没有 {stage} 的部署记录（.chalice/deployed/{stage}.json）：请先 make deploy。", file=sys.stderr)
        return 1
    host = urlsplit(project.identity(stage)["PUBLIC_BASE_URL"]).hostname or ""
    changed = apply_and_deploy(boto3.client("apigateway"), api_id, project.settings(stage), host)
    print(f"✓ 接口 {api_id} 自身的回答：{f'{len(changed)} 项已更新' if changed else '没有变化'}，已发布")
    return 0


if __name__ == "__main__":
    sys.exit(main())
