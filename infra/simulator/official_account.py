"""An official account on the platform: its menu, its QR codes, and its expiring credentials."""

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from infra.simulator.simulator_io import PlatformError
from infra.simulator.simulator_settings import Clock

Json = dict[str, Any]

# The field that each type of button must have.
_KEYED = "click scancode_push scancode_waitmsg pic_sysphoto pic_photo_or_album pic_weixin location_select".split()
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
    """The menu as sent to `menu/create` (None when there is none) and the QR codes by ticket."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._menu: Json | None = None
        self._codes: dict[str, QrCode] = {}

    def set_menu(self, menu: Json | None) -> None:
        """Sets or removes the menu. Raises `PlatformError` with WeChat's code when the menu exceeds its limits."""
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
        """Returns the latest ticket of this scene, or a new one as if the code was created elsewhere."""
        with self._lock:
            known = [code.ticket for code in self._codes.values() if code.scene == scene]
            return known[-1] if known else "gQ" + secrets.token_urlsafe(60)

    def codes(self) -> list[QrCode]:
        """Returns all codes, oldest first."""
        with self._lock:
            return list(self._codes.values())

    def scenes(self) -> list[str]:
        """Returns the distinct scenes of all codes, oldest first."""
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


TOKEN_SECONDS = 7200
# In a token's last five minutes a new one is issued, and both are valid until the old one expires.
TOKEN_OVERLAP_SECONDS = 300
CODE_SECONDS = 300
MEMORY_SECONDS = 86_400


class Tokens:
    """Issues access tokens or tickets: the same one again while it is valid."""

    def __init__(self, clock: Clock, lock: threading.RLock) -> None:
        self._clock, self._lock = clock, lock
        self._current = ""
        self._ends_at: dict[str, float] = {}

    def issue(self, fresh: bool = False) -> tuple[str, int]:
        """Returns (token, seconds left). `fresh` issues a new one at once and revokes the others."""
        with self._lock:
            now = self._clock()
            self._ends_at = {t: end for t, end in self._ends_at.items() if end > now - MEMORY_SECONDS}
            if fresh:
                self.revoke()
            if self._ends_at.get(self._current, 0.0) - now <= TOKEN_OVERLAP_SECONDS:
                self._current = secrets.token_urlsafe(48)
                self._ends_at[self._current] = now + TOKEN_SECONDS
            return self._current, int(self._ends_at[self._current] - now)

    def check(self, token: str) -> None:
        """Raises `PlatformError` 41001 (missing), 40001 (never issued, or revoked) or 42001 (expired)."""
        with self._lock:
            if not token:
                raise PlatformError(41001, "access_token missing")
            if token not in self._ends_at:
                raise PlatformError(40001, "invalid credential, access_token is invalid or not latest")
            if self._ends_at[token] <= self._clock():
                raise PlatformError(42001, "access_token expired")

    def revoke(self) -> None:
        with self._lock:
            self._ends_at.clear()


@dataclass
class _Code:
    openid: str
    ends_at: float
    used: bool = False


class OAuthCodes:
    """Issues codes for `sns/oauth2/access_token`: each can be used once, within five minutes."""

    def __init__(self, clock: Clock, lock: threading.RLock) -> None:
        self._clock, self._lock = clock, lock
        self._codes: dict[str, _Code] = {}

    def issue(self, openid: str) -> str:
        with self._lock:
            now = self._clock()
            self._codes = {c: v for c, v in self._codes.items() if v.ends_at > now - MEMORY_SECONDS}
            code = secrets.token_hex(16)
            self._codes[code] = _Code(openid, now + CODE_SECONDS)
            return code

    def redeem(self, code: str) -> str:
        """Returns the openid. Raises `PlatformError` 41008 (missing), 40029 (unknown or expired) or 40163 (used)."""
        if not code:
            raise PlatformError(41008, "missing code")
        with self._lock:
            found = self._codes.get(code)
            if found is None:
                raise PlatformError(40029, "invalid code")
            if found.used:
                raise PlatformError(40163, "code been used")
            if found.ends_at <= self._clock():
                raise PlatformError(40029, "invalid code")
            found.used = True
            return found.openid
