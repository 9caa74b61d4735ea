"""API Gateway's import of a Swagger document, made of its smaller calls: for an emulator that lacks the import.

It supports only the parts that Chalice writes for this application: paths, methods, Lambda integrations and binary
types.
"""

from collections.abc import Mapping
from typing import Any


def import_document(client: Any, document: Mapping[str, Any], endpoint_type: str) -> str:
    """ImportRestApi. `client` is an API Gateway client. Returns the id of the new API."""
    made = client.create_rest_api(
        name=document["info"]["title"],
        binaryMediaTypes=document.get("x-amazon-apigateway-binary-media-types", []),
        endpointConfiguration={"types": [endpoint_type]},
    )
    api_id = str(made["id"])
    _lay(client, api_id, document["paths"])
    return api_id


def overwrite_document(client: Any, api_id: str, document: Mapping[str, Any]) -> None:
    """PutRestApi in its overwriting mode. The deployed API does not change until the next deployment."""
    # The deepest resources are deleted first: deleting a parent may delete its children or leave them without a parent.
    for _, resource in sorted(_resources(client, api_id).items(), key=lambda one: -len(one[0])):
        if resource["path"] != "/":
            client.delete_resource(restApiId=api_id, resourceId=resource["id"])
            continue
        for method in resource.get("resourceMethods", {}):
            client.delete_method(restApiId=api_id, resourceId=resource["id"], httpMethod=method)
    _lay(client, api_id, document["paths"])


def _lay(client: Any, api_id: str, paths: Mapping[str, Mapping[str, Any]]) -> None:
    known = {path: str(resource["id"]) for path, resource in _resources(client, api_id).items()}
    for path, methods in paths.items():
        resource_id = _resource(client, api_id, known, path)
        for method, operation in methods.items():
            where = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": method.upper()}
            integration = operation["x-amazon-apigateway-integration"]
            client.put_method(**where, authorizationType="NONE")
            client.put_integration(
                **where,
                type=integration["type"].upper(),
                integrationHttpMethod=integration["httpMethod"],
                uri=integration["uri"],
            )


def _resource(client: Any, api_id: str, known: dict[str, str], path: str) -> str:
    """Returns the id of the resource at `path`; makes it and its parents if they are missing."""
    if path not in known:
        above, _, part = path.rpartition("/")
        parent = _resource(client, api_id, known, above or "/")
        known[path] = client.create_resource(restApiId=api_id, parentId=parent, pathPart=part)["id"]
    return known[path]


def _resources(client: Any, api_id: str) -> dict[str, Mapping[str, Any]]:
    pages = client.get_paginator("get_resources").paginate(restApiId=api_id)
    return {resource["path"]: resource for page in pages for resource in page["items"]}
