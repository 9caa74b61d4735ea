"""Ports for sealed tokens and share codes: nothing else may read or make them."""

from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.attempts import Draw


class AttemptTokens(Protocol):
    """Tokens that carry a draw through the client: authentic, bound to one participant, without the right answers."""

    def seal_draw(self, openid: str, draw: Draw) -> str: ...

    def unseal_draw(self, openid: str, attempt_id: str, token: str) -> Draw:
        """Raises AttemptInvalid if the token is forged, or of another participant, contest or an unknown version."""
        ...


class ShareCodes(Protocol):
    """Codes that identify a sharer without revealing their openid."""

    def make_share_code(self, openid: str) -> str: ...

    def find_sharer(self, code: str) -> str | None:
        """Returns the sharer's openid; None for a code that is not ours."""
        ...


class Sessions(Protocol):
    """The signed-in participant of a request."""

    def start_session(self, openid: str, now: datetime) -> str:
        """The Set-Cookie header that signs a participant in."""
        ...

    def signed_in_openid(self, request: Any, now: datetime) -> str:
        """Raises NotSignedIn for a missing, forged or expired session."""
        ...

    def is_signed_in(self, request: Any, now: datetime) -> bool: ...


class DeskSessions(Protocol):
    """The link of a visitor at the organiser's desk."""

    def enter_desk(self, link_id: str, now: datetime) -> str:
        """The Set-Cookie header that begins a session of 12 hours."""
        ...

    def leave_desk(self) -> str:
        """The Set-Cookie header that ends it."""
        ...

    def desk_link_id(self, request: Any, now: datetime) -> str:
        """Raises NotSignedIn for a missing, forged or expired session, or another contest's."""
        ...


class SealedState(Protocol):
    """What we give to a browser to keep: state during WeChat's authorization, the token in a link to the desk."""

    def seal(self, value: Any, now: datetime) -> str: ...

    def open_within(self, token: str, seconds: int, now: datetime) -> Any:
        """The value, if it was sealed at most `seconds` ago. Raises ValueError."""
        ...
