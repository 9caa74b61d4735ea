"""Errors as HTTP answers: each code's status and Chinese message, and the places where exceptions become answers."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any

from chalice.app import Blueprint, Request, Response

from chalicelib.adapters.http.render import moment
from chalicelib.adapters.http.responses import Headers, json_response
from chalicelib.adapters.logs import where
from chalicelib.domain.errors import ContestError
from chalicelib.domain.fairness import FollowFirst
from chalicelib.domain.shanghai import day_and_time

log = logging.getLogger(__name__)
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
    "follow_first": (403, "您关注公众号的时间还短，请稍后再来开红包。"),
    "unit_already_set": (409, "您已经选择过单位，不能更改。"),
    "unknown_unit": (400, "没有这个单位，请从列表中选择。"),
    "sharing_off": (404, "本次竞赛没有开放分享。"),
    "nothing_to_receive": (409, "这笔红包现在没有待收的款项，请刷新页面查看。"),
    "too_many_requests": (429, "操作太快了，请稍等几秒再提交。"),
    "try_again": (503, "现在人有点多，请再试一次。"),
    "not_found": (404, "没有找到您要的内容。"),
    "method_not_allowed": (405, "不支持这种请求方式。"),
    "too_large": (413, "提交的内容太大了。"),
    "unsupported_media_type": (415, "请以 JSON 格式提交。"),
    "internal": (500, "系统开小差了，请稍后再试。"),
}
"""code -> status and message for the participant, as in the HTTP contract."""

RETRY_AFTER = {"too_many_requests": 5, "try_again": 2, "contest_paused": 15}
"""code -> the seconds after which the client may ask again: the header Retry-After of every 429 and 503. A pause takes
minutes, so asking more often would only cost."""

FRAMEWORK_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}


def error_response_body(code: str, more: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    """Returns the status and body of an error of the contract; `more` are further fields of the error."""
    status, message = ERRORS[code]
    return status, {"error": {"code": code, "message": message, **(more or {})}}


def error_response(code: str, more: Mapping[str, str] | None = None) -> Response:
    status, body = error_response_body(code, more)
    return json_response(body, status, retry_after(code))


def retry_after(code: str) -> Headers:
    """Returns the header that tells the client when to ask again; none for a code that asking again cannot help."""
    return {"Retry-After": str(RETRY_AFTER[code])} if code in RETRY_AFTER else {}


def route(bp: Blueprint, method: str, path: str, **options: Any) -> Callable[[View], View]:
    """`bp.route`, with errors in the contract's shape. Chalice itself would log them with their contents."""
    if method == "GET":
        # Some clients send a Content-Type with every request; without a body it means nothing.
        options.setdefault("content_types", ["*/*"])

    def register(view: View) -> View:
        registered: View = bp.route(path, methods=[method], **options)(answer_errors(view))
        return registered

    return register


def answer_errors(view: View) -> View:
    """Wraps a view, or a middleware, whose exceptions Chalice would otherwise answer and log outside of all other
    middleware."""

    @wraps(view)
    def answering(*arguments: Any, **named: Any) -> Response:
        try:
            return view(*arguments, **named)
        except FollowFirst as refusal:
            return error_response(refusal.code, follow_first_fields(refusal))
        except ContestError as refusal:
            return error_response(refusal.code)
        except Exception as error:  # noqa: BLE001 - the outermost handler before the client
            log.error("unexpected %s", where(error))
            return error_response("internal")

    return answering


def follow_first_fields(refusal: FollowFirst) -> dict[str, str]:
    """Rounds the time in the message up to the next minute, at which a claim is allowed."""
    shown = day_and_time(refusal.moment + timedelta(seconds=59))
    message = f"您关注公众号的时间还短，{shown}以后可以开红包。"
    return {"message": message, "from": moment(refusal.moment)}


def uniform_errors(event: Request, get_response: Callable[[Request], Response]) -> Response:
    """Chalice middleware: the framework's own errors get the contract's shape too."""
    response = get_response(event)
    body = response.body
    if isinstance(body, dict) and "Code" in body:
        return error_response(FRAMEWORK_CODES.get(response.status_code, "internal"))
    return response


@contextmanager
def gate_refusal_first(why_refused: Callable[[], ContestError | None]) -> Iterator[None]:
    """Runs a check of the request; when it fails, raises the gate's refusal instead if there is one.

    A faulty body is thus reported only while the contest is open and not paused.
    """
    try:
        yield
    except ContestError as wrong:
        raise why_refused() or wrong from None
