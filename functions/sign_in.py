"""Web authorization: to WeChat and back, bound to this browser by `state`."""

import hmac
import re
from urllib.parse import quote

from chalice.app import Blueprint, Response

from chalicelib.adapters.clock import new_id
from chalicelib.adapters.http.error_answers import route
from chalicelib.adapters.http.request_parts import cookie, query_of
from chalicelib.adapters.http.responses import Headers, set_cookie
from chalicelib.adapters.sealing import Unsealed
from chalicelib.domain.errors import SignInFailed, TryAgain
from chalicelib.wiring import services

bp = Blueprint("app")
STATE_COOKIE = "contest_state"
STATE_SECONDS = 600
OWN_PATH = re.compile(r"/(?![/\\])[0-9A-Za-z_.~%?=&#/-]{0,200}")


@route(bp, "GET", "/oauth/start")
def start() -> Response:
    wanted = query_of(bp.current_request).get("next", "/")
    return _to_wechat(after=wanted if OWN_PATH.fullmatch(wanted) else "/")


@route(bp, "GET", "/s/{code}")
def open_link(code: str) -> Response:
    """Always goes through the authorization, which identifies the friend."""
    return _to_wechat(after="/", share_code=code)


def _to_wechat(after: str, share_code: str = "") -> Response:
    """Redirects to WeChat's authorization. The browser keeps the next step in a sealed cookie."""
    s, state = services(), new_id()
    sealed = s.ports.oauth_state.seal({"state": state, "next": after, "share": share_code}, s.clock())
    back = quote(f"{s.settings.public_base_url}/oauth/callback", safe="")
    target = (
        f"{s.settings.wechat_open_url}/connect/oauth2/authorize?appid={s.settings.app_id}&redirect_uri={back}"
        f"&response_type=code&scope=snsapi_base&state={state}#wechat_redirect"
    )
    return _redirect(target, set_cookie(STATE_COOKIE, sealed, STATE_SECONDS, not s.settings.is_local))


@route(bp, "GET", "/oauth/callback")
def callback() -> Response:
    s, request = services(), bp.current_request
    query = query_of(request)
    try:
        known = s.ports.oauth_state.open_within(cookie(request, STATE_COOKIE), STATE_SECONDS, s.clock())
    except Unsealed:
        return _failed("state_mismatch")
    if not hmac.compare_digest(known["state"].encode(), query.get("state", "").encode()):
        return _failed("state_mismatch")
    if not query.get("code"):
        return _failed("authorization_failed")
    try:
        openid = s.sign_ins.sign_in_visitor(query["code"], known.get("share", ""))
    except SignInFailed as failure:
        return _failed(failure.code)
    except TryAgain as failure:
        return _failed(failure.code)
    s.ports.measure({"SignInsFailed": 0})
    return _redirect(known["next"], s.ports.sessions.start_session(openid, s.clock()), _forget_state())


def _failed(code: str) -> Response:
    services().ports.measure({"SignInsFailed": 1}, reason=code)
    return _redirect(f"/?e={code}", _forget_state())


def _forget_state() -> str:
    return set_cookie(STATE_COOKIE, "", 0, not services().settings.is_local)


def _redirect(target: str, *cookies: str) -> Response:
    headers: Headers = {"Location": target, "Cache-Control": "no-store", "Set-Cookie": list(cookies)}
    return Response("", status_code=302, headers=headers)
