"""The document describes the application's behaviour, as shown by its routes, its codes and generated requests."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.adapters.http.error_answers import ERRORS
from functions.middleware import FROM_SERVERS
from tests.http.browser import Browser
from tests.http.openapi_check import check_answer, contract_routes, document
from tests.http.stage import Stage, claim, draw, pass_attempt

REPRODUCIBLE = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS: list[CheckFunction] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TAKES_NOTHING = {
    "/api/contest",
    "/api/me",
    "/api/units",
    "/api/ranking",
    "/api/lessons",
    "/api/follow-code",
    "/api/proof",
    "/api/attempts",
    "/api/share/code",
    "/api/share/poster.png",
    "/healthz",
    "/{unknown}",
}
"""Routes to which no wrong request exists."""
OPERATIONS = [(path, method.upper()) for path, methods in document()["paths"].items() for method in methods]


def test_the_document_is_valid() -> None:
    validate(document())


def test_every_route_is_documented_and_nothing_else() -> None:
    assert set(OPERATIONS) == contract_routes()


def test_every_code_is_documented_with_its_status() -> None:
    documented = set(document()["components"]["schemas"]["Error"]["properties"]["error"]["properties"]["code"]["enum"])
    assert documented == set(ERRORS)
    found = {(status, code) for _, _, status, code in refusals()}
    assert found <= {(str(status), code) for code, (status, _) in ERRORS.items()}
    assert {code for _, code in found} == documented - {"method_not_allowed"}


def test_what_the_gateway_or_a_middleware_may_answer_is_documented_everywhere() -> None:
    """Throttling, faults and time-outs concern every method; origin and media type only methods that change
    something."""
    for path, method in OPERATIONS:
        documented = set(document()["paths"][path][method.lower()]["responses"])
        assert {"429", "500", "503"} <= documented, (method, path)
        if method != "GET" and path not in FROM_SERVERS:
            assert {"400", "401", "415"} <= documented, (method, path)


OPTIONAL = {"Contest": {"rules", "office"}, "SolvedQuestion": {"withdrawn"}}
"""Fields that only one of the calls answers, and a mark that most lack."""


def test_every_documented_object_is_closed() -> None:
    """Otherwise an undocumented field would not be noticed."""
    for name, schema in document()["components"]["schemas"].items():
        if schema.get("type") == "object":
            assert "additionalProperties" in schema, name
            assert set(schema["required"]) == set(schema["properties"]) - OPTIONAL.get(name, set()), name


def refusals() -> Iterator[tuple[str, str, str, str]]:
    """Path, method, status and code of every documented refusal."""
    for path, method in OPERATIONS:
        for status, response in document()["paths"][path][method.lower()]["responses"].items():
            for code in codes_of(response):
                yield path, method, status, code


def codes_of(node: Any) -> set[str]:
    """Returns the narrowest enumeration of codes that a response refers to."""
    if "$ref" in node:
        *_, section, name = node["$ref"].split("/")
        return codes_of(document()["components"][section][name])
    schema = node.get("content", {}).get("application/json", {}).get("schema", node)
    if schema is not node and "$ref" in schema:
        return codes_of(schema)
    narrowed = next((part for part in schema.get("allOf", []) if "properties" in part), None)
    return set(narrowed["properties"]["error"]["properties"]["code"]["enum"]) if narrowed else set()


@cache
def made_up_from() -> Any:
    """Returns the document as schemathesis reads it."""
    return schemathesis.openapi.from_dict(document())


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda value: value)
def test_requests_made_up_from_the_document(stage: Stage, path: str, method: str) -> None:
    """Correct and incorrect requests, signed in."""
    person = stage.person("alice")
    operation = made_up_from()[path][method]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    if path in TAKES_NOTHING or (path, method) == ("/api/claims", "GET"):
        modes.remove(GenerationMode.NEGATIVE)
    for mode in modes:

        @given(operation.as_strategy(generation_mode=mode))
        @REPRODUCIBLE
        def every(case: Case[Any]) -> None:
            case.validate_response(send(person, case), checks=CHECKS)

        every()


def send(browser: Browser, case: Case[Any]) -> schemathesis.Response:
    """Sends the generated request through the stage's gateway, signed in."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url="http://stage")).prepare()
    made_up = {name: value for name, value in prepared.headers.items() if name not in ("Cookie", "Accept-Encoding")}
    others = re.sub(r"[\w-]*contest_session=", "other=", prepared.headers.get("Cookie", ""))
    cookies = f"__Host-contest_session={browser.jar['__Host-contest_session']}; {others}"
    body = prepared.body or b""
    body = body if isinstance(body, bytes) else body.encode()
    answer = browser.request(str(prepared.method), prepared.path_url, body, {**made_up, "Cookie": cookies})
    return schemathesis.Response(
        status_code=answer.status,
        headers={name: list(values) for name, values in answer.headers.items()},
        content=answer.body,
        request=prepared,
        elapsed=0.0,
        verify=False,
    )


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b'{"status":"ok"}', False), (b'{"status":"ok","more":1}', True), (b'{"status":"bad"}', True), (b"{}", True),
    ],
)  # fmt: skip
def test_the_check_of_every_answer_sees_what_is_wrong(body: bytes, wrong: bool) -> None:
    check: Callable[[], None] = lambda: check_answer("GET", "/healthz", 200, "application/json", body)  # noqa: E731
    if wrong:
        with pytest.raises(AssertionError):
            check()
    else:
        check()
    with pytest.raises(AssertionError):
        check_answer("GET", "/healthz", 201, "application/json", body)


def test_whole_ways_are_documented(stage: Stage) -> None:
    """The browser checks every answer against the document. These are answers that generated requests do not reach."""
    person = stage.person("alice")
    assert claim(person, pass_attempt(stage, person)).status == 201
    assert draw(person)["questions"]
    assert person.get("/api/me").json["claims"]
