"""Building HTTP responses: JSON bodies and cookies."""

import json
from http import HTTPStatus
from typing import Any

from chalice.app import Response

Headers = dict[str, str | list[str]]


def json_response(body: Any, status: int = HTTPStatus.OK, headers: Headers | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kept: Headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return Response(text, status_code=int(status), headers=kept)


def set_cookie(name: str, value: str, seconds: int, secure: bool) -> str:
    flags = "; Secure" if secure else ""
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{flags}"
