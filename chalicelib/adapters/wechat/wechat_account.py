"""The account's API on WeChat's platform: followers, QR codes, menus, customer messages, the JS-SDK's signature."""

import hashlib
from typing import Any

from chalicelib.adapters.wechat.wechat_api import WeChatApi
from chalicelib.domain.errors import TryAgain, WeChatRefused

NO_MENU = 46003
CODE_SECONDS = 30 * 24 * 3600
"""A personal code lasts as long as WeChat allows: longer than a contest."""
KEPT = frozenset({"type", "name", "key", "url", "appid", "pagepath", "media_id", "article_id", "value"})
"""The fields that a button of any type can have."""


class WeChatAccount:
    def __init__(self, api: WeChatApi, app_id: str) -> None:
        self._api, self._app_id = api, app_id

    def get_access_token(self) -> str:
        return self._api.get_access_token()

    def get_js_ticket(self) -> str:
        return self._api.get_js_ticket()

    def followers_page(self, after: str) -> tuple[list[str], str]:
        """Returns at most 10,000 openids after `after` (empty for the first page), and the start of the next page.

        Returns no openids at the end. Uses one of 500 calls a day.
        """
        answer = self._api.get("user/get", next_openid=after)
        try:
            return list(answer.get("data", {}).get("openid", [])), str(answer.get("next_openid", ""))
        except (AttributeError, TypeError):
            raise TryAgain from None

    def create_code(self, scene: str, permanent: bool) -> str:
        """Returns the address for a QR code whose scan leads to a follow with `scene` (1 to 64 characters)."""
        body: dict[str, Any] = {"action_info": {"scene": {"scene_str": scene}}}
        if permanent:
            body["action_name"] = "QR_LIMIT_STR_SCENE"
        else:
            body |= {"action_name": "QR_STR_SCENE", "expire_seconds": CODE_SECONDS}
        return _text(self._api.post("qrcode/create", body), "url")

    def read_menu(self) -> dict[str, Any] | None:
        """Returns the current menu, as `publish_menu` takes it; None when there is none or it is hidden."""
        answer = self._api.get("get_current_selfmenu_info")
        if not isinstance(answer, dict) or not answer.get("is_menu_open"):
            return None
        return {"button": [_button(button) for button in answer.get("selfmenu_info", {}).get("button", [])]}

    def publish_menu(self, menu: dict[str, Any]) -> None:
        self._api.post("menu/create", menu)

    def remove_menu(self) -> None:
        try:
            self._api.change("menu/delete")
        except WeChatRefused as refused:
            if refused.errcode != NO_MENU:
                raise

    def send_text(self, openid: str, text: str) -> None:
        """Sends a customer message; WeChat refuses it outside the times it allows."""
        self._api.post("message/custom/send", {"touser": openid, "msgtype": "text", "text": {"content": text}})

    def sign_page(self, url: str, timestamp: int, nonce: str) -> dict[str, Any]:
        """Returns the parameters of `wx.config` for the page at `url` (its part before `#`)."""
        ticket = self._api.get_js_ticket()
        text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
        signature = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        return {"appId": self._app_id, "timestamp": timestamp, "nonceStr": nonce, "signature": signature}


def _button(button: dict[str, Any]) -> dict[str, Any]:
    """Converts a button of get_current_selfmenu_info to menu/create's format.

    Sub-buttons come wrapped in a list object. Buttons made on the platform's website have other types: articles are
    permanent material, for which menu/create has another name. It has no name for texts, pictures and voices, and the
    platform gives only an expiring address of a video: these buttons are kept unchanged, see `domain/menu.py`.
    """
    kept = {name: value for name, value in button.items() if name in KEPT}
    sub = button.get("sub_button")
    children = sub.get("list", []) if isinstance(sub, dict) else sub
    if children:
        return {"name": kept.get("name", ""), "sub_button": [_button(child) for child in children]}
    if kept.get("type") == "news":
        return {"type": "media_id", "name": kept.get("name", ""), "media_id": kept.get("value", "")}
    return kept


def _text(answer: Any, name: str) -> str:
    try:
        return str(answer[name])
    except (LookupError, TypeError):
        raise TryAgain from None
