"""WeChat's callback: server verification, messages and events."""

import time

from chalice.app import Blueprint, Response

from chalicelib.adapters.http.web import Headers, query_of, raw_body, route
from chalicelib.adapters.wechat.wechat_callback import Door, Envelope, Knock
from chalicelib.domain.errors import TryAgain
from chalicelib.wiring import services

bp = Blueprint("app")
TEXT: Headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
XML: Headers = {"Content-Type": "text/xml; charset=utf-8", "Cache-Control": "no-store"}


@route(bp, "GET", "/wechat")
def verify_server() -> Response:
    query = query_of(bp.current_request)
    try:
        _door().verify(_envelope(query), services().now())
    except Knock as knock:
        return _turned_away(knock)
    return Response(query.get("echostr", ""), headers=TEXT)


# A route of its own, for any content type: shared with the GET, the types would refuse the GET, which has none.
@route(bp, "POST", "/wechat", content_types=["*/*"])
def hear_message() -> Response:
    begun = time.monotonic()
    try:
        return _heard()
    finally:
        services().measure({"CallbackMs": 1000 * (time.monotonic() - begun)})


def _heard() -> Response:
    request, now = bp.current_request, services().now()
    envelope, door = _envelope(query_of(request)), _door()
    try:
        heard, message = door.read(envelope, raw_body(request), now)
    except Knock as knock:
        return _turned_away(knock)
    try:
        text = services().hear(heard)
    except TryAgain:
        return _turned_away(Knock(503))  # WeChat sends it again
    if text is None:
        return Response("success", headers=TEXT)
    return Response(door.reply(text, message, envelope.nonce, now), headers=XML)


def _door() -> Door:
    s = services().settings
    return Door(s.token, s.aes_key, s.app_id, safe=s.mode == "safe")


def _envelope(query: dict[str, str]) -> Envelope:
    return Envelope(
        signature=query.get("signature", ""),
        timestamp=query.get("timestamp", ""),
        nonce=query.get("nonce", ""),
        msg_signature=query.get("msg_signature", ""),
        encrypt_type=query.get("encrypt_type", ""),
    )


def _turned_away(knock: Knock) -> Response:
    return Response("", status_code=knock.status, headers=TEXT)
