"""Removes what Chalice deployed: the functions, the API, the rules and the roles."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from infra.operator.cloud.aws_clients import Clients
from infra.operator.operator_errors import OperatorError, unless_missing
from infra.project import Project, Resource

_DESCRIBE: Mapping[str, tuple[str, str, str, str]] = {
    "lambda_function": ("lambda", "get_function_configuration", "FunctionName", "lambda_arn"),
    "iam_role": ("iam", "get_role", "RoleName", "role_name"),
    "rest_api": ("apigateway", "get_rest_api", "restApiId", "rest_api_id"),
    "cloudwatch_event": ("events", "describe_rule", "Name", "rule_name"),
    "sqs_event": ("lambda", "get_event_source_mapping", "UUID", "event_uuid"),
}
"""How to describe a recorded resource: service, operation, argument, and the record's key with its value."""


def remove(stage: str, clients: Clients, project: Project) -> bool:
    """Runs `chalice delete`. Returns False when this checkout has deployed nothing. Raises OperatorError.

    Chalice fails on the first missing resource, and updates its record only at the end. So the resources that an
    interrupted deletion already removed are dropped from the record first.
    """
    recorded = project.resources(stage)
    left = [one for one in recorded if _exists(one, clients)]
    if len(left) < len(recorded):
        project.write_resources(stage, left)
    if not left:
        return False
    for one in left:
        if one["resource_type"] == "rest_api":
            unmap(str(one["rest_api_id"]), clients("apigateway"))
    command = [str(Path(sys.executable).with_name("chalice")), "delete", "--stage", stage]
    if subprocess.run(command, cwd=project.root, check=False).returncode:
        raise OperatorError("chalice delete 没有成功，原因见上。改正后再执行即可接着做。")
    return True


def unmap(api_id: str, gateway: Any) -> None:
    """Deletes the API's base path mappings; the domains remain. A missing mapping is not an error.

    API Gateway refuses to delete a mapped API: "Please remove all base path mappings related to the RestApi in your
    domains" (as in https://github.com/amplify-education/serverless-domain-manager/issues/406).
    """
    for domain, path in list(_mapped(api_id, gateway)):
        unless_missing(partial(gateway.delete_base_path_mapping, domainName=domain, basePath=path))
        print(f"✓ {domain}：不再指向接口 {api_id}，域名保留", flush=True)


def existing_functions(names: Sequence[str], clients: Clients) -> list[str]:
    """Returns the names of the functions that exist, whatever the record says."""
    return [name for name in names if _exists({"resource_type": "lambda_function", "lambda_arn": name}, clients)]


def _mapped(api_id: str, gateway: Any) -> Iterator[tuple[str, str]]:
    """Yields each mapping's domain and base path; `(none)` is the whole domain."""
    for domains in gateway.get_paginator("get_domain_names").paginate():
        for name in (str(one["domainName"]) for one in domains.get("items", [])):
            for mappings in gateway.get_paginator("get_base_path_mappings").paginate(domainName=name):
                for one in mappings.get("items", []):
                    if one["restApiId"] == api_id:
                        yield name, str(one.get("basePath", "(none)"))


def _exists(resource: Resource, clients: Clients) -> bool:
    """Returns whether the resource exists; assumed for types that only Chalice knows how to handle."""
    if resource["resource_type"] not in _DESCRIBE:
        return True
    service, operation, argument, key = _DESCRIBE[resource["resource_type"]]
    found = unless_missing(lambda: getattr(clients(service), operation)(**{argument: resource[key]}))
    # A deleted event source mapping remains for a minute, and a second delete fails.
    return found is not None and str(found.get("State")) != "Deleting"
