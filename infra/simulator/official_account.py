"""The official account's own things: its menu and its QR codes."""

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from infra.simulator.simulator_errors import PlatformError

Json = dict[str, Any]

# Which field each type of button must have.
_KEYED = (
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
)
_TYPES = dict.fromkeys(_KEYED, "key") | {
    "view": "url",
    "miniprogram": "pagepath",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}


@dataclass(frozen=True)
class QrCode:
    ticket: str
    scene: str
    url: str
    expire_seconds: int | None


class Account:
    """Menu as sent to `menu/create` (None when there is none) and QR codes by ticket."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._menu: Json | None = None
        self._codes: dict[str, QrCode] = {}

    def set_menu(self, menu: Json | None) -> None:
        """Raises `PlatformError` with the platform's code when the menu breaks its limits."""
        buttons = [] if menu is None else _checked(menu.get("button"), 3, 16)
        with self._lock:
            self._menu = None if menu is None else {"button": buttons}

    def menu(self) -> Json | None:
        with self._lock:
            return self._menu

    def create_qr(self, scene: str, expire_seconds: int | None) -> QrCode:
        with self._lock:
            ticket = "gQ" + secrets.token_urlsafe(60)
            url = "http://weixin.qq.com/q/" + secrets.token_urlsafe(16)
            code = QrCode(ticket, scene, url, expire_seconds)
            self._codes[ticket] = code
            return code

    def find_qr(self, ticket: str) -> QrCode | None:
        with self._lock:
            return self._codes.get(ticket)

    def ticket_of(self, scene: str) -> str:
        """The latest ticket with this scene, or one as if somebody had made it elsewhere."""
        with self._lock:
            known = [code.ticket for code in self._codes.values() if code.scene == scene]
            return known[-1] if known else "gQ" + secrets.token_urlsafe(60)

    def codes(self) -> list[QrCode]:
        """Oldest first."""
        with self._lock:
            return list(self._codes.values())

    def scenes(self) -> list[str]:
        """The distinct scenes of all codes, oldest first."""
        return list(dict.fromkeys(code.scene for code in self.codes()))


def _checked(buttons: Any, most: int, name_bytes: int) -> list[Json]:
    if not isinstance(buttons, list) or not 0 < len(buttons) <= most:
        raise PlatformError(40016, "invalid button size")
    return [_button(button, name_bytes) for button in buttons]


def _button(button: Any, name_bytes: int) -> Json:
    name = button.get("name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 0 < len(name.encode()) <= name_bytes:
        raise PlatformError(40018, "invalid button name size")
    children = button.get("sub_button")
    if children and name_bytes == 16:
        return {"name": name, "sub_button": _checked(children, 5, 40)}
    needed = _TYPES.get(str(button.get("type")))
    if needed is None:
        raise PlatformError(40017, "invalid button type")
    value = button.get(needed)
    if not isinstance(value, str) or not 0 < len(value.encode()) <= (1024 if needed == "url" else 128):
        raise PlatformError(40019 if needed == "key" else 40020, f"invalid button {needed} size")
    if needed == "url" and not value.startswith(("http://", "https://")):
        raise PlatformError(40054, "invalid button url domain")
    return {k: v for k, v in button.items() if k != "sub_button"} | {"sub_button": []}
