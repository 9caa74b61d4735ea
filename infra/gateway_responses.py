"""Sets API Gateway's own responses, for requests that never reach the application, to the contract's shape.

python -m infra.gateway_responses --stage prod     after every `chalice deploy`, which resets them

Uses the API that Chalice recorded in `.chalice/deployed` for this stage. `make deploy` runs both.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import boto3

from chalicelib.adapters.http.error_answers import error_response_body
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
HEADERS = {
    f"gatewayresponse.header.{name}": f"'{value}'"
    for name, value in (SECURITY_HEADERS | {"Cache-Control": "no-store"}).items()
}


def wanted() -> dict[str, Mapping[str, Any]]:
    """Returns the arguments of PutGatewayResponse by type."""
    return {kind: _response(code) for kind, code in CODES.items()}


def differing(client: Any, rest_api_id: str) -> list[str]:
    """Returns the types that are not set as wanted. Those that are set may not be deployed yet."""
    there = _current_responses(client, rest_api_id)
    return [kind for kind, response in wanted().items() if not _matches(there.get(kind, {}), response)]


def apply(client: Any, rest_api_id: str) -> list[str]:
    """Sets the differing responses and returns their types. They take effect with the API's next deployment."""
    changed = differing(client, rest_api_id)
    for kind in changed:
        client.put_gateway_response(restApiId=rest_api_id, responseType=kind, **wanted()[kind])
    return changed


def apply_and_deploy(client: Any, rest_api_id: str, stage: str) -> list[str]:
    """Applies and deploys, even without changes: an earlier run may have ended before its deployment."""
    changed = apply(client, rest_api_id)
    client.create_deployment(restApiId=rest_api_id, stageName=stage, description="gateway responses")
    return changed


def _response(code: str) -> Mapping[str, Any]:
    status, body = error_response_body(code)
    # $ and # are special in the template language. A test checks that the messages contain neither.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return {"statusCode": str(status), "responseParameters": HEADERS, "responseTemplates": {"application/json": text}}


def _current_responses(client: Any, rest_api_id: str) -> dict[str, Mapping[str, Any]]:
    """Returns the responses by type: about twenty, including the defaults that nobody set."""
    items = client.get_gateway_responses(restApiId=rest_api_id, limit=500).get("items", [])
    return {item["responseType"]: item for item in items}


def _matches(there: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    return all(there.get(name) == value for name, value in response.items())


def main(arguments: Sequence[str] | None = None, project: Project = CHECKOUT) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m infra.gateway_responses", description=__doc__)
    parser.add_argument("--stage", required=True, help="部署环境，见 .chalice/config.json")
    stage = parser.parse_args(arguments).stage
    found = project.rest_api(stage)
    if found is None:
        print(f"没有 {stage} 的部署记录（.chalice/deployed/{stage}.json）：请先 make deploy。", file=sys.stderr)
        return 1
    changed = apply_and_deploy(boto3.client("apigateway"), found.api_id, found.api_stage)
    print(f"✓ 接口 {found.api_id} 自身的回答：{f'{len(changed)} 项已更新' if changed else '没有变化'}，已发布")
    return 0


if __name__ == "__main__":
    sys.exit(main())
