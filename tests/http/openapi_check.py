"""Checks an answer against docs/openapi.yaml."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

import app
from infra.local.proxy_event import find_resource

PATH = Path(__file__).parents[2] / "docs/openapi.yaml"
OUTSIDE_ANY_OPERATION = {(404, "not_found"), (405, "method_not_allowed"), (413, "too_large")}


GZIP = b"\x1f\x8b"


@cache
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(PATH.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def contract_routes() -> set[tuple[str, str]]:
    """Returns path and method of the application's routes, without the organiser's desk, which is no part of the
    contract."""
    routes = {(path, method) for path, methods in app.app.routes.items() for method in methods}
    return {(path, method) for path, method in routes if not is_desk(path)}


def is_desk(target: str) -> bool:
    return target.partition("?")[0] == "/desk" or target.startswith("/desk/")


def check_answer(method: str, target: str, status: int, content_type: str, body: bytes) -> None:
    """Raises AssertionError for an answer that the document does not describe."""
    if is_desk(target):
        return
    if body.startswith(GZIP):
        body = gzip.decompress(body)
    place = find_resource(document()["paths"], target)
    operation = document()["paths"][place.template].get(method.lower()) if place else None
    if operation is None or (status == 413 and "413" not in operation["responses"]):
        _check(("components", "schemas", "Error"), json.loads(body))
        assert (status, json.loads(body)["error"]["code"]) in OUTSIDE_ANY_OPERATION
        return
    assert place
    responses = operation["responses"]
    assert str(status) in responses, f"{method} {place.template} answers {status}: {body[:200]!r}"
    where = ("paths", place.template, method.lower(), "responses", str(status))
    if "$ref" in responses[str(status)]:
        where = tuple(responses[str(status)]["$ref"].removeprefix("#/").split("/"))
    _check_content(where, content_type.split(";")[0], body)


def _check_content(where: tuple[str, ...], media_type: str, body: bytes) -> None:
    found: Any = document()
    for step in where:
        found = found[step]
    if "content" not in found:
        assert body == b"", f"{'/'.join(where)} documents no body"
        return
    assert media_type in found["content"], f"{'/'.join(where)} documents no {media_type}"
    if media_type == "image/png":
        assert body.startswith(b"\x89PNG\r\n\x1a\n")
        return
    value = json.loads(body) if media_type == "application/json" else body.decode()
    _check((*where, "content", media_type, "schema"), value)


def _check(where: tuple[str, ...], value: Any) -> None:
    errors = [error.message for error in _validator(where).iter_errors(value)]
    assert not errors, f"{'/'.join(where)}: {errors}"


@cache
def _validator(where: tuple[str, ...]) -> OAS31Validator:
    pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in where)
    resource = Resource.from_contents(document(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:document", resource)
    checker = OAS31Validator.FORMAT_CHECKER
    return OAS31Validator({"$ref": f"urn:document#/{pointer}"}, registry=registry, format_checker=checker)
