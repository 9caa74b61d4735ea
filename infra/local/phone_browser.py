"""WeChat's browser on a played phone: the page gets the simulator's bridge, where this browser is somebody's phone."""

from dataclasses import replace
from http.cookies import CookieError, SimpleCookie

from infra.local.proxy_event import HttpRequest, HttpResponse

PERSON_COOKIE = "sim_person"
"""Set by the simulator; cookies ignore ports."""
_NOT_FORWARDED = ("accept-encoding", "if-none-match")


def is_phone(request: HttpRequest) -> bool:
    """Returns whether the request is for the page, from a browser that the simulator has made somebody's phone.

    A browser that calls itself WeChat brings a bridge of its own.
    """
    if "MicroMessenger" in request.header("User-Agent"):
        return False
    try:
        cookies = SimpleCookie(request.header("Cookie"))
    except CookieError:
        return False
    return request.method == "GET" and request.target.partition("?")[0] == "/" and PERSON_COOKIE in cookies


def as_asked_by_phone(request: HttpRequest) -> HttpRequest:
    """The request for the whole page: a copy kept from before may lack the bridge."""
    return replace(request, headers=[pair for pair in request.headers if pair[0].lower() not in _NOT_FORWARDED])


def with_bridge(page: HttpResponse, simulator_url: str) -> HttpResponse:
    """Adds the bridge before the page's own scripts, and lets it load and call the simulator. Nothing else changes."""
    script = f'<script src="{simulator_url}/static/bridge.js"></script>'.encode()
    headers = [(name, _policy(value, simulator_url) if _is_policy(name) else value) for name, value in page.headers]
    return HttpResponse(page.status, headers, page.body.replace(b"<head>", b"<head>" + script, 1))


def _is_policy(name: str) -> bool:
    return name.lower() == "content-security-policy"


def _policy(value: str, simulator_url: str) -> str:
    allowed = value.replace("script-src 'self'", f"script-src 'self' {simulator_url}")
    return f"{allowed}; connect-src 'self' {simulator_url}"
