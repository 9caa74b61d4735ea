"""Web authorization: to WeChat and back, bound to this browser by `state`."""

import hmac
import logging
import re
from typing import Any
from urllib.parse import quote

from chalice.app import Blueprint, Response

from chalicelib.adapters.clock import new_id
from chalicelib.adapters.http.error_answers import route
from chalicelib.adapters.http.request_parts import cookie, query_of
from chalicelib.adapters.http.responses import redirect, set_cookie
from chalicelib.adapters.logs import where
from chalicelib.adapters.sealing import Unsealed
from chalicelib.adapters.share_code import LONGEST as LONGEST_SHARE_CODE
from chalicelib.domain.errors import CodeUsed, SignInFailed, TryAgain
from chalicelib.wiring import services

bp = Blueprint("app")
log = logging.getLogger(__name__)
STATE_COOKIE = "contest_state"
STATE_SECONDS = 600
LONGEST_CODE = 512
"""WeChat's codes have 32 characters."""
OWN_PATH = re.compile(r"/(?![/\\])[0-9A-Za-z_.~%?=&#/-]{0,200}")


@route(bp, "GET", "/oauth/start")
def start() -> Response:
    wanted = query_of(bp.current_request).get("next", "/")
    return _to_wechat(after=wanted if OWN_PATH.fullmatch(wanted) else "/")


@route(bp, "GET", "/s/{code}")
def open_link(code: str) -> Response:
    """Always goes through the authorization, which identifies the friend. A code that is too long is not ours and is
    dropped."""
    return _to_wechat(after="/", share_code=code if len(code) <= LONGEST_SHARE_CODE else "")


def _to_wechat(after: str, share_code: str = "", again: bool = False) -> Response:
    """Redirects to WeChat's authorization. The browser keeps the next step in a sealed cookie."""
    s, state = services(), new_id()
    kept = {"state": state, "next": after, "share": share_code, "again": again}
    back = quote(f"{s.settings.public_base_url}/oauth/callback", safe="")
    target = (
        f"{s.settings.wechat_open_url}/connect/oauth2/authorize?appid={s.settings.app_id}&redirect_uri={back}"
        f"&response_type=code&scope=snsapi_base&state={state}#wechat_redirect"
    )
    return redirect(target, _keep_state(kept))


@route(bp, "GET", "/oauth/callback")
def callback() -> Response:
    """Browsers sometimes open this address twice, in sequence or at once: a visitor who is already signed in goes
    on."""
    s, query = services(), query_of(bp.current_request)
    kept = _kept_state(query.get("state", ""))
    if kept is None:
        # Another sign-in of this browser may be in progress: its cookie stays.
        return redirect("/") if _is_signed_in() else _failed("state_mismatch")
    code = query.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        return _failed("authorization_failed", _forget_state())
    try:
        if kept.get("used"):
            raise CodeUsed
        openid = s.sign_ins.sign_in_visitor(code, kept.get("share", ""))
        session = s.ports.sessions.start_session(openid, s.clock())
    except Exception as error:  # noqa: BLE001 - a browser is navigating here: it needs a page, not JSON
        return _after(error, kept)
    s.ports.measure({"SignInsFailed": 0})
    return redirect(kept["next"], session, _keep_state({**kept, "used": True}))


def _after(error: Exception, kept: dict[str, Any]) -> Response:
    """A visitor with a session goes on. Others repeat the authorization after a used code, but only once."""
    if not isinstance(error, SignInFailed | TryAgain):
        log.error("unexpected %s", where(error))
    if _is_signed_in():
        return redirect(kept["next"])
    if isinstance(error, CodeUsed) and not kept.get("again", False):
        return _to_wechat(kept["next"], kept.get("share", ""), again=True)
    return _failed(error.code if isinstance(error, SignInFailed) else TryAgain.code, _forget_state())


def _is_signed_in() -> bool:
    s = services()
    return s.ports.sessions.is_signed_in(bp.current_request, s.clock())


def _kept_state(state: str) -> dict[str, Any] | None:
    """Returns the sign-in's data that this browser keeps for this state; None if there is none or the state is
    another's."""
    kept = _opened_state(secure=not services().settings.is_local) or _earlier_state()
    return kept if kept and hmac.compare_digest(kept["state"].encode(), state.encode()) else None


def _earlier_state() -> dict[str, Any] | None:
    """Reads a state of version 0.2.0, whose cookie has no prefix: another host could plant one of today's states under
    that name."""
    kept = _opened_state(secure=False)
    return kept if kept and "again" not in kept else None


def _opened_state(secure: bool) -> dict[str, Any] | None:
    s = services()
    try:
        kept: dict[str, Any] = s.ports.oauth_state.open_within(
            cookie(bp.current_request, STATE_COOKIE, secure), STATE_SECONDS, s.clock()
        )
    except Unsealed:
        return None
    return kept


def _keep_state(kept: dict[str, Any]) -> str:
    s = services()
    sealed = s.ports.oauth_state.seal(kept, s.clock())
    return set_cookie(STATE_COOKIE, sealed, STATE_SECONDS, not s.settings.is_local)


def _failed(code: str, *cookies: str) -> Response:
    services().ports.measure({"SignInsFailed": 1}, reason=code)
    return redirect(f"/?e={code}", *cookies)


def _forget_state() -> str:
    return set_cookie(STATE_COOKIE, "", 0, not services().settings.is_local)
