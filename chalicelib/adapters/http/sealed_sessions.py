"""Participants' sessions, kept in a sealed cookie."""

from datetime import datetime

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
        """Raises NotSignedIn for a session that is missing, forged, expired or another app id's.

        Sessions of an earlier version name no app id.
        """
        try:
            value = self._sealer.open_within(self._cookie(request), SESSION_SECONDS, now)
            if value.get("w", self._app_id) == self._app_id:
                return str(value["o"])
        except (Unsealed, KeyError, TypeError, AttributeError):
            pass
        raise NotSignedIn

    def _cookie(self, request: Request) -> str:
        return cookie(request, SESSION_COOKIE, self._secure)
