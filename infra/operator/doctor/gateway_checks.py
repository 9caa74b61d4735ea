"""Checks the domain's certificate and API Gateway's own responses."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from chalicelib.adapters.http.error_answers import ERRORS
from chalicelib.adapters.http.render import moment
from infra.gateway_responses import CODES, differing, mapped_api, unlimited
from infra.operator.doctor.address_checks import json_of
from infra.operator.doctor.findings import GATEWAY, About, Finding
from infra.operator.doctor.target import HTTP_SECONDS, Target
from infra.operator.operator_errors import DEPLOY

CERTIFICATE, ANSWERS, UNKNOWN = About("TLS 证书"), About("网关设置"), About("网关自身的回答")
AFTERWARDS = timedelta(days=14)
"""How long after the closing payouts continue and participants look up their records."""
NO_PATH = "/contest-doctor/no-such-path"


def unknown_path(target: Target) -> Iterator[Finding]:
    answer = target.get(NO_PATH)
    status, message = ERRORS["not_found"]
    if (answer.status_code, json_of(answer)) == (status, {"error": {"code": "not_found", "message": message}}):
        yield UNKNOWN.ok("不存在的路径得到本系统的 404")
    else:
        yield UNKNOWN.wrong(f"不存在的路径回答 {answer.status_code}，不是本系统的样式", GATEWAY)


def answers(target: Target) -> Iterator[Finding]:
    client = target.client("apigateway")
    found = _api_ids(target, client)
    if len(found) != 1:
        none = ANSWERS.wrong("没有部署接口", DEPLOY)
        yield ANSWERS.unknown(f"{target.host} 没有路径映射，同名接口有 {len(found)} 个：请手工核对") if found else none
        return
    (api_id,) = found
    if other := differing(client, api_id):
        yield ANSWERS.wrong(f"接口 {api_id} 有 {len(other)} 种回答不是本系统的：{'、'.join(other)}", GATEWAY)
    elif other := unlimited(client, api_id, target.config["stages"][target.stage]):
        yield ANSWERS.wrong(f"接口 {api_id} 的限流不是本系统的：{'、'.join(other)}", GATEWAY)
    else:
        yield ANSWERS.ok(f"接口 {api_id} 的 {len(CODES)} 种回答已写入；是否已生效见“网关自身的回答”")
    is_open = not client.get_rest_api(restApiId=api_id).get("disableExecuteApiEndpoint", False)
    if is_open and mapped_api(client, target.host) == api_id:
        yield ANSWERS.warning(f"接口 {api_id} 的默认网址 execute-api 还开着，可以绕过域名", GATEWAY)


def _api_ids(target: Target, client: Any) -> list[str]:
    """Returns the id of the REST API mapped to the domain; without a mapping (CloudFront), of all APIs of that name."""
    if mapped := mapped_api(client, target.host):
        return [mapped]
    apis = client.get_rest_apis(limit=500)["items"]
    return [str(api["id"]) for api in apis if api["name"] == target.config["app_name"]]


def certificate(target: Target) -> Iterator[Finding]:
    parts = urlsplit(target.url)
    if parts.scheme != "https":
        yield CERTIFICATE.unknown("公网地址不是 https")
        return
    try:
        ends = certificate_expiry(target.host, parts.port or 443, ssl.create_default_context())
    except ssl.SSLCertVerificationError as error:
        advice = "在 ACM 换上该域名的有效证书并绑定到自定义域名"
        yield CERTIFICATE.wrong(f"证书不受信任（{error.verify_message}）", advice)
        return
    if outlasts_contest(ends, target.contest.window.closes_at, target.now()):
        yield CERTIFICATE.ok(f"受信任，有效至 {moment(ends)}")
    else:
        yield CERTIFICATE.wrong(f"{moment(ends)} 到期，早于结束后 14 天", "续期并重新绑定")


def outlasts_contest(ends: datetime, closes_at: datetime, now: datetime) -> bool:
    """Returns whether a certificate is valid now and until two weeks after the closing."""
    return now < ends and closes_at + AFTERWARDS <= ends


def certificate_expiry(host: str, port: int, context: ssl.SSLContext) -> datetime:
    """Returns when the server's certificate expires. Raises SSLCertVerificationError if `context` does not trust it."""
    with (
        socket.create_connection((host, port), timeout=HTTP_SECONDS[0]) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
