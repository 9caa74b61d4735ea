"""Converts an HTTP request to API Gateway's proxy event, and the function's result to an HTTP response.

Pure, except for the request id and time in every event.
"""

import base64
import gzip
import re
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from chalice.local import RouteMatcher

_GZIP_FROM_BYTES = 1024
"""`minimum_compression_size` of `.chalice/config.json`."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as received: `target` is the path with its query; `headers` are in order and may repeat."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes = b""

    def header(self, name: str) -> str:
        """Returns the last value of a header, "" if absent."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response as sent: one header per line, without Content-Length."""

    status: int
    headers: Sequence[tuple[str, str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Resource:
    """A route's template, such as `/s/{code}`, and its parameters' values in this request."""

    template: str
    parameters: Mapping[str, str]


def find_resource(templates: Iterable[str], target: str) -> Resource | None:
    """Finds the route for a path. Literal parts take precedence over parameters; a trailing slash is ignored."""
    try:
        found = RouteMatcher(list(templates)).match_route(target)
    except ValueError:
        return None
    # Chalice also captures parameters of routes that match only in part.
    own = {name: unquote(part) for name, part in found.captured.items() if f"{{{name}}}" in found.route}
    return Resource(found.route, own)


def proxy_event(request: HttpRequest, resource: Resource, binary_types: Sequence[str]) -> dict[str, Any]:
    """Makes the event of a REST API's Lambda proxy integration (payload format 1.0)."""
    parts = urlsplit(request.target)
    path, query = parts.path, parse_qs(parts.query, keep_blank_values=True)
    headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        headers.setdefault(name, []).append(value)
    text, encoded = _event_body(request, binary_types)
    return {
        "resource": resource.template,
        "path": path,
        "httpMethod": request.method,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(resource.parameters) or None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource.template,
            "httpMethod": request.method,
            "path": path,
            "stage": "api",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid.uuid4()),
            "requestTimeEpoch": int(time.time() * 1000),
            "identity": {"sourceIp": "127.0.0.1", "userAgent": None},
        },
        "body": text,
        "isBase64Encoded": encoded,
    }


def _event_body(request: HttpRequest, binary_types: Sequence[str]) -> tuple[str | None, bool]:
    if request.body and _is_binary(request.header("Content-Type"), binary_types):
        return base64.b64encode(request.body).decode(), True
    return request.body.decode(errors="replace") or None, False


def _is_binary(header: str, binary_types: Sequence[str]) -> bool:
    """Compares the first media type alone and literally, as API Gateway does; registered, `*/*` is every type."""
    return "*/*" in binary_types or re.split("[,;]", header)[0].strip().lower() in binary_types


def http_response(result: Mapping[str, Any], request: HttpRequest, binary_types: Sequence[str]) -> HttpResponse:
    """Converts a handler's result, compressed if the client accepts that. Raises `KeyError`, `ValueError` or
    `TypeError` for an invalid proxy result. Without a binary `Accept` the client gets Base64 text."""
    body, decoded = result.get("body") or "", _is_binary(request.header("Accept"), binary_types)
    content = base64.b64decode(body) if decoded and result.get("isBase64Encoded") else str(body).encode()
    headers = [(name, str(value)) for name, value in (result.get("headers") or {}).items()]
    for name, values in (result.get("multiValueHeaders") or {}).items():
        headers = [pair for pair in headers if pair[0].lower() != name.lower()]
        headers += [(name, str(value)) for value in values]
    headers = [pair for pair in headers if pair[0].lower() not in ("content-length", "connection")]
    if _compressible(request, headers, content):
        headers.append(("Content-Encoding", "gzip"))
        content = _compressed(content)
    return HttpResponse(int(result["statusCode"]), headers, content)


@lru_cache(64)
def _compressed(content: bytes) -> bytes:
    """The page and its script are the same for everybody; compressing them took a tenth of the gateway's CPU."""
    return gzip.compress(content, mtime=0)


def _compressible(request: HttpRequest, headers: Sequence[tuple[str, str]], content: bytes) -> bool:
    accepted = {part.split(";")[0].strip() for part in request.header("Accept-Encoding").lower().split(",")}
    encoded = any(name.lower() == "content-encoding" for name, _ in headers)
    return "gzip" in accepted and not encoded and len(content) >= _GZIP_FROM_BYTES
