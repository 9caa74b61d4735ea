"""HTTP: errors and their Chinese messages, bodies, cookies, and the session."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from chalice.app import Blueprint, Request, Response

from chalicelib.adapters.logs import where
from chalicelib.adapters.sealing import Sealer, Unsealed
from chalicelib.domain.errors import BadRequest, ContestError, NotSignedIn, TooLarge

log = logging.getLogger(__name__)
Headers = dict[str, str | list[str]]
View = Callable[..., Response]

ERRORS: dict[str, tuple[int, str]] = {
    "not_signed_in": (401, "请在微信中打开并登录后再参加。"),
    "not_following": (403, "请先关注公众号，再参加竞赛。"),
    "bad_request": (400, "请求有误，请返回首页重试。"),
    "contest_not_open": (403, "竞赛尚未开始，敬请期待。"),
    "contest_closed": (403, "竞赛已经结束，感谢参与。"),
    "contest_paused": (503, "竞赛暂停片刻，请稍后再试。"),
    "attempt_invalid": (400, "这份答卷无效，请重新开始答题。"),
    "attempt_expired": (409, "答题时间已过，请重新开始答题。"),
    "attempt_already_graded": (409, "这份答卷已经交过，不能再改。"),
    "not_passed": (409, "这次没有达到领取红包的成绩，再答一次吧。"),
    "no_chance_left": (409, "您的红包机会已经用完。"),
    "prizes_exhausted": (409, "红包已经全部发完，感谢参与。"),
    "on_hold": (403, "您的领取资格正在核实，如有疑问请联系主办方。"),
    "unit_already_set": (409, "您已经选择过单位，不能更改。"),
    "unknown_unit": (400, "没有这个单位，请从列表中选择。"),
    "sharing_off": (404, "本次竞赛没有开放分享。"),
    "too_many_requests": (429, "操作太快了，请稍等几秒再提交。"),
    "try_again": (503, "现在人有点多，请再试一次。"),
    "not_found": (404, "没有找到您要的内容。"),
    "method_not_allowed": (405, "不支持这种请求方式。"),
    "too_large": (413, "提交的内容太大了。"),
    "unsupported_media_type": (415, "请以 JSON 格式提交。"),
    "internal": (500, "系统开小差了，请稍后再试。"),
}
"""code -> status and message for the participant, as in the HTTP contract."""

FRAMEWORK_CODES = {
    400: "bad_request",  # a picture, for a client that accepts none
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
LARGEST_BODY = 16 * 1024
SESSION_COOKIE = "contest_session"
SESSION_SECONDS = 3 * 24 * 3600


def error_response_body(code: str) -> tuple[int, dict[str, Any]]:
    """Returns the status and body of an error of the contract."""
    status, message = ERRORS[code]
    return status, {"error": {"code": code, "message": message}}


def error_response(code: str) -> Response:
    status, body = error_response_body(code)
    return json_response(body, status)


def json_response(body: Any, status: int = HTTPStatus.OK, headers: Headers | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    kept: Headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})}
    return Response(text, status_code=int(status), headers=kept)


def route(bp: Blueprint, method: str, path: str, **options: Any) -> Callable[[View], View]:
    """`bp.route`, with errors in the contract's shape. Chalice itself would log them with their contents."""
    if method == "GET":
        # Some clients send a Content-Type with every request; without a body it means nothing.
        options.setdefault("content_types", ["*/*"])

    def register(view: View) -> View:
        @wraps(view)
        def answering(**arguments: str) -> Response:
            try:
                return view(**arguments)
            except ContestError as refusal:
                return error_response(refusal.code)
            except Exception as error:  # noqa: BLE001 - the outermost handler before the client
                log.error("unexpected %s", where(error))
                return error_response("internal")

        registered: View = bp.route(path, methods=[method], **options)(answering)
        return registered

    return register


def uniform_errors(event: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware: the framework's own errors get the contract's shape too."""
    response = get_response(event)
    body = response.body
    if isinstance(body, dict) and "Code" in body:
        return error_response(FRAMEWORK_CODES.get(response.status_code, "internal"))
    return response


@contextmanager
def behind(barred: Callable[[], ContestError | None]) -> Iterator[None]:
    """Reports a faulty body only if phase and pause allow the request: they are checked first."""
    try:
        yield
    except ContestError as wrong:
        raise barred() or wrong from None


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
        raise ValueError("a field stands there twice")
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


def set_cookie(name: str, value: str, seconds: int, secure: bool) -> str:
    flags = "; Secure" if secure else ""
    return f"{name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{flags}"


class SealedSessions:
    """Implements the Sessions port with a sealed cookie."""

    def __init__(self, sealer: Sealer, secure: bool) -> None:
        self._sealer, self._secure = sealer, secure

    def start(self, openid: str, now: datetime) -> str:
        """The Set-Cookie header that signs a participant in."""
        return set_cookie(SESSION_COOKIE, self._sealer.seal({"o": openid}, now), SESSION_SECONDS, self._secure)

    def openid(self, request: Request, now: datetime) -> str:
        """Raises NotSignedIn for a missing, forged or expired session."""
        try:
            return str(self._sealer.open_within(cookie(request, SESSION_COOKIE), SESSION_SECONDS, now)["o"])
        except (Unsealed, KeyError, TypeError):
            raise NotSignedIn from None
