"""Participants' sessions, kept in a sealed cookie."""

from datetime import datetime
from typing import Any

from chalice.app import Request

from chalicelib.adapters.http.request_parts import cookie
from chalicelib.adapters.http.responses import set_cookie
from chalicelib.adapters.sealing import Sealer, Unsealed
from chalicelib.domain.errors import NotSignedIn

SESSION_COOKIE = "contest_session"
SESSION_SECONDS = 3 * 24 * 3600


class SealedSessions:
    """Implements the Sessions port with a sealed cookie, for the openids of one app id."""

    def __init__(self, sealer: Sealer, app_id: str, secure: bool) -> None:
        self._sealer, self._app_id, self._secure = sealer, app_id, secure

    def start_session(self, openid: str, now: datetime) -> str:
        """The Set-Cookie header that signs a participant in."""
        return set_cookie(
            SESSION_COOKIE, self._sealer.seal({"o": openid, "w": self._app_id}, now), SESSION_SECONDS, self._secure
        )

    def signed_in_openid(self, request: Request, now: datetime) -> str:
        """Raises NotSignedIn for a session that is missing, forged, expired or another app id's."""
        sealed = cookie(request, SESSION_COOKIE, self._secure)
        value = self._opened(sealed, now) if sealed else self._earlier(request, now)
        if isinstance(value, dict) and value.get("w", self._app_id) == self._app_id and "o" in value:
            return str(value["o"])
        raise NotSignedIn

    def is_signed_in(self, request: Request, now: datetime) -> bool:
        try:
            return bool(self.signed_in_openid(request, now))
        except NotSignedIn:
            return False

    def _earlier(self, request: Request, now: datetime) -> Any:
        """Reads a session of version 0.2.0, which names no app id and whose cookie has no prefix. A newer session is
        not accepted without the prefix: another host could plant one under that name. The last such session expires
        three days after the upgrade."""
        value = self._opened(cookie(request, SESSION_COOKIE, secure=False), now)
        return value if isinstance(value, dict) and "w" not in value else None

    def _opened(self, sealed: str, now: datetime) -> Any:
        try:
            return self._sealer.open_within(sealed, SESSION_SECONDS, now)
        except Unsealed:
            return None
