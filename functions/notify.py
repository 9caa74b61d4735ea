"""Receives WeChat Pay's notification that a transfer ended. It is verified here and handled by the worker."""

from chalice.app import Blueprint, Response

from chalicelib.adapters.http.error_answers import route
from chalicelib.adapters.http.request_parts import raw_body
from chalicelib.adapters.http.responses import Headers
from chalicelib.domain.errors import TryAgain
from chalicelib.wiring import services

bp = Blueprint("app")
PLAIN: Headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@route(bp, "POST", "/wechatpay/notify", content_types=["*/*"])
def notify() -> Response:
    """Answers 204 to any notification that WeChat Pay signed recently, 401 to every other, and 503 if the queue does
    not take it."""
    from chalicelib.adapters.pay.v3_notification import platform_key, read_notification  # heavy: only here
    from chalicelib.adapters.pay.v3_signing import Unverified

    s, request = services(), bp.current_request
    try:
        key = platform_key(s.settings.pay_public_key_id, s.settings.pay_public_key)
        sealed = read_notification(key, request.headers, raw_body(request), s.clock())
    except Unverified as refused:
        s.ports.measure({"NotificationsRefused": 1}, reason=str(refused))
        return _empty(401)
    if sealed and not s.ports.payout_queue.put_notification(sealed):
        raise TryAgain
    return _empty(204)


def _empty(status: int) -> Response:
    return Response("", status_code=status, headers=PLAIN)
