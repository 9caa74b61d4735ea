"""What the platform hands out for a while: access tokens, the jsapi ticket, OAuth codes."""

import secrets
import threading
from dataclasses import dataclass

from infra.simulator.simulator_clock import Clock
from infra.simulator.simulator_errors import PlatformError

TOKEN_SECONDS = 7200
# In the last five minutes of a token a new one is given out, and both hold until the old one ends.
TOKEN_OVERLAP_SECONDS = 300
CODE_SECONDS = 300
MEMORY_SECONDS = 86_400


class Tokens:
    """Access tokens or tickets: the same one is issued again while it lasts."""

    def __init__(self, clock: Clock, lock: threading.RLock) -> None:
        self._clock, self._lock = clock, lock
        self._current = ""
        self._ends_at: dict[str, float] = {}

    def issue(self, fresh: bool = False) -> tuple[str, int]:
        """(token, seconds left). `fresh` makes a new one at once and ends the others."""
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
        """Raises `PlatformError` 41001 (missing), 40001 (never ours, or revoked) or 42001 (expired)."""
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
    """Codes for `sns/oauth2/access_token`: each works once and for five minutes."""

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
        """The openid. Raises `PlatformError` 41008 (missing), 40029 (unknown or expired) or 40163 (used before)."""
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
