"""WeChat's web authorization and user/info, through wechatpy with its gaps closed.

wechatpy 1.8.18 has no time-outs for the authorization and the token, fetches tokens that invalidate each other,
retries a bad token without end, and its errors carry the AppSecret in an address. Here every call has a time-out,
tokens come from stable_token, a bad token is replaced once, and no error of it leaves this module.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

import requests
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatException
from wechatpy.oauth import WeChatOAuth

from chalicelib.domain.errors import TryAgain
from chalicelib.ports import Visitor

log = logging.getLogger(__name__)
T = TypeVar("T")

TIMEOUT = (2.0, 4.0)
"""Seconds to connect and to wait for each answer."""
BAD_CODE = frozenset({40029, 40163})
"""Invalid, and used."""
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
        """stable_token gives every instance the same token, and a new one when the old has expired."""
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": self.secret}
        response = self._http.post(f"{self.API_BASE_URL}stable_token", json=body, timeout=TIMEOUT)
        response.raise_for_status()
        result = response.json()
        if result.get("errcode"):
            raise WeChatException(result["errcode"], result.get("errmsg"))
        self.session.set(self.access_token_key, result["access_token"])
        self.expires_at = int(time.time()) + int(result["expires_in"])


class WeChatPlatform:
    """The WeChat port. `base_url` is the scheme and host of api.weixin.qq.com, or of what stands in its place."""

    def __init__(self, app_id: str, app_secret: str, base_url: str) -> None:
        self._oauth = _OAuth(app_id, app_secret, base_url)
        self._client = _Client(app_id, app_secret, base_url)

    def visitor(self, code: str) -> Visitor | None:
        answer: Any = _ask(lambda: self._oauth.fetch_access_token(code), forgive=BAD_CODE)
        if answer is None:
            return None
        try:
            return Visitor(str(answer["openid"]), snapshot=answer.get("is_snapshotuser") == 1)
        except (KeyError, TypeError, AttributeError):
            raise TryAgain from None

    def is_following(self, openid: str) -> bool:
        answer: Any = _ask(lambda: self._client.get("user/info", params={"openid": openid}), forgive=BAD_TOKEN)
        if answer is None:
            _ask(lambda: self._client.fetch_access_token())
            answer = _ask(lambda: self._client.get("user/info", params={"openid": openid}))
        try:
            return bool(answer["subscribe"] == 1)
        except (KeyError, TypeError):
            raise TryAgain from None


def _ask(call: Callable[[], T], forgive: frozenset[int] = frozenset()) -> T | None:
    """The answer; None for an error that is forgiven. Raises TryAgain for everything else.

    Its cause is left behind: that may hold the AppSecret.
    """
    try:
        return call()
    except WeChatException as error:
        if error.errcode in forgive:
            return None
        log.warning("WeChat answered %s", error.errcode)
    except (requests.RequestException, ValueError, LookupError, TypeError, AttributeError) as error:
        log.warning("no answer from WeChat: %s", type(error).__name__)
    raise TryAgain
