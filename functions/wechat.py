"""WeChat's callback: server verification, messages and events."""

import time

from chalice.app import Blueprint, Request, Response

from chalicelib.adapters.http.error_answers import route
from chalicelib.adapters.http.request_parts import query_of, query_string, raw_body
from chalicelib.adapters.http.responses import Headers
from chalicelib.adapters.wechat.wechat_callback import (
    CallbackQuery,
    CallbackRejected,
    MessageUnreadable,
    WeChatCallback,
)
from chalicelib.domain.conversation import IncomingMessage
from chalicelib.domain.errors import TryAgain
from chalicelib.ports import CallbackRequest, OwnAnswer
from chalicelib.wiring import services

bp = Blueprint("app")
RELAYED = "X-Relayed"
"""The header on requests that an application like ours passes on. It prevents an endless loop between two such servers
that name each other."""
PASSED_ON = ("Content-Type", "User-Agent")
TEXT: Headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
XML: Headers = {"Content-Type": "text/xml; charset=utf-8", "Cache-Control": "no-store"}


@route(bp, "GET", "/wechat")
def verify_server() -> Response:
    query = query_of(bp.current_request)
    try:
        wechat_callback().verify(callback_query(query), services().clock())
    except CallbackRejected as rejected:
        return _refused(rejected)
    return Response(query.get("echostr", ""), headers=TEXT)


# A separate route for every content type: on a route shared with the GET, Chalice would check the GET's too.
@route(bp, "POST", "/wechat", content_types=["*/*"])
def receive_message() -> Response:
    begun = time.monotonic()
    try:
        return _answer_message(begun)
    finally:
        services().ports.measure({"CallbackMs": 1000 * (time.monotonic() - begun)})


def _answer_message(begun: float) -> Response:
    request, now = bp.current_request, services().clock()
    query, callback = callback_query(query_of(request)), wechat_callback()
    message, account = None, ""
    try:
        if RELAYED in request.headers:
            raise CallbackRejected(403)
        message, account = callback.read_message(query, raw_body(request), now)
    except CallbackRejected as rejected:
        return _refused(rejected)
    except MessageUnreadable:
        services().ports.measure({"MessagesUnreadable": 1})
    try:
        answer = _find_answer(message, begun)
    except TryAgain:
        return _empty(503)  # WeChat sends the message again
    if isinstance(answer, OwnAnswer):
        return Response(answer.body, headers={**XML, "Content-Type": answer.content_type})
    if message is None or not answer:
        return Response("success", headers=TEXT)
    return Response(callback.render_reply(answer, message.openid, account, query.nonce, now), headers=XML)


def _find_answer(message: IncomingMessage | None, begun: float) -> str | OwnAnswer | None:
    """Returns the reply. `message` is None if it cannot be read."""
    if relay := services().relay:
        return relay.answer_message(message, _as_it_came(bp.current_request, begun))
    return services().conversation.answer_message(message) if message else None


def _as_it_came(request: Request, begun: float) -> CallbackRequest:
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    return CallbackRequest(query_string(request), raw_body(request), headers, begun)


def wechat_callback() -> WeChatCallback:
    s = services().settings
    return WeChatCallback(s.token, s.aes_key, s.app_id, safe=s.mode == "safe")


def callback_query(query: dict[str, str]) -> CallbackQuery:
    return CallbackQuery(
        signature=query.get("signature", ""),
        timestamp=query.get("timestamp", ""),
        nonce=query.get("nonce", ""),
        msg_signature=query.get("msg_signature", ""),
        encrypt_type=query.get("encrypt_type", ""),
    )


def _refused(rejected: CallbackRejected) -> Response:
    services().ports.measure({"CallbacksRefused": 1}, reason=str(rejected.status))
    return _empty(rejected.status)


def _empty(status: int) -> Response:
    return Response("", status_code=status, headers=TEXT)
