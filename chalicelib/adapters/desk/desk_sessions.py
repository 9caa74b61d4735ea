"""Sessions at the desk, kept in a sealed cookie."""

from datetime import datetime
from typing import Any

from chalice.app import Request

from chalicelib.adapters.http.request_parts import cookie
from chalicelib.adapters.http.responses import set_cookie
from chalicelib.adapters.sealing import Sealer, Unsealed
from chalicelib.domain.errors import NotSignedIn

DESK_COOKIE = "desk_session"
DESK_SECONDS = 12 * 3600


class SealedDeskSessions:
    """Implements the DeskSessions port, for the links of one contest."""

    def __init__(self, sealer: Sealer, contest_id: str, secure: bool) -> None:
        self._sealer, self._contest_id, self._secure = sealer, contest_id, secure

    def enter_desk(self, link_id: str, now: datetime) -> str:
        value = self._sealer.seal({"l": link_id, "c": self._contest_id}, now)
        return set_cookie(DESK_COOKIE, value, DESK_SECONDS, self._secure, "Strict")

    def leave_desk(self) -> str:
        return set_cookie(DESK_COOKIE, "", 0, self._secure, "Strict")

    def desk_link_id(self, request: Request, now: datetime) -> str:
        try:
            opened: Any = self._sealer.open_within(cookie(request, DESK_COOKIE, self._secure), DESK_SECONDS, now)
        except Unsealed:
            raise NotSignedIn from None
        if not isinstance(opened, dict) or opened.get("c") != self._contest_id:
            raise NotSignedIn
        return str(opened["l"])
