"""WeChat's platform API and web authorization, through wechatpy with its gaps closed.

wechatpy 1.8.18 has no time-outs for the authorization and the token, fetches tokens that invalidate each other,
retries an invalid token endlessly, and its errors contain the AppSecret in a URL. Here every call has a time-out, a
token comes from stable_token through the shared credentials, a refused one is replaced once, and no error of wechatpy
leaves this module.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatException
from wechatpy.oauth import WeChatOAuth

from chalicelib.adapters.wechat.shared_credentials import SharedCredential
from chalicelib.adapters.wechat.wechat_errors import again_if_reset, quietly
from chalicelib.domain.errors import CodeUsed, TryAgain, WeChatRefused
from chalicelib.ports import Credential, CredentialStore, Measure, Visitor, unmeasured

TIMEOUT = (2.0, 4.0)
"""Seconds to connect, and to wait for each answer."""
BAD_CODE, CODE_USED = 40029, 40163
"""Error codes for an invalid and a used code."""
INVALID_OPENID = 40003
"""The error code for an openid that is not the account's."""
BAD_TOKEN = frozenset({40001, 40014, 42001})


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
        measure: Measure = unmeasured,
    ) -> None:
        self._client, self._clock, self._measure = _Client(app_id, app_secret, base_url), clock, measure
        self._token = SharedCredential("access_token", store, self._fetch_token, clock, sleep)
        self._ticket = SharedCredential("jsapi_ticket", store, self._fetch_ticket, clock, sleep)

    def get(self, path: str, **params: Any) -> Any:
        """Reads: returns the answer's JSON. Raises WeChatRefused for an error code, TryAgain for silence."""
        return self._with_token(
            lambda token: again_if_reset(lambda: self._client.get(path, params={**params, "access_token": token}))
        )

    def change(self, path: str) -> Any:
        """The same for a GET of WeChat's that changes something and therefore is never repeated."""
        return self._with_token(lambda token: self._client.get(path, params={"access_token": token}))

    def post(self, path: str, body: Any) -> Any:
        """The same with a JSON body, also never repeated."""
        return self._with_token(lambda token: self._client.post(path, params={"access_token": token}, data=body))

    def get_access_token(self) -> str:
        """Returns the access token."""
        return self._token.get()

    def get_js_ticket(self) -> str:
        """Returns the JS-SDK ticket."""
        return self._ticket.get()

    def _with_token(self, call: Callable[[str], Any]) -> Any:
        """If WeChat refuses a token, it is asked for the current one. If it refuses the same one again, it is made to
        issue a new one: this is limited, since it invalidates the token of everybody else who uses this account."""
        token = self._token.get()
        try:
            return quietly(lambda: call(token))
        except WeChatRefused as refused:
            self._require_bad_token(refused)
        current = self._token.replace(token)
        try:
            return quietly(lambda: call(current))
        except WeChatRefused as refused:
            self._require_bad_token(refused)
            forced = self._token.force(current) if current == token else ""
            if not forced:
                raise
        return quietly(lambda: call(forced))

    def _require_bad_token(self, refused: WeChatRefused) -> None:
        """Counts a refused token, and re-raises every other refusal."""
        if refused.errcode not in BAD_TOKEN:
            raise refused
        self._measure({"TokensRefused": 1})

    def _fetch_token(self, force: bool) -> Credential:
        if force:
            answer = quietly(lambda: self._client.stable_token(force=True))
        else:
            answer = quietly(lambda: again_if_reset(lambda: self._client.stable_token(force=False)))
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
            if refused.errcode == CODE_USED:
                raise CodeUsed from None
            if refused.errcode == BAD_CODE:
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
