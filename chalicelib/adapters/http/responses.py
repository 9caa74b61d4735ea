"""Building HTTP responses: JSON bodies and cookies."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import Response

Headers = dict[str, str | list[str]]
HOST_PREFIX = "__Host-"

SECURITY_HEADERS: dict[str, str] = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
"""On every answer, also on API Gateway's own (`infra.gateway_responses`)."""


def security_headers(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: adds them to every response."""
    response = get_response(event)
    response.headers = {**SECURITY_HEADERS, **response.headers}
    return response


def json_response(body: Any, status: int = HTTPStatus.OK, headers: Headers | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kept: Headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return Response(text, status_code=int(status), headers=kept)


def set_cookie(name: str, value: str, seconds: int, secure: bool) -> str:
    """A secure cookie gets the prefix with which no other host and no plain HTTP can set it (RFC 6265bis)."""
    prefix, flags = (HOST_PREFIX, "; Secure") if secure else ("", "")
    return f"{prefix}{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{flags}"
