"""Reading what comes in and writing WeChat's JSON: shared by the views."""

import json
from typing import Any

from flask import Response, request

from infra.simulator.simulator_errors import ControlError, PlatformError

# In front of the epoch's first day or behind this, dates cannot be written any more.
_LAST_SECOND = 32_503_680_000


def wechat_json(answer: Any) -> Response:
    """WeChat writes Chinese as it is, and says so in UTF-8."""
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; charset=utf-8")


def ok() -> Response:
    return wechat_json({"errcode": 0, "errmsg": "ok"})


def platform_error(error: PlatformError) -> Response:
    return wechat_json({"errcode": error.errcode, "errmsg": error.errmsg})


def platform_body() -> dict[str, Any]:
    """The JSON object in the body. Raises `PlatformError` 47001."""
    body = _json()
    if not isinstance(body, dict):
        raise PlatformError(47001, "data format error")
    return body


def control_body() -> dict[str, Any]:
    """The JSON object in the body; an absent body is an empty one. Raises `ControlError` 400."""
    body = _json() if request.get_data() else {}
    if not isinstance(body, dict):
        raise ControlError(400, "bad_json")
    return body


def control_list() -> list[Any]:
    """The JSON list in the body; one object stands for a list of it. Raises `ControlError` 400."""
    body = _json()
    if isinstance(body, dict):
        return [body]
    if not isinstance(body, list):
        raise ControlError(400, "bad_json")
    return body


def _json() -> Any:
    try:
        body = json.loads(request.get_data())
        # A lone surrogate is a string in JSON but has no bytes, so it would break whatever is built from it.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return body


def text_field(body: dict[str, Any], name: str, most: int, default: str | None = None) -> str:
    """A string of at most `most` characters; required, and not empty, without a default."""
    value = body.get(name, default)
    if not isinstance(value, str) or len(value) > most or (default is None and not value):
        raise ControlError(400, f"bad_{name}")
    return value


def int_field(body: dict[str, Any], name: str, default: int, most: int = _LAST_SECOND) -> int:
    value = body.get(name, default)
    if type(value) is not int or not 0 <= value <= most:
        raise ControlError(400, f"bad_{name}")
    return value


def bool_field(body: dict[str, Any], name: str, default: bool) -> bool:
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise ControlError(400, f"bad_{name}")
    return value
