"""WeChat's platform API and web authorization, through wechatpy with its gaps closed.

wechatpy 1.8.18 has no time-outs for the authorization and the token, fetches tokens that invalidate each other,
retries an invalid token endlessly, and its errors contain the AppSecret in a URL. Here every call has a time-out, a
token comes from stable_token through the shared credentials, an invalid one is replaced once, and no error of wechatpy
leaves this module.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatException
from wechatpy.oauth import WeChatOAuth

from chalicelib.adapters.wechat.shared_credentials import SharedCredential
from chalicelib.domain.errors import TryAgain, WeChatRefused
from chalicelib.ports import Credential, CredentialStore, Visitor

log = logging.getLogger(__name__)
T = TypeVar("T")

TIMEOUT = (2.0, 4.0)
"""Seconds to connect, and to wait for each answer."""
BAD_CODE = frozenset({40029, 40163})
"""Error codes for an invalid and a used code."""
INVALID_OPENID = 40003
"""The error code for an openid that is not the account's."""
BAD_TOKEN = frozenset({40001, 40014, 42001})
HINTS = {
    40164: "the calling address is not on the account's IP whitelist",
    40125: "the AppSecret is wrong",
    40243: "the AppSecret is frozen",
    45009: "the day's quota of this call is used up",
    48001: "the account has no right to this call",
}
"""Error codes that an operator can act on."""


class _OAuth(WeChatOAuth):  # type: ignore[misc]
    def __init__(self, app_id: str, secret: str, base_url: str) -> None:
        super().__init__(app_id, secret, redirect_uri="")
        self.API_BASE_URL = f"{base_url}/"

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        return super()._request(method, url_or_endpoint, timeout=TIMEOUT, **kwargs)


class _Client(WeChatClient):  # type: ignore[misc]
    def __init__(self, app_id: str, secret: str, base_url: str) -> None:
        super().__init__(app_id, secret, timeout=TIMEOUT, auto_retry=False)
        self.API_BASE_URL = f"{base_url}/cgi-bin/"

    def fetch_access_token(self) -> None:
        raise TryAgain  # every call passes its token; wechatpy must never fetch its own

    def stable_token(self, force: bool) -> dict[str, Any]:
        body = {
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret,
            "force_refresh": force,
        }
        response = self._http.post(f"{self.API_BASE_URL}stable_token", json=body, timeout=TIMEOUT)
        response.raise_for_status()
        result: dict[str, Any] = response.json()
        if result.get("errcode"):
            raise WeChatException(result["errcode"], result.get("errmsg"))
        return result


class WeChatApi:
    """Calls api.weixin.qq.com, or its replacement at `base_url` (scheme and host)."""

    def __init__(
        self,
        app_id: str,
        app_secret: str,
        base_url: str,
        store: CredentialStore,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self._client, self._clock = _Client(app_id, app_secret, base_url), clock
        self._token = SharedCredential("access_token", store, self._fetch_token, clock, sleep)
        self._ticket = SharedCredential("jsapi_ticket", store, self._fetch_ticket, clock, sleep)

    def get(self, path: str, **params: Any) -> Any:
        """Returns the answer's JSON. Raises WeChatRefused for an error code, TryAgain for silence."""
        return self._with_token(lambda token: self._client.get(path, params={**params, "access_token": token}))

    def post(self, path: str, body: Any) -> Any:
        """The same for a JSON body."""
        return self._with_token(lambda token: self._client.post(path, params={"access_token": token}, data=body))

    def get_access_token(self) -> str:
        """Returns the access token."""
        return self._token.get()

    def get_js_ticket(self) -> str:
        """Returns the JS-SDK ticket."""
        return self._ticket.get()

    def _with_token(self, call: Callable[[str], Any]) -> Any:
        token = self._token.get()
        try:
            return quietly(lambda: call(token))
        except WeChatRefused as refused:
            if refused.errcode not in BAD_TOKEN:
                raise
        token = self._token.replace(token)
        return quietly(lambda: call(token))

    def _fetch_token(self, force: bool) -> Credential:
        answer = quietly(lambda: self._client.stable_token(force))
        return self._credential(answer, "access_token")

    def _fetch_ticket(self, force: bool) -> Credential:
        return self._credential(self.get("ticket/getticket", type="jsapi"), "ticket")

    def _credential(self, answer: Any, name: str) -> Credential:
        try:
            return Credential(str(answer[name]), self._clock() + timedelta(seconds=int(answer["expires_in"])))
        except (LookupError, TypeError, ValueError):
            raise TryAgain from None


class WeChatSignIn:
    """Implements the VisitorSignIn port: identifies a visitor, and checks whether somebody follows."""

    def __init__(self, app_id: str, app_secret: str, base_url: str, api: WeChatApi) -> None:
        self._oauth, self._api = _OAuth(app_id, app_secret, base_url), api

    def identify_visitor(self, code: str) -> Visitor | None:
        try:
            answer = quietly(lambda: self._oauth.fetch_access_token(code))
        except WeChatRefused as refused:
            if refused.errcode in BAD_CODE:
                return None
            raise
        try:
            return Visitor(str(answer["openid"]), snapshot=answer.get("is_snapshotuser") == 1)
        except (LookupError, TypeError, AttributeError):
            raise TryAgain from None

    def is_following(self, openid: str) -> bool:
        try:
            answer = self._api.get("user/info", openid=openid)
        except WeChatRefused as refused:
            if refused.errcode == INVALID_OPENID:
                return False
            raise
        try:
            return bool(answer["subscribe"] == 1)
        except (LookupError, TypeError):
            raise TryAgain from None


def quietly(call: Callable[[], T]) -> T:
    """Raises WeChatRefused, or TryAgain for silence, without their cause, which may contain the AppSecret."""
    try:
        return call()
    except (WeChatException, requests.RequestException, ValueError, LookupError, TypeError, AttributeError) as error:
        code, kind = getattr(error, "errcode", None), type(error).__name__
    if not isinstance(code, int):  # wechatpy raises its own exception, without a code, for an HTTP error status too
        log.warning("no answer from WeChat: %s", kind)
        raise TryAgain
    log.warning("WeChat answered %s %s", code, HINTS.get(code, ""))
    raise WeChatRefused(code)
