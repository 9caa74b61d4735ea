"""Building HTTP responses: JSON bodies and cookies."""

import json
from base64 import b64encode
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from chalice.app import CaseInsensitiveMapping, Request, Response

Headers = dict[str, str | list[str]]
HOST_PREFIX = "__Host-"

SECURITY_HEADERS: dict[str, str] = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
"""The headers of every response, including those that API Gateway makes itself (`infra.gateway_responses`)."""


class Answer(Response):
    """A response that encodes only bytes in Base64. Chalice decides by the binary types, and `*/*` makes every response
    binary."""

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = super().to_dict()
        if isinstance(self.body, bytes):
            answer |= {"body": b64encode(self.body).decode(), "isBase64Encoded": True}
        return answer


def finish_response(event: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware, the outermost: makes every response an `Answer` with the security headers."""
    if "accept" not in event.headers:
        # With `*/*` among the binary types, Chalice refuses every request that has none.
        event.headers = CaseInsensitiveMapping({**event.headers, "accept": "*/*"})
    response = get_response(event)
    return Answer(response.body, {**SECURITY_HEADERS, **response.headers}, response.status_code)


def json_response(body: Any, status: int = HTTPStatus.OK, headers: Headers | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kept: Headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return Response(text, status_code=int(status), headers=kept)


def redirect(target: str, *cookies: str) -> Response:
    """`cookies` are Set-Cookie headers."""
    headers: Headers = {"Location": target, "Cache-Control": "no-store"}
    if cookies:
        headers["Set-Cookie"] = list(cookies)
    return Response("", status_code=int(HTTPStatus.FOUND), headers=headers)


def set_cookie(name: str, value: str, seconds: int, secure: bool, same_site: str = "Lax") -> str:
    """Returns the Set-Cookie header. A secure cookie's name gets the prefix that prevents other hosts and plain HTTP
    from setting it (RFC 6265bis)."""
    prefix, flags = (HOST_PREFIX, "; Secure") if secure else ("", "")
    return f"{prefix}{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite={same_site}{flags}"
