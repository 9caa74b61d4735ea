"""Reading HTTP requests: JSON bodies, query parameters and cookies."""

import json
from typing import Any

from chalice.app import Request

from chalicelib.domain.errors import BadRequest, TooLarge

LARGEST_BODY = 16 * 1024


def json_object(request: Request, fields: dict[str, type]) -> dict[str, Any]:
    """Reads the request's JSON object (UTF-8) with exactly these fields, each once. Raises BadRequest or TooLarge."""
    body = raw_body(request)
    if len(body) > LARGEST_BODY:
        raise TooLarge
    try:
        value = json.loads(body.decode(), object_pairs_hook=_distinct)
    except (ValueError, RecursionError):
        raise BadRequest("not JSON") from None
    if not isinstance(value, dict) or set(value) != set(fields):
        raise BadRequest("not an object of exactly the documented fields")
    for name, kind in fields.items():
        if not isinstance(value[name], kind):
            raise BadRequest(f"{name} is of a wrong type")
    return value


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate field")
    return value


def raw_body(request: Request) -> bytes:
    body = request.raw_body
    return body if isinstance(body, bytes) else body.encode()


def query_of(request: Request) -> dict[str, str]:
    """Returns the query's parameters; of several values, the last counts."""
    return {str(name): str(value) for name, value in (request.query_params or {}).items()}


def cookie(request: Request, name: str) -> str:
    """Returns the cookie's value, empty when there is none; of several, the first counts.

    Our values need no unquoting. SimpleCookie would drop all cookies because of one that it cannot parse, such as
    another application's on the same domain.
    """
    for pair in request.headers.get("cookie", "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return str(value)
    return ""
