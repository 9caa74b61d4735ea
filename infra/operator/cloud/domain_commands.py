"""`./contest domain bind`: maps the public address to the deployed API, and prints the steps that remain by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from typer import Option

from infra.operator.command_line import Noun, flags
from infra.operator.terminal import By, WhyIfAny, signed
from infra.project import CHECKOUT, Project

ROOT_PATH = "(none)"
"""API Gateway's name for a mapping of the whole domain."""
domain = Noun("domain", "公网域名 / the public address", "部署 / the deployment")


@domain.changes("bind")
def bind(
    certificate: Annotated[
        str | None,
        Option("--certificate", metavar="ARN", help="ACM 证书，默认按域名查找 / by default found by its name"),
    ] = None,
    reason: WhyIfAny = "",
    by: By = None,
) -> int:
    """把域名指向已部署的接口，可重复执行 / map the domain to the deployed API

    Exit status 1 if something remains to be done by hand before it can be bound.
    """
    from chalicelib.domain.operator_log import LogEntry
    from infra.operator.cloud import aws_clients
    from infra.operator.cloud.stack_log import log_stack_act, now
    from infra.operator.confirmation import consent
    from infra.operator.deployment import public_url, use_cloud_deployment
    from infra.shared_record import SharedRecord

    wanted = use_cloud_deployment(flags.stage, CHECKOUT)
    host = urlsplit(public_url(wanted.url)).hostname or ""
    caller = aws_clients.print_account(aws_clients.clients, wanted.stage, wanted.prefix)
    SharedRecord(CHECKOUT, wanted, aws_clients.clients("ssm"), signed(caller.name, by)).fetch()
    binding = Binding(host, CHECKOUT, wanted.stage, aws_clients.clients("apigateway"))
    found = binding.check(certificate, lambda: aws_clients.clients("acm"))
    if not found:
        print(f"没有 {host} 的有效证书。请手工：在 ACM（同一区域）申请或导入 {host} 的证书并完成验证，再执行一次。")
        return 1
    consent(f"部署 {wanted.prefix}：把 {host} 指向接口 {binding.api_id}？")
    entry = LogEntry(now(), signed(caller.name, by), "domain bind", new=host, reason=reason)
    log_stack_act(aws_clients.clients, wanted.prefix, entry)
    target = binding.bind(found)
    print(f"✓ {host} 已指向接口 {binding.api_id}，接口的默认网址已关闭")
    print(f"还须手工：在 DNS 把 {host} 以 CNAME 指向 {target}；域名已备案。之后 ./contest doctor 检查“公网地址”。")
    return 0


@dataclass(frozen=True, slots=True)
class Binding:
    """`gateway` is API Gateway's client."""

    host: str
    project: Project
    stage: str
    gateway: Any

    @property
    def api_id(self) -> str:
        """Raises OperatorError when nothing is deployed."""
        from infra.operator.operator_errors import OperatorError

        found = self.project.rest_api(self.stage)
        if found is None:
            raise OperatorError(f"还没有部署接口：请先 make deploy STAGE={self.stage}。")
        return found

    def check(self, certificate: str | None, acm: Any) -> str:
        """Returns the certificate to use, `-` if the domain is there already; empty if none is found.

        `acm` makes ACM's client. Raises OperatorError if the domain is mapped to another API.
        """
        from infra.gateway_responses import mapped_api
        from infra.operator.operator_errors import OperatorError

        mapped = mapped_api(self.gateway, self.host)
        if mapped not in ("", self.api_id):
            raise OperatorError(
                f"{self.host} 现在指向另一接口 {mapped}，没有改动。确认不再用它的："
                f"aws apigateway delete-base-path-mapping --domain-name {self.host} --base-path '{ROOT_PATH}'"
            )
        return "-" if self._domain() else certificate or _certificate(acm(), self.host)

    def bind(self, certificate: str) -> str:
        """Returns the name for the DNS record. Each part that is there already stays."""
        from infra.gateway_responses import apply_and_deploy, mapped_api

        settings = self.project.settings(self.stage)
        there = self._domain()
        found = there or self.gateway.create_domain_name(
            domainName=self.host,
            regionalCertificateArn=certificate,
            endpointConfiguration={"types": ["REGIONAL"]},
            securityPolicy="TLS_1_2",
        )
        if there is None or not mapped_api(self.gateway, self.host):
            api, stage = self.api_id, settings["api_gateway_stage"]
            self.gateway.create_base_path_mapping(domainName=self.host, restApiId=api, stage=stage)
        apply_and_deploy(self.gateway, self.api_id, settings, self.host)
        return str(found.get("regionalDomainName", "接口的 regionalDomainName"))

    def _domain(self) -> Mapping[str, Any] | None:
        from infra.operator.operator_errors import unless_missing

        found: Mapping[str, Any] | None = unless_missing(lambda: self.gateway.get_domain_name(domainName=self.host))
        return found


def _certificate(acm: Any, host: str) -> str:
    """Returns the ARN of an issued certificate for the host or for all names beside it; empty if there is none."""
    names = {host: 0, f"*.{host.partition('.')[2]}": 1}
    pages = acm.get_paginator("list_certificates").paginate(CertificateStatuses=["ISSUED"])
    issued = [one for page in pages for one in page["CertificateSummaryList"] if one["DomainName"] in names]
    return str(min(issued, key=lambda one: names[one["DomainName"]])["CertificateArn"]) if issued else ""
