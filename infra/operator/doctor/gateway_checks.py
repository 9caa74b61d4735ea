"""API Gateway's own answers behind the public address: a deployment sets them back."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from infra.gateway_responses import CODES, differing
from infra.operator.doctor.findings import About, Finding
from infra.operator.doctor.remedies import DEPLOY, GATEWAY
from infra.operator.doctor.target import Target
from infra.operator.operator_errors import code_of

ABOUT = About("网关设置")


def answers(target: Target) -> Iterator[Finding]:
    client = target.client("apigateway")
    found = _behind(target, client)
    if len(found) != 1:
        none = ABOUT.wrong("没有部署接口", DEPLOY)
        yield ABOUT.untold(f"{target.host} 没有路径映射，同名接口有 {len(found)} 个：请手工核对") if found else none
        return
    (api_id,) = found
    if other := differing(client, api_id):
        yield ABOUT.wrong(f"接口 {api_id} 有 {len(other)} 种回答不是本系统的：{'、'.join(other)}", GATEWAY)
    else:
        yield ABOUT.ok(f"接口 {api_id} 的 {len(CODES)} 种回答已写入；是否已生效见“网关自身的回答”")


def _behind(target: Target, client: Any) -> list[str]:
    """The id of the REST API that the domain leads to; else, with CloudFront before it, of all APIs of that name."""
    try:
        found = client.get_base_path_mappings(domainName=target.host).get("items", [])
    except ClientError as error:
        if code_of(error) != "NotFoundException":
            raise
        found = []
    for mapping in found:
        if mapping.get("basePath", "(none)") == "(none)":
            return [str(mapping["restApiId"])]
    apis = client.get_rest_apis(limit=500)["items"]
    return [str(api["id"]) for api in apis if api["name"] == target.config["app_name"]]
